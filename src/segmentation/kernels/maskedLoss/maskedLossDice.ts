import * as tf from '@tensorflow/tfjs-core';
import { partOf } from '../../recording/tensorViews.ts';
import { withGradient } from '../../withGradient.ts';

export const MASKED_DICE = 'MaskedSoftmaxDice';
export const MASKED_DICE_GRADIENT = 'MaskedSoftmaxDiceGradient';

/** Added to both sides of a class's ratio. */
export const DICE_SMOOTH = 1e-6;

/** What the kernels compute; the same for every pixel of a call. */
export interface MaskedDiceAttributes {
  /** What a pixel labeled 255 is: nothing, or a pixel labeled with this channel. */
  readonly unlabeledAs: 'ignored' | number;
}

export interface MaskedDiceOptions extends MaskedDiceAttributes {
  /** Of the labels' shape, finite and ≥ 0, or `null` for weights of 1: of a pixel's terms in all sums. */
  readonly pixelWeight: tf.Tensor | null;
  /** Called once with `[loss, 0, correct, labeled]`, which survives the tidy: the callee disposes it. */
  readonly onStats: ((stats: tf.Tensor1D) => void) | null;
}

/**
 * Soft Dice loss of softmax(logits) as two kernels, for the classes' sums and for the gradient; the formula is that of
 * `losses/dice.ts`, all else as in `maskedSoftmaxLoss`. Nothing of the logits' size is kept but they themselves.
 */
export function maskedSoftmaxDice(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { unlabeledAs, pixelWeight, onStats }: MaskedDiceOptions,
): tf.Scalar {
  const weighed = pixelWeight === null ? {} : { pixelWeight };
  return withGradient([logits], () => {
    // The four stats, then what the gradient needs: for every class the derivative of the loss by `Σ v·p·t` and by `Σ v·p`.
    const sums: tf.Tensor1D = tf.engine().runKernel(MASKED_DICE, { logits, labels, ...weighed }, { unlabeledAs });
    onStats?.(tf.keep(partOf<tf.Tensor1D>(sums, 0, [4])));
    return {
      value: partOf<tf.Scalar>(sums, 0, []),
      saved: [logits, labels, sums, ...Object.values(weighed)],
      gradient: (dy, [keptLogits = logits, keptLabels = labels, keptSums = sums, keptWeight]) => {
        const weighedAgain = keptWeight === undefined ? {} : { pixelWeight: keptWeight };
        const given = { logits: keptLogits, labels: keptLabels, sums: keptSums, dy, ...weighedAgain };
        return [tf.engine().runKernel<tf.Tensor>(MASKED_DICE_GRADIENT, given, { unlabeledAs })];
      },
    };
  });
}
