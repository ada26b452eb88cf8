import * as tf from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../labels/planes.ts';
import { logSoftmax } from './logSoftmax.ts';
import {
  assertLabelSmoothing,
  assertPixelWeight,
  assertShapes,
  assertWeight,
  type ClassWeight,
  channelCountOf,
  channelMaskOf,
  labeledMask,
  oneHotTarget,
  type PixelWeight,
  type Reduction,
  reduceMasked,
  selectOrZero,
  weighPixels,
  weightTensor,
} from './maskedReduction.ts';

export interface CrossEntropyOptions {
  /** Label of pixels that do not count; default 255. It may lie in `[0, C)`: that channel is then never a target. */
  readonly ignoreIndex?: number;
  /** `w`: one finite weight ≥ 0 per channel; default all 1. */
  readonly weight?: ClassWeight;
  /** `m`: a weight for every pixel, which its cost and its share of the denominator are multiplied by; default all 1. */
  readonly pixelWeight?: PixelWeight;
  /** `ε` in [0, 1]; default 0. */
  readonly labelSmoothing?: number;
  /** Default `mean`. */
  readonly reduction?: Reduction;
}

/**
 * Cross-entropy of softmax(logits) over labeled pixels: PyTorch's `cross_entropy`, with the channels last.
 *
 * `logits` is `[..., C]`, `labels` holds channel indices or `ignoreIndex` in the same leading shape. A pixel costs
 * `(1−ε)·w[y]·(−log p_y) + (ε/C)·Σ_c w[c]·(−log p_c)`, times `m`. `mean` divides the sum by `Σ v·m·w[y]`; where that is 0 (nothing
 * labeled, or only zero weights) loss and gradients are exactly 0, where PyTorch gives NaN. `none` has the shape of
 * `labels`, 0 where ignored. The gradient at an ignored pixel's logits is exactly 0, also when they are NaN or infinite.
 *
 * The caller disposes the result. Throws a `RangeError` for shapes, weights or smoothing that do not fit.
 */
export function crossEntropy(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options?: CrossEntropyOptions & { readonly reduction?: 'mean' | 'sum' },
): tf.Scalar;
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor, options: CrossEntropyOptions): tf.Tensor;
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor, options: CrossEntropyOptions = {}): tf.Tensor {
  return weightedLogLoss(logits, labels, options, tf.neg);
}

/**
 * `Σ_c q[c]·w[c]·cost(log p_c)` per pixel, with the smoothed target `q`, reduced as cross-entropy is: the family that
 * cross-entropy and focal loss share. `cost` maps log-probabilities `[..., C]` to costs of the same shape.
 */
export function weightedLogLoss(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options: CrossEntropyOptions,
  cost: (logProbabilities: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const {
    ignoreIndex = UNLABELED,
    weight = null,
    pixelWeight = null,
    labelSmoothing = 0,
    reduction = 'mean',
  } = options;
  assertShapes(logits, labels);
  assertPixelWeight(pixelWeight, labels);
  const channelCount = channelCountOf(logits);
  assertWeight(weight, channelCount);
  assertLabelSmoothing(labelSmoothing);
  return tf.tidy(() => {
    const mask = labeledMask(labels, ignoreIndex);
    const channelMask = channelMaskOf(mask, channelCount);
    const costs = cost(logSoftmax(selectOrZero(channelMask, logits)));
    const oneHot = weighPixels(oneHotTarget(labels, mask, channelMask), pixelWeight);
    const channelWeight = weightTensor(weight) ?? tf.ones([channelCount]);
    const weighted = weight === null ? oneHot : tf.mul(oneHot, channelWeight);
    const target =
      labelSmoothing === 0
        ? weighted
        : tf.add(
            tf.mul(weighted, 1 - labelSmoothing),
            weighPixels(tf.mul(channelWeight, labelSmoothing / channelCount), pixelWeight),
          );
    const terms = tf.mul(target, costs);
    if (reduction === 'none') return tf.sum(selectOrZero(channelMask, terms), -1);
    return reduceMasked(terms, channelMask, () => tf.sum(weighted), reduction);
  });
}
