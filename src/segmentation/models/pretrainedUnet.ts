import { halved, mobileNet, TAPS } from '../pretrained/mobileNet.ts';
import { block, type ConvolutionPart, logitsFrom, type NetworkDescription, type NetworkOps } from './networkOps.ts';
import { unetDecoder } from './unet.ts';

/**
 * A {@link unet} whose encoder was trained before, on photographs: what its levels hand on is a 1×1 convolution of the
 * maps of MobileNetV2. Its weights do not learn ("feature extraction", as fast.ai's `unet_learner` begins) unless they are
 * fine-tuned. The first level has the stem's own 3×3 convolution beside it, for the finest detail; levels below
 * MobileNet's are the U-Net's.
 *
 * MobileNet's first layers halve the picture: it is shown to them twice as large, so that a level's maps are as large as
 * the U-Net's.
 */
export function pretrainedUnet(width: number, depth: number, stride: number): NetworkDescription {
  const channels = (level: number) => width * 2 ** level;
  return {
    sizeMultiple: stride * 2 ** (depth - 1),
    describe(ops, picture, outputs) {
      const kernel = stride === 1 ? 3 : 2 * stride;
      const stem = { x: picture, name: 'stem', shape: { inputs: 3, outputs: width, kernel, stride } };
      const features = mobileNet(ops, resized(ops, picture, stride), Math.min(depth, TAPS.length));
      const skips = features.map((maps, level) => {
        const shares = maps.map((x, i) => {
          const { block: source, channels: inputs } = TAPS[level]?.[i] ?? { block: 0, channels: 0 };
          const shape = { inputs, outputs: channels(level), kernel: 1, pretrainedInput: true };
          return { x, name: `block${source}/share`, shape };
        });
        return ops.normRelu(summed(ops, level === 0 ? [stem, ...shares] : shares), `level${level}`, channels(level));
      });
      for (let level = skips.length; level < depth; level++) {
        const shape = { inputs: channels(level - 1), outputs: channels(level), kernel: 3 };
        skips.push(block(ops, ops.maxPool(skips[level - 1] as (typeof skips)[number]), `down${level}`, shape));
      }
      return logitsFrom(ops, unetDecoder(ops, skips, width), width, outputs, stride);
    },
  };
}

/** The sum of one or two convolutions; a normalisation comes next. */
function summed<T>(ops: NetworkOps<T>, [first, second]: readonly ConvolutionPart<T>[]): T {
  if (first === undefined) throw new RangeError('A level has at least one map.');
  if (second !== undefined) return ops.joinedConvolution(first, second);
  return ops.convolution(first.x, first.name, { ...first.shape, isNormalized: true });
}

/** The picture, twice as large as the map that the stem's convolution of that stride makes of it. */
function resized<T>(ops: NetworkOps<T>, picture: T, stride: number): T {
  if (stride === 1) return ops.upsample(picture);
  return stride === 2 ? picture : halved(ops, picture);
}
