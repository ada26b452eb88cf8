import type { NetworkDescription } from './networkOps.ts';

/**
 * A U-Net without normalisation (Ronneberger, Fischer & Brox 2015, as they had it, but strided convolutions in place of
 * pooling and doubling of pixels in place of transposed convolutions). Level `l` of `depth` has `width·2^l` channels.
 *
 * Nothing in it looks beyond its receptive field, so training on crops around the labels is exact, and it is the
 * quickest network here; without normalisation it wants a lower learning rate.
 */
export function plainUnet(width: number, depth: number, stride: number): NetworkDescription {
  const channels = (level: number) => width * 2 ** level;
  return {
    sizeMultiple: stride * 2 ** (depth - 1),
    describe(ops, picture, outputs) {
      const kernel = stride === 1 ? 3 : 2 * stride;
      let x = ops.convolutionRelu(picture, 'stem', { inputs: 3, outputs: width, kernel, stride });
      const skips = [x];
      for (let level = 1; level < depth; level++) {
        const shape = { inputs: channels(level - 1), outputs: channels(level), kernel: 3, stride: 2 };
        x = ops.convolutionRelu(x, `down${level}`, shape);
        skips.push(x);
      }
      for (let level = depth - 2; level >= 0; level--) {
        const skip = skips[level];
        if (skip === undefined) throw new RangeError(`The U-Net has no level ${level}.`);
        const shape = { deep: channels(level + 1), skip: channels(level), outputs: channels(level) };
        x = ops.enlargeAndJoinRelu(x, skip, `up${level}`, shape);
      }
      let logits = ops.head(x, width, outputs);
      for (let factor = stride; factor > 1; factor /= 2) logits = ops.upsample(logits);
      return logits;
    },
  };
}
