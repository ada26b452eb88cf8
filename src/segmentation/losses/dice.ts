import * as tf from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../labels/planes.ts';
import { DICE_SMOOTH } from '../kernels/maskedLoss/maskedLossDice.ts';
import { maskedProbabilities } from './maskedProbabilities.ts';
import {
  assertPixelWeight,
  assertShapes,
  type PixelWeight,
  ratioOrZero,
  selectOrZero,
  weighPixels,
} from './maskedReduction.ts';

/**
 * Soft Dice loss of `p = softmax(logits)` over labeled pixels:
 * `1 − mean over classes with Σ v·t > 0 of (2Σvpt + 1e-6) / (Σvp + Σvt + 1e-6)`, `t` one-hot, sums over the whole batch
 * with each pixel's terms times its `pixelWeight`, if there is one.
 *
 * `logits` is `[..., C]`, `labels` holds channel indices or `ignoreIndex` (default 255) in the same leading shape. With
 * nothing labeled loss and gradients are exactly 0; so is the gradient at an ignored pixel's logits, whatever they are.
 *
 * The caller disposes the scalar. Throws a `RangeError` for shapes that do not fit. Source: Milletari et al. 2016,
 * "V-Net", without the squares in the denominator.
 */
export function dice(
  logits: tf.Tensor,
  labels: tf.Tensor,
  {
    ignoreIndex = UNLABELED,
    pixelWeight = null,
  }: { readonly ignoreIndex?: number; readonly pixelWeight?: PixelWeight } = {},
): tf.Scalar {
  assertShapes(logits, labels);
  assertPixelWeight(pixelWeight, labels);
  return tf.tidy(() => {
    const { channelMask, probabilities, target } = maskedProbabilities(logits, labels, ignoreIndex);
    const counted = selectOrZero(channelMask, probabilities);
    const weighedTarget = weighPixels(target, pixelWeight);

    const pixelAxes = labels.shape.map((_, axis) => axis);
    const overlap = tf.sum(tf.mul(counted, weighedTarget), pixelAxes);
    const labeledPixels = tf.sum(weighedTarget, pixelAxes);
    const sizes = tf.add(tf.sum(weighPixels(counted, pixelWeight), pixelAxes), labeledPixels);
    const scores = tf.div(tf.add(tf.mul(overlap, 2), DICE_SMOOTH), tf.add(sizes, DICE_SMOOTH));

    const present = tf.greater(labeledPixels, 0);
    return ratioOrZero(tf.sum(selectOrZero(present, tf.sub(1, scores))), tf.sum(tf.cast(present, 'float32')));
  });
}
