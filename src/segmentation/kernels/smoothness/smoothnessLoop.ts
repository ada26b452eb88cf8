import { UNLABELED } from '../../../labels/planes.ts';
import type { SmoothnessAttributes, SmoothnessOperands, SmoothnessShape } from './smoothness.ts';
import { offsetsWithin, type Visible, visibleOf } from './smoothnessPairs.ts';

type Numbers = Float32Array | Int32Array;

/** Colours this far apart, in squared widths, count as nothing: their kernel is below single precision's step at 1. */
const FARTHEST = 2 * 24 * Math.LN2;
/** The greatest squared distance of two colours of three bytes. */
const LARGEST_SQUARE = 3 * 255 ** 2;

/** `exp(−square / (2·(255·width)²))` for every squared distance of two byte colours that counts. */
class ColorKernel {
  readonly values: Float32Array;

  constructor(readonly width: number) {
    const squaredWidth = (255 * width) ** 2;
    const length = Math.min(LARGEST_SQUARE, Math.floor(FARTHEST * squaredWidth)) + 1;
    this.values = Float32Array.from({ length }, (_, square) => Math.exp(-square / (2 * squaredWidth)));
  }
}

let lastKernel: ColorKernel | null = null;

function colorKernel(width: number): Float32Array {
  if (lastKernel?.width !== width) lastKernel = new ColorKernel(width);
  return lastKernel.values;
}

/**
 * The term of `smoothness` for a batch in memory: writes its gradient with respect to the logits, `[B, H, W, C]`, and
 * returns its value. Sums over pairs are of double precision.
 */
export function smoothnessLoop(
  { logits, colors, labels, items, weight }: Readonly<Record<'logits' | keyof SmoothnessOperands, Numbers>>,
  shape: SmoothnessShape,
  attributes: SmoothnessAttributes,
  gradient: Numbers,
): number {
  const { batch, channels } = shape;
  const probabilities = new Float32Array(logits.length);
  softmax(logits, channels, probabilities);
  gradient.fill(0);
  const pairs = new PairLoop(probabilities, colors, labels, gradient, shape, attributes);
  let value = 0;
  for (let item = 0; item < batch; item++) {
    value += pairs.overFrame(item, visibleOf(items, item, shape), weight[0] as number);
  }
  throughSoftmax(probabilities, channels, gradient);
  return value;
}

/** Goes over all pairs of a frame: adds to the gradient with respect to the probabilities, and returns the term. */
class PairLoop {
  readonly #kernel: Float32Array;

  readonly #probabilities: Float32Array;
  readonly #colors: Numbers;
  readonly #labels: Numbers;
  readonly #gradient: Numbers;
  readonly #shape: SmoothnessShape;
  readonly #attributes: SmoothnessAttributes;

  constructor(
    probabilities: Float32Array,
    colors: Numbers,
    labels: Numbers,
    gradient: Numbers,
    shape: SmoothnessShape,
    attributes: SmoothnessAttributes,
  ) {
    this.#probabilities = probabilities;
    this.#colors = colors;
    this.#labels = labels;
    this.#gradient = gradient;
    this.#shape = shape;
    this.#attributes = attributes;
    this.#kernel = colorKernel(attributes.colorWidth);
  }

  overFrame(item: number, visible: Visible, weight: number): number {
    const offsets = offsetsWithin(visible, this.#shape.batch, this.#attributes, weight);
    let value = 0;
    for (let y = visible.top; y < visible.bottom; y++) {
      // Row by row over all offsets, so that the rows they share stay in the cache.
      for (const { dx, dy, factor } of offsets) {
        if (y + dy < visible.bottom) value += factor * this.#overRow(item, y, dx, dy, visible, factor);
      }
    }
    return value;
  }

  /** The sum of `g·k·(1 − p_i·p_j)` over pairs that begin in a row; what the gradient gets is multiplied by `factor`. */
  #overRow(item: number, y: number, dx: number, dy: number, visible: Visible, factor: number): number {
    const probabilities = this.#probabilities;
    const colors = this.#colors;
    const labels = this.#labels;
    const gradient = this.#gradient;
    const { width, height, channels } = this.#shape;
    const { gated } = this.#attributes;
    const kernel = this.#kernel;
    const first = Math.max(visible.left, visible.left - dx);
    const end = Math.min(visible.right, visible.right - dx);
    const away = dy * width + dx;
    const sourceAway = dy * visible.stepY + dx * visible.stepX;
    let pixel = (item * height + y) * width + first;
    let source = visible.source + (first - visible.left) * visible.stepX + (y - visible.top) * visible.stepY;
    let sum = 0;
    for (let x = first; x < end; x++, pixel++, source += visible.stepX) {
      if (gated && labels[pixel] !== UNLABELED && labels[pixel + away] !== UNLABELED) continue;
      const here = colors[source] as number;
      const there = colors[source + sourceAway] as number;
      const red = (here & 255) - (there & 255);
      const green = ((here >> 8) & 255) - ((there >> 8) & 255);
      const blue = ((here >> 16) & 255) - ((there >> 16) & 255);
      const square = red * red + green * green + blue * blue;
      if (square >= kernel.length) continue;
      const like = kernel[square] as number;
      const i = pixel * channels;
      const j = (pixel + away) * channels;
      let agreement = 0;
      for (let c = 0; c < channels; c++)
        agreement += (probabilities[i + c] as number) * (probabilities[j + c] as number);
      sum += like * (1 - agreement);
      const share = factor * like;
      for (let c = 0; c < channels; c++) {
        gradient[i + c] = (gradient[i + c] as number) - share * (probabilities[j + c] as number);
        gradient[j + c] = (gradient[j + c] as number) - share * (probabilities[i + c] as number);
      }
    }
    return sum;
  }
}

function softmax(logits: Numbers, channels: number, probabilities: Float32Array): void {
  for (let at = 0; at < logits.length; at += channels) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < channels; c++) largest = Math.max(largest, logits[at + c] as number);
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      const exponential = Math.exp((logits[at + c] as number) - largest);
      probabilities[at + c] = exponential;
      sum += exponential;
    }
    for (let c = 0; c < channels; c++) probabilities[at + c] = (probabilities[at + c] as number) / sum;
  }
}

/** `∂/∂z = p·(∂/∂p − Σ p·∂/∂p)`, in place of `∂/∂p`. */
function throughSoftmax(probabilities: Float32Array, channels: number, gradient: Numbers): void {
  for (let at = 0; at < gradient.length; at += channels) {
    let mean = 0;
    for (let c = 0; c < channels; c++) mean += (probabilities[at + c] as number) * (gradient[at + c] as number);
    for (let c = 0; c < channels; c++) {
      gradient[at + c] = (probabilities[at + c] as number) * ((gradient[at + c] as number) - mean);
    }
  }
}
