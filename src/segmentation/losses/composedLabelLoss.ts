import * as tf from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../labels/planes.ts';
import { crossEntropy } from './crossEntropy.ts';
import { dice } from './dice.ts';
import { focal } from './focal.ts';
import type { LabelLossConfig } from './labelLossConfig.ts';
import { type ClassWeight, labeledMask, ratioOrZero } from './maskedReduction.ts';
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

/** Logits, labels and weights as a treatment hands them to the loss. The surrounding tidy disposes them. */
interface TreatedInputs {
  readonly logits: tf.Tensor;
  readonly labels: tf.Tensor;
  /** One per channel of the logits. */
  readonly weight: ClassWeight;
}

function treatedInputs(
  logits: tf.Tensor4D,
  labels: tf.Tensor3D,
  { treatment, weight, classCount, backgroundChannel }: LabelLossConfig,
): TreatedInputs {
  switch (treatment) {
    case 'ignore':
    case 'allPixelMean':
      return { logits, labels, weight };
    case 'zeroedInput':
      return { ...zeroedInput(logits, labels), weight };
    case 'asBackground':
      return { logits, labels: relabelUnlabeled(labels, backgroundChannel), weight };
    case 'extraClass': {
      const extended = weight === null || weight instanceof tf.Tensor ? weight : [...weight, 1];
      return { logits, labels: relabelUnlabeled(labels, classCount), weight: extended };
    }
  }
}

/**
 * What every pixel costs before the sum is divided: `[B, H, W]`, 0 where a pixel does not count; `null` for Dice, a ratio
 * of sums in which no pixel has a term of its own. Arguments are those of `labelLoss`. The caller disposes the tensor.
 */
export function labelLossTerms(logits: tf.Tensor4D, labels: tf.Tensor3D, config: LabelLossConfig): tf.Tensor3D | null {
  const { loss, labelSmoothing, pixelWeight = null } = config;
  if (loss === 'dice') return null;
  return tf.tidy(() => {
    const treated = treatedInputs(logits, labels, config);
    const { weight } = treated;
    if (loss === 'mse') {
      const errors = meanSquaredError(treated.logits, treated.labels, { pixelWeight, reduction: 'none' });
      return tf.sum<tf.Tensor3D>(errors, -1);
    }
    const cost = loss === 'focal' ? focal : crossEntropy;
    const options = { weight, pixelWeight, labelSmoothing, reduction: 'none' } as const;
    return cost(treated.logits, treated.labels, options) as tf.Tensor3D;
  });
}

function treated(logits: tf.Tensor4D, labels: tf.Tensor3D, config: LabelLossConfig): tf.Scalar {
  const inputs = treatedInputs(logits, labels, config);
  const { weight } = inputs;
  if (config.treatment !== 'allPixelMean') return meanOf(inputs.logits, inputs.labels, { ...config, weight });
  const terms = config.loss === 'mse' ? logits.size : labels.size;
  const denominator = config.denominator ?? tf.scalar(terms);
  return meanOf(inputs.logits, inputs.labels, { ...config, weight, denominator });
}

/** The mean over labeled pixels, or their sum over a given denominator. */
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
