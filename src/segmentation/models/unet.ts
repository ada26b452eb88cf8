import { block, logitsFrom, type NetworkDescription, type NetworkOps, stem } from './networkOps.ts';

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
      return logitsFrom(ops, unetDecoder(ops, skips, width), width, outputs, stride);
    },
  };
}

/**
 * The way up of a U-Net: joins the maps that its levels hand on, the largest first, level `l` with `width·2^l` channels,
 * into one of the largest size and `width` channels.
 */
export function unetDecoder<T>(ops: NetworkOps<T>, skips: readonly T[], width: number): T {
  const channels = (level: number) => width * 2 ** level;
  const [deepest, ...others] = [...skips].reverse();
  if (deepest === undefined) throw new RangeError('A U-Net has at least one level.');
  return others.reduce((x, skip, i) => {
    const level = others.length - 1 - i;
    const inner = { inputs: channels(level), outputs: channels(level), kernel: 3 };
    const narrow = { inputs: channels(level + 1), outputs: channels(level), kernel: 1 };
    const enlarged = ops.upsample(ops.convolution(x, `narrow${level}`, narrow));
    const joined = ops.joinedConvolution(
      { x: enlarged, name: `up${level}/deep`, shape: inner },
      { x: skip, name: `up${level}/skip`, shape: inner },
    );
    return ops.normRelu(joined, `up${level}`, channels(level));
  }, deepest);
}
