import { UNLABELED } from '../labels/planes.ts';

/**
 * How hard a gradient `[H, W, C]` pulls at every pixel's logits: the sum of the channels' magnitudes, `[H, W]`. No square
 * is taken that could underflow, so it is 0 exactly where every channel's derivative is.
 */
export function magnitudes(gradient: Float32Array, channels: number): Float32Array<ArrayBuffer> {
  const map = new Float32Array(gradient.length / channels);
  for (let i = 0, at = 0; i < map.length; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++, at++) sum += Math.abs(gradient[at] as number);
    map[i] = sum;
  }
  return map;
}

/** What the label loss does to labeled and unlabeled pixels, counted. */
export interface GradientTally {
  readonly labeled: number;
  /** Labeled pixels whose gradient is exactly 0 in every channel. */
  readonly labeledZero: number;
  readonly unlabeled: number;
  /** Unlabeled pixels whose gradient is exactly 0 in every channel. */
  readonly unlabeledZero: number;
  /** Unlabeled pixels that a step against the gradient moves towards the class that they are trained as. */
  readonly unlabeledPushed: number;
}

/** A label loss's gradient, and what it is of. */
export interface LabelGradient {
  /** `[H, W]`: channel index, or UNLABELED. */
  readonly labels: ArrayLike<number>;
  /** `[H, W, C]`. */
  readonly gradient: Float32Array;
  readonly channels: number;
  /** Channel that unlabeled pixels are compared with; `null`: they do not count. */
  readonly unlabeledAs: number | null;
}

/** Counts; `map` are the {@link magnitudes} of the gradient. */
export function tallyGradient(
  { labels, gradient, channels, unlabeledAs }: LabelGradient,
  map: Float32Array,
): GradientTally {
  let [labeled, labeledZero, unlabeledZero, unlabeledPushed] = [0, 0, 0, 0];
  for (let i = 0; i < map.length; i++) {
    const isZero = map[i] === 0;
    if (labels[i] !== UNLABELED) {
      labeled++;
      if (isZero) labeledZero++;
    } else if (isZero) {
      unlabeledZero++;
    } else if (unlabeledAs !== null && (gradient[i * channels + unlabeledAs] as number) < 0) {
      unlabeledPushed++;
    }
  }
  return { labeled, labeledZero, unlabeled: map.length - labeled, unlabeledZero, unlabeledPushed };
}
