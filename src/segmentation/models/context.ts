import { block, logitsFrom, type NetworkDescription, stem } from './networkOps.ts';

/** Dilations of the blocks, in order; the last one gathers the wide ones without gaps. */
const DILATIONS: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [1, 1],
  3: [1, 2, 1],
  4: [1, 2, 4, 1],
  5: [1, 2, 4, 8, 1],
  6: [1, 1, 2, 4, 8, 1],
};

/**
 * A light residual network at one resolution whose blocks see ever wider through dilated 3×3 convolutions (the context
 * module of Yu & Koltun 2016, residual as in He et al. 2016); the stem's and every block's map reach the
 * head through a 1×1 convolution of their own.
 */
export function contextNet(width: number, depth: number, stride: number): NetworkDescription {
  const dilations = DILATIONS[depth];
  if (dilations === undefined) throw new RangeError(`The context network has 1 to 6 blocks, not ${depth}.`);
  return {
    sizeMultiple: stride,
    describe(ops, picture, outputs) {
      let x = stem(ops, picture, width, stride);
      let gathered = ops.convolution(x, 'gather', { inputs: width, outputs: width, kernel: 1 });
      dilations.forEach((dilation, i) => {
        x = ops.add(x, block(ops, x, `block${i}`, { inputs: width, outputs: width, kernel: 3, dilation }));
        const isNormalized = i === dilations.length - 1;
        const shape = { inputs: width, outputs: width, kernel: 1, isNormalized };
        gathered = ops.convolution(x, `gather${i}`, shape, gathered);
      });
      return logitsFrom(ops, ops.normRelu(gathered, 'gather', width), width, outputs, stride);
    },
  };
}
