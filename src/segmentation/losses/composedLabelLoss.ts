import * as tf from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../labels/planes.ts';
import { crossEntropy } from './crossEntropy.ts';
import { dice } from './dice.ts';
import { focal } from './focal.ts';
import type { LabelLossConfig } from './labelLoss.ts';
import { labeledMask, ratioOrZero } from './maskedReduction.ts';
import { meanSquaredError } from './meanSquaredError.ts';
import { relabelUnlabeled, zeroedInput } from './treatments.ts';

/**
 * `labelLoss`, of arguments that it has checked, as a composition of the losses of this folder: some forty operations
 * of tfjs, which every backend has. The caller disposes the scalar.
 */
export function composedLabelLoss(logits: tf.Tensor4D, labels: tf.Tensor3D, config: LabelLossConfig): tf.Scalar {
  return tf.tidy(() => {
    const loss = treated(logits, labels, config);
    config.onStats?.(tf.keep(stats(logits, labels, loss, config)));
    return loss;
  });
}

function treated(logits: tf.Tensor4D, labels: tf.Tensor3D, config: LabelLossConfig): tf.Scalar {
  const { loss, weight, classCount, backgroundChannel } = config;
  switch (config.treatment) {
    case 'ignore':
      return meanOf(logits, labels, config);
    case 'allPixelMean': {
      const terms = loss === 'mse' ? logits.size : labels.size;
      const denominator = config.denominator ?? tf.scalar(terms);
      return meanOf(logits, labels, { ...config, denominator });
    }
    case 'zeroedInput': {
      const zeroed = zeroedInput(logits, labels);
      return meanOf(zeroed.logits, zeroed.labels, config);
    }
    case 'asBackground':
      return meanOf(logits, relabelUnlabeled(labels, backgroundChannel), config);
    case 'extraClass': {
      const extended = weight === null || weight instanceof tf.Tensor ? weight : [...weight, 1];
      return meanOf(logits, relabelUnlabeled(labels, classCount), { ...config, weight: extended });
    }
  }
}

/** The mean over labeled pixels, or the sum over them divided by a denominator that is given. */
function meanOf(logits: tf.Tensor, labels: tf.Tensor, config: LabelLossConfig): tf.Scalar {
  const { loss, weight, labelSmoothing, denominator, pixelWeight = null } = config;
  if (loss === 'dice') return dice(logits, labels, { pixelWeight });
  const reduction = denominator === undefined ? 'mean' : 'sum';
  const reduced =
    loss === 'mse'
      ? meanSquaredError(logits, labels, { pixelWeight, reduction })
      : (loss === 'focal' ? focal : crossEntropy)(logits, labels, { weight, pixelWeight, labelSmoothing, reduction });
  return denominator === undefined ? reduced : ratioOrZero(reduced, denominator);
}

function stats(logits: tf.Tensor, labels: tf.Tensor, loss: tf.Scalar, config: LabelLossConfig): tf.Tensor1D {
  const denominator = config.loss === 'dice' ? undefined : config.denominator;
  const mask = labeledMask(labels, UNLABELED);
  const correct = tf.logicalAnd(mask, tf.equal(tf.argMax(logits, -1), labels));
  const count = (hits: tf.Tensor) => tf.sum<tf.Scalar>(tf.cast(hits, 'float32'));
  return tf.stack([loss, denominator ?? tf.scalar(0), count(correct), count(mask)]) as tf.Tensor1D;
}
