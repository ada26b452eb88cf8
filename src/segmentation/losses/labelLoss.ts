import type * as tf from '@tensorflow/tfjs-core';
import { incompatibility } from '../../settings/learner.ts';
import { hasMaskedLoss } from '../kernels/maskedLoss/maskedLoss.ts';
import { composedLabelLoss } from './composedLabelLoss.ts';
import { fusedLabelLoss } from './fusedLabelLoss.ts';
import type { LabelLossConfig } from './labelLossConfig.ts';
import { assertPixelWeight, assertShapes, assertWeight } from './maskedReduction.ts';
import { outputChannelCount } from './treatments.ts';

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
