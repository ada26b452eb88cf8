import { block, logitsFrom, type NetworkDescription, stem } from './networkOps.ts';

/**
 * A small U-Net (Ronneberger, Fischer & Brox 2015) with one 3×3 convolution a level and side, group normalisation,
 * max-pooling, and bilinear enlargement in place of transposed convolutions. Level `l` of `depth` has `width·2^l`
 * channels. A deeper map is first narrowed by a 1×1 convolution, so that the costly full-size level stays thin. Skips are
 * not concatenated: a convolution of two maps laid side by side is the sum of a convolution of each.
 */
export function unet(width: number, depth: number, stride: number): NetworkDescription {
  const channels = (level: number) => width * 2 ** level;
  return {
    sizeMultiple: stride * 2 ** (depth - 1),
    describe(ops, picture, outputs) {
      let x = stem(ops, picture, width, stride);
      const skips = [x];
      for (let level = 1; level < depth; level++) {
        x = block(ops, ops.maxPool(x), `down${level}`, {
          inputs: channels(level - 1),
          outputs: channels(level),
          kernel: 3,
        });
        skips.push(x);
      }
      for (let level = depth - 2; level >= 0; level--) {
        const skip = skips[level];
        if (skip === undefined) throw new RangeError(`The U-Net has no level ${level}.`);
        const inner = { inputs: channels(level), outputs: channels(level), kernel: 3 };
        const narrow = { inputs: channels(level + 1), outputs: channels(level), kernel: 1 };
        const enlarged = ops.upsample(ops.convolution(x, `narrow${level}`, narrow));
        const joined = ops.add(
          ops.convolution(enlarged, `up${level}/deep`, inner),
          ops.convolution(skip, `up${level}/skip`, inner),
        );
        x = ops.normRelu(joined, `up${level}`, channels(level));
      }
      return logitsFrom(ops, x, width, outputs, stride);
    },
  };
}
