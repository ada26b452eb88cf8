import * as tf from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../labels/planes.ts';
import { incompatibility, type LossKind, type Treatment } from '../../settings/learner.ts';
import { crossEntropy } from './crossEntropy.ts';
import { dice } from './dice.ts';
import { focal } from './focal.ts';
import { assertShapes, assertWeight } from './maskedReduction.ts';
import { meanSquaredError } from './meanSquaredError.ts';
import { outputChannelCount, relabelUnlabeled, zeroedInput } from './treatments.ts';

/** What a training step minimises on the labels: a loss, and what it does with unlabeled pixels. */
export interface LabelLossConfig {
  loss: LossKind;
  treatment: Treatment;
  /** C: channels without the extra one. */
  classCount: number;
  /** Per channel, length C, finite and not negative; the extra class weighs 1. Dice and MSE have no class weights. */
  weight: readonly number[] | null;
  /** ε in [0, 1]. Dice and MSE compare with a plain one-hot target. */
  labelSmoothing: number;
  /** Channel that unlabeled pixels are trained as under `asBackground`; read there only. */
  backgroundChannel: number;
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
  const reason = incompatibility(config.loss, config.treatment);
  if (reason !== null) throw new Error(reason);
  assertShapes(logits, labels);
  assertWeight(config.weight, config.classCount);
  const channels = outputChannelCount(config.classCount, config.treatment);
  if (logits.shape[3] !== channels) {
    throw new RangeError(`The label loss needs ${channels} channels of logits, not ${logits.shape[3]}.`);
  }
  return tf.tidy(() => treated(logits, labels, config));
}

function treated(logits: tf.Tensor4D, labels: tf.Tensor3D, config: LabelLossConfig): tf.Scalar {
  const { loss, weight, labelSmoothing, classCount, backgroundChannel } = config;
  switch (config.treatment) {
    case 'ignore':
      return lossOf(loss, logits, labels, weight, labelSmoothing, 'mean');
    case 'allPixelMean': {
      const terms = loss === 'mse' ? logits.size : labels.size;
      return tf.div(lossOf(loss, logits, labels, weight, labelSmoothing, 'sum'), terms);
    }
    case 'zeroedInput': {
      const zeroed = zeroedInput(logits, labels);
      return lossOf(loss, zeroed.logits, zeroed.labels, weight, labelSmoothing, 'mean');
    }
    case 'asBackground': {
      if (!Number.isInteger(backgroundChannel) || backgroundChannel < 0 || backgroundChannel >= classCount) {
        throw new RangeError(`There is no channel ${backgroundChannel} to train unlabeled pixels as.`);
      }
      return lossOf(loss, logits, relabelUnlabeled(labels, backgroundChannel), weight, labelSmoothing, 'mean');
    }
    case 'extraClass': {
      const extended = weight === null ? null : [...weight, 1];
      return lossOf(loss, logits, relabelUnlabeled(labels, classCount), extended, labelSmoothing, 'mean');
    }
  }
}

function lossOf(
  loss: LossKind,
  logits: tf.Tensor,
  labels: tf.Tensor,
  weight: readonly number[] | null,
  labelSmoothing: number,
  reduction: 'mean' | 'sum',
): tf.Scalar {
  const ignoreIndex = UNLABELED;
  switch (loss) {
    case 'crossEntropy':
      return crossEntropy(logits, labels, { ignoreIndex, weight, labelSmoothing, reduction });
    case 'focal':
      return focal(logits, labels, { ignoreIndex, weight, labelSmoothing, reduction });
    case 'dice':
      return dice(logits, labels, { ignoreIndex });
    case 'mse':
      return meanSquaredError(logits, labels, { ignoreIndex, reduction });
  }
}
