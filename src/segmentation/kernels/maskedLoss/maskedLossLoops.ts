import { UNLABELED } from '../../../labels/planes.ts';
import { type MaskedLossAttributes, MIN_MISS } from './maskedLoss.ts';

/** Flat, row-major; `weight` and `pixelWeight` are `null` for weights of 1. */
export interface LossInputs {
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly weight: Float32Array | null;
  readonly pixelWeight: Float32Array | null;
  readonly denominator: number | null;
}

/** A pixel's cost, and its gradient written at `at`. */
type PixelCost = (logits: Float32Array, at: number, label: number, gradient: Float32Array) => number;

/**
 * The masked loss in plain loops, sums in double precision. Writes `stats` `[loss, denominator, correct, labeled]` and
 * `gradient` `[..., C]`, which lacks the factor 1 / denominator.
 */
export function maskedLossLoop(
  { logits, labels, weight, pixelWeight, denominator }: LossInputs,
  attributes: MaskedLossAttributes,
  gradient: Float32Array,
  stats: Float32Array,
): void {
  const channels = logits.length / Math.max(1, labels.length);
  const squared = attributes.cost === 'squaredError';
  const pixelCost = squared ? squaredError(channels) : logarithmicCost(channels, weight, attributes);
  const weightOf = (label: number) => (squared ? channels : weight === null ? 1 : (weight[label] as number));
  const { unlabeledAs } = attributes;
  const zeroedCost =
    unlabeledAs === 'zeroed' ? pixelCost(new Float32Array(channels), 0, 0, new Float32Array(channels)) : 0;
  let total = 0;
  let counted = 0;
  let correct = 0;
  let labeled = 0;
  gradient.fill(0);
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const own = pixelWeight === null ? 1 : (pixelWeight[pixel] as number);
    let label = labels[pixel] as number;
    if (label === UNLABELED) {
      if (unlabeledAs === 'ignored') continue;
      if (unlabeledAs === 'zeroed') {
        total += own * zeroedCost;
        counted += own * weightOf(0);
        continue;
      }
      label = unlabeledAs;
    } else {
      labeled++;
      if (largestChannel(logits, pixel * channels, channels) === label) correct++;
    }
    total += own * pixelCost(logits, pixel * channels, label, gradient);
    counted += own * weightOf(label);
    if (pixelWeight === null) continue;
    for (let i = pixel * channels; i < (pixel + 1) * channels; i++) gradient[i] = own * (gradient[i] as number);
  }
  const allPixels = squared ? logits.length : labels.length;
  const divisor = denominator ?? (attributes.meanOver === 'counted' ? counted : allPixels);
  stats.set([divisor > 0 ? total / divisor : 0, divisor, correct, labeled]);
}

/** Writes `unscaled · dy / denominator` to `gradient`; 0 where the denominator is not positive. */
export function scaleGradient(unscaled: Float32Array, stats: Float32Array, dy: number, gradient: Float32Array): void {
  const denominator = stats[1] as number;
  const scale = denominator > 0 ? dy / denominator : 0;
  for (let i = 0; i < gradient.length; i++) gradient[i] = (unscaled[i] as number) * scale;
}

/** The channel of a pixel's largest logit, the lowest among equals. */
export function largestChannel(logits: Float32Array, at: number, channels: number): number {
  let best = 0;
  for (let c = 1; c < channels; c++) {
    if ((logits[at + c] as number) > (logits[at + best] as number)) best = c;
  }
  return best;
}

/** Writes a pixel's probabilities; returns `log Σ exp(logits)`. */
export function softmaxAt(logits: Float32Array, at: number, probabilities: Float64Array): number {
  const channels = probabilities.length;
  const largest = logits[at + largestChannel(logits, at, channels)] as number;
  let sum = 0;
  for (let c = 0; c < channels; c++) {
    const exponential = Math.exp((logits[at + c] as number) - largest);
    probabilities[c] = exponential;
    sum += exponential;
  }
  const factor = 1 / sum;
  for (let c = 0; c < channels; c++) probabilities[c] = (probabilities[c] as number) * factor;
  return largest + Math.log(sum);
}

/** `Σ_c q[c]·w[c]·(1 − p_c)^γ·(−log p_c)` with the smoothed target `q`. */
function logarithmicCost(channels: number, weight: Float32Array | null, attributes: MaskedLossAttributes): PixelCost {
  const { gamma, labelSmoothing } = attributes;
  const probabilities = new Float64Array(channels);
  const slopes = new Float64Array(channels);
  const weights = weight === null ? new Float64Array(channels).fill(1) : Float64Array.from(weight);
  const smoothed = weights.map((w) => (w * labelSmoothing) / channels);
  return (logits, at, label, gradient) => {
    const logSum = softmaxAt(logits, at, probabilities);
    let cost = 0;
    let slopeSum = 0;
    for (let c = 0; c < channels; c++) {
      const own = c === label ? (1 - labelSmoothing) * (weights[c] as number) : 0;
      const target = own + (smoothed[c] as number);
      slopes[c] = 0;
      // Of a channel that costs nothing not even an infinite logarithm counts.
      if (target === 0) continue;
      const logProbability = (logits[at + c] as number) - logSum;
      let slope = -target;
      if (gamma === 0) {
        cost -= target * logProbability;
      } else {
        const probability = probabilities[c] as number;
        const miss = Math.max(1 - probability, MIN_MISS);
        const played = miss ** gamma;
        cost -= target * played * logProbability;
        slope *= played;
        if (1 - probability >= MIN_MISS) {
          slope += target * gamma * (played / miss) * probability * logProbability;
        }
      }
      slopes[c] = slope;
      slopeSum += slope;
    }
    for (let c = 0; c < channels; c++) {
      gradient[at + c] = (slopes[c] as number) - (probabilities[c] as number) * slopeSum;
    }
    return cost;
  };
}

/** `Σ_c (p_c − t_c)²` against the one-hot target `t`. */
function squaredError(channels: number): PixelCost {
  const probabilities = new Float64Array(channels);
  return (logits, at, label, gradient) => {
    softmaxAt(logits, at, probabilities);
    let cost = 0;
    let mean = 0;
    for (let c = 0; c < channels; c++) {
      const probability = probabilities[c] as number;
      const error = probability - (c === label ? 1 : 0);
      cost += error * error;
      mean += error * probability;
    }
    for (let c = 0; c < channels; c++) {
      const probability = probabilities[c] as number;
      gradient[at + c] = 2 * probability * (probability - (c === label ? 1 : 0) - mean);
    }
    return cost;
  };
}
