import {
  type ConvolutionShape,
  layerByLayer,
  type NetworkDescription,
  type NetworkOps,
  oneAfterAnother,
} from './networkOps.ts';

/** Positions along one axis, both ends included. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The interval of the picture that an interval of a feature map depends on. */
type Support = (interval: Interval) => Interval;

const hull = (a: Interval, b: Interval): Interval => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
});

const convolution = (x: Support, _name: string, { kernel, stride = 1, dilation = 1 }: Taps): Support => {
  // `same` padding of a size that the stride divides: what the kernel exceeds the stride by, the smaller half first.
  const before = Math.floor(((kernel - 1) * dilation + 1 - stride) / 2);
  return ({ low, high }) => x({ low: low * stride - before, high: high * stride - before + (kernel - 1) * dilation });
};

type Taps = Pick<ConvolutionShape, 'kernel' | 'stride' | 'dilation'>;

/** The addend is followed, too. */
const convolutionAndAddend = (x: Support, name: string, shape: Taps, addend?: Support): Support => {
  const own = convolution(x, name, shape);
  return addend === undefined ? own : (interval) => hull(own(interval), addend(interval));
};

const SUPPORT: NetworkOps<Support> = {
  convolution: convolutionAndAddend,
  joinedConvolution: (first, second) => oneAfterAnother(SUPPORT, first, second),
  convolutionRelu: convolution,
  pretrainedConvolution: convolutionAndAddend,
  invertedResidual: (x, name, shape) => layerByLayer(SUPPORT, x, name, shape),
  enlargeAndJoinRelu:
    (deep, skip) =>
    ({ low, high }) => {
      const taps = { low: low - 1, high: high + 1 };
      return hull(deep({ low: Math.floor(taps.low / 2), high: Math.floor(taps.high / 2) }), skip(taps));
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

function supportOf(network: NetworkDescription): Support {
  return network.describe<Support>(SUPPORT, (interval) => interval, 1);
}

/**
 * Side in pixels of the square of input pixels that one logit depends on through convolutions, pooling and enlargement:
 * the largest over all positions, on a picture without borders. Normalisation makes every logit depend a little on the
 * whole picture; that is not counted.
 */
export function receptiveFieldPx(network: NetworkDescription): number {
  const support = supportOf(network);
  let side = 0;
  for (let position = 0; position < network.sizeMultiple; position++) {
    const { low, high } = support({ low: position, high: position });
    side = Math.max(side, high - low + 1);
  }
  return side;
}

/**
 * Pixels that a window needs on every side of a block of `sizeMultiple` pixels that starts at a multiple of it, for the
 * block's logits to be those of the whole picture: the receptive field's reach beyond the block, rounded up to
 * `sizeMultiple`. Normalisation is not counted.
 */
export function haloPx(network: NetworkDescription): number {
  const last = network.sizeMultiple - 1;
  const { low, high } = supportOf(network)({ low: 0, high: last });
  return Math.ceil(Math.max(0, -low, high - last) / network.sizeMultiple) * network.sizeMultiple;
}
