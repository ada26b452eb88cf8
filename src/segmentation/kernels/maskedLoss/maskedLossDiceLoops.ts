import { UNLABELED } from '../../../labels/planes.ts';
import { DICE_SMOOTH, type MaskedDiceAttributes } from './maskedLossDice.ts';
import { type LossInputs, largestChannel, softmaxAt } from './maskedLossLoops.ts';

/** Flat, row-major; `pixelWeight` is `null` for weights of 1. */
export type DiceInputs = Pick<LossInputs, 'logits' | 'labels' | 'pixelWeight'>;

/**
 * Dice's sums in plain loops: writes `[loss, 0, correct, labeled]`, then for every class the derivative of the loss by
 * `Σ v·p·t` and after these by `Σ v·p`.
 */
export function maskedDiceLoop(
  { logits, labels, pixelWeight }: DiceInputs,
  { unlabeledAs }: MaskedDiceAttributes,
  sums: Float32Array,
): void {
  const channels = (sums.length - 4) / 2;
  const probabilities = new Float64Array(channels);
  const overlaps = new Float64Array(channels);
  const sizes = new Float64Array(channels);
  const counts = new Float64Array(channels);
  let correct = 0;
  let labeled = 0;
  for (let pixel = 0; pixel < labels.length; pixel++) {
    let label = labels[pixel] as number;
    if (label === UNLABELED) {
      if (unlabeledAs === 'ignored') continue;
      label = unlabeledAs;
    } else {
      labeled++;
      if (largestChannel(logits, pixel * channels, channels) === label) correct++;
    }
    softmaxAt(logits, pixel * channels, probabilities);
    const own = pixelWeight === null ? 1 : (pixelWeight[pixel] as number);
    for (let c = 0; c < channels; c++) sizes[c] = (sizes[c] as number) + own * (probabilities[c] as number);
    overlaps[label] = (overlaps[label] as number) + own * (probabilities[label] as number);
    counts[label] = (counts[label] as number) + own;
  }
  const present = counts.reduce((classes, count) => classes + (count > 0 ? 1 : 0), 0);
  let missed = 0;
  sums.fill(0);
  for (let c = 0; c < channels; c++) {
    if (counts[c] === 0) continue;
    const extent = (sizes[c] as number) + (counts[c] as number) + DICE_SMOOTH;
    const score = (2 * (overlaps[c] as number) + DICE_SMOOTH) / extent;
    missed += 1 - score;
    sums[4 + c] = -2 / (extent * present);
    sums[4 + channels + c] = score / (extent * present);
  }
  sums.set([present > 0 ? missed / present : 0, 0, correct, labeled]);
}

/** Writes the gradient `[..., C]` of Dice times `dy`, from the sums of {@link maskedDiceLoop}. */
export function maskedDiceGradientLoop(
  { logits, labels, pixelWeight }: DiceInputs,
  sums: Float32Array,
  dy: number,
  { unlabeledAs }: MaskedDiceAttributes,
  gradient: Float32Array,
): void {
  const channels = (sums.length - 4) / 2;
  const probabilities = new Float64Array(channels);
  const ofOverlaps = sums.subarray(4, 4 + channels);
  const ofSizes = sums.subarray(4 + channels);
  gradient.fill(0);
  for (let pixel = 0; pixel < labels.length; pixel++) {
    let label = labels[pixel] as number;
    if (label === UNLABELED) {
      if (unlabeledAs === 'ignored') continue;
      label = unlabeledAs;
    }
    const at = pixel * channels;
    const scale = pixelWeight === null ? dy : dy * (pixelWeight[pixel] as number);
    softmaxAt(logits, at, probabilities);
    let mean = (ofOverlaps[label] as number) * (probabilities[label] as number);
    for (let c = 0; c < channels; c++) mean += (ofSizes[c] as number) * (probabilities[c] as number);
    for (let c = 0; c < channels; c++) {
      const slope = (ofSizes[c] as number) + (c === label ? (ofOverlaps[c] as number) : 0);
      gradient[at + c] = scale * (probabilities[c] as number) * (slope - mean);
    }
  }
}
