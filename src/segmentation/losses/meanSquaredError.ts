import * as tf from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../labels/planes.ts';
import { maskedProbabilities } from './maskedProbabilities.ts';
import {
  assertPixelWeight,
  assertShapes,
  channelCountOf,
  type PixelWeight,
  type Reduction,
  reduceMasked,
  selectOrZero,
  weighPixels,
} from './maskedReduction.ts';

export interface MeanSquaredErrorOptions {
  /** Label of pixels that do not count; default 255. */
  readonly ignoreIndex?: number;
  /** A weight for every pixel, which its error and its share of the denominator are multiplied by; default all 1. */
  readonly pixelWeight?: PixelWeight;
  /** Default `mean`. */
  readonly reduction?: Reduction;
}

/**
 * Squared error of `p = softmax(logits)` against the one-hot label, over labeled pixels: the Brier score.
 *
 * `logits` is `[..., C]`, `labels` holds channel indices or `ignoreIndex` in the same leading shape. `mean` divides by
 * labeled pixels (their weights, if they have any) times C (PyTorch's `mse_loss` of the labeled rows); `none` has the shape of `logits`, 0 where ignored.
 * With nothing labeled loss and gradients are exactly 0; so is the gradient at an ignored pixel's logits, whatever they are.
 *
 * The caller disposes the result. Throws a `RangeError` for shapes that do not fit.
 */
export function meanSquaredError(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options?: MeanSquaredErrorOptions & { readonly reduction?: 'mean' | 'sum' },
): tf.Scalar;
export function meanSquaredError(logits: tf.Tensor, labels: tf.Tensor, options: MeanSquaredErrorOptions): tf.Tensor;
export function meanSquaredError(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { ignoreIndex = UNLABELED, pixelWeight = null, reduction = 'mean' }: MeanSquaredErrorOptions = {},
): tf.Tensor {
  assertShapes(logits, labels);
  assertPixelWeight(pixelWeight, labels);
  return tf.tidy(() => {
    const { channelMask, probabilities, target } = maskedProbabilities(logits, labels, ignoreIndex);
    const squared = weighPixels(tf.squaredDifference(probabilities, target), pixelWeight);
    if (reduction === 'none') return selectOrZero(channelMask, squared);
    const terms = () => tf.mul(tf.sum(weighPixels(target, pixelWeight)), channelCountOf(logits));
    return reduceMasked(squared, channelMask, terms, reduction);
  });
}
