import type { NetworkDescription, NetworkOps } from './networkOps.ts';

/** Positions along one axis, both ends included. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What an interval of a feature map depends on in the picture. */
type Support = (interval: Interval) => Interval;

const hull = (a: Interval, b: Interval): Interval => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
});

/**
 * Side in pixels of the square of input pixels that one logit depends on through convolutions, pooling and enlargement:
 * the largest over all positions, on a picture without borders. Normalisation makes every logit depend a little on the
 * whole picture; that is not counted.
 */
export function receptiveFieldPx(network: NetworkDescription): number {
  const ops: NetworkOps<Support> = {
    convolution(x, _name, { kernel, stride = 1, dilation = 1 }) {
      // `same` padding of a size that the stride divides: what the kernel exceeds the stride by, the smaller half first.
      const before = Math.floor(((kernel - 1) * dilation + 1 - stride) / 2);
      return ({ low, high }) =>
        x({ low: low * stride - before, high: high * stride - before + (kernel - 1) * dilation });
    },
    normRelu: (x) => x,
    maxPool:
      (x) =>
      ({ low, high }) =>
        x({ low: 2 * low, high: 2 * high + 1 }),
    upsample:
      (x) =>
      ({ low, high }) =>
        x({ low: Math.floor((low - 1) / 2), high: Math.floor((high - 1) / 2) + 1 }),
    add: (a, b) => (interval) => hull(a(interval), b(interval)),
    head: (x) => x,
  };
  const support = network.describe<Support>(ops, (interval) => interval, 1);
  let side = 0;
  for (let position = 0; position < network.sizeMultiple; position++) {
    const { low, high } = support({ low: position, high: position });
    side = Math.max(side, high - low + 1);
  }
  return side;
}
