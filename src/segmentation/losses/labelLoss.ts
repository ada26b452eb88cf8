import type * as tf from '@tensorflow/tfjs-core';
import { incompatibility, type LossKind, type Treatment } from '../../settings/learner.ts';
import { hasMaskedLoss } from '../kernels/maskedLoss/maskedLoss.ts';
import { composedLabelLoss } from './composedLabelLoss.ts';
import { fusedLabelLoss } from './fusedLabelLoss.ts';
import {
  assertPixelWeight,
  assertShapes,
  assertWeight,
  type ClassWeight,
  type PixelWeight,
} from './maskedReduction.ts';
import { outputChannelCount } from './treatments.ts';

/** What a training step minimises on the labels: a loss, and what it does with unlabeled pixels. */
export interface LabelLossConfig {
  loss: LossKind;
  treatment: Treatment;
  /** C: channels without the extra one. */
  classCount: number;
  /**
   * Per channel, finite and not negative. A list has C entries, and the extra class weighs 1; a tensor, which stays the
   * caller's, has one for the extra class, too. Dice and MSE have no class weights.
   */
  weight: ClassWeight;
  /**
   * `[B, H, W]`: what every pixel's cost, and its share of what the costs are divided by, are multiplied by; what a
   * treatment trains unlabeled pixels with has their weights, too. The mean over all pixels stays a mean over their number.
   */
  pixelWeight?: PixelWeight;
  /** ε in [0, 1]. Dice and MSE compare with a plain one-hot target. */
  labelSmoothing: number;
  /** Channel that unlabeled pixels are trained as under `asBackground`; read there only. */
  backgroundChannel: number;
  /**
   * Divides the summed costs in place of what the treatment would divide by: for crops that share one picture's. Loss
   * and gradient are 0 where it is not positive. Dice, a ratio of sums, has none and leaves it unread.
   */
  denominator?: tf.Scalar;
  /**
   * Called once, before the loss is returned, with `[loss, denominator, correct, labeled]`, which the callee disposes: it
   * outlives a tidy. `labeled` counts the pixels not 255 and `correct` those of them whose label has the largest logit,
   * the lowest index among equals. The denominator is 0 for Dice and, unless it was given, on WebGL.
   */
  onStats?: (stats: tf.Tensor1D) => void;
}

/**
 * The label loss of a batch: one loss under one treatment of unlabeled pixels.
 *
 * `logits` is `[B, H, W, C]`, or `[B, H, W, C + 1]` under `extraClass`; `labels` is int32 `[B, H, W]` of channel index
 * or 255. Under `ignore` and `allPixelMean` the gradient at an unlabeled logit is exactly 0, whatever the logit. A label
 * outside `[0, C)` that is not 255 is the caller's error and is not detected.
 *
 * Returns a scalar that the caller disposes. Throws an `Error` for a pair that `incompatibility()` names and a
 * `RangeError` for shapes, weights or channels that do not fit.
 */
export function labelLoss(logits: tf.Tensor4D, labels: tf.Tensor3D, config: LabelLossConfig): tf.Scalar {
  assertFits(logits, labels, config);
  return hasMaskedLoss() ? fusedLabelLoss(logits, labels, config) : composedLabelLoss(logits, labels, config);
}

function assertFits(logits: tf.Tensor4D, labels: tf.Tensor3D, config: LabelLossConfig): void {
  const { loss, treatment, classCount, weight, backgroundChannel } = config;
  const reason = incompatibility(loss, treatment);
  if (reason !== null) throw new Error(reason);
  assertShapes(logits, labels);
  assertPixelWeight(config.pixelWeight ?? null, labels);
  const channels = outputChannelCount(classCount, treatment);
  assertWeight(weight, Array.isArray(weight) ? classCount : channels);
  if (logits.shape[3] !== channels) {
    throw new RangeError(`The label loss needs ${channels} channels of logits, not ${logits.shape[3]}.`);
  }
  const isChannel = Number.isInteger(backgroundChannel) && backgroundChannel >= 0 && backgroundChannel < classCount;
  if (treatment === 'asBackground' && !isChannel) {
    throw new RangeError(`There is no channel ${backgroundChannel} to train unlabeled pixels as.`);
  }
}
