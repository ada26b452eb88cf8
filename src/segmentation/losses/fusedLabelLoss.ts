import * as tf from '@tensorflow/tfjs-core';
import { type MaskedLossAttributes, maskedSoftmaxLoss } from '../kernels/maskedLoss/maskedLoss.ts';
import { maskedSoftmaxDice } from '../kernels/maskedLoss/maskedLossDice.ts';
import { FOCAL_GAMMA } from './focal.ts';
import type { LabelLossConfig } from './labelLossConfig.ts';
import { assertLabelSmoothing, weightTensor } from './maskedReduction.ts';

/**
 * `labelLoss`, of arguments that it has checked, by kernels of our own, which the backend must have. With `weight` a
 * tensor or `null` nothing is uploaded. The caller disposes the scalar.
 */
export function fusedLabelLoss(logits: tf.Tensor4D, labels: tf.Tensor3D, config: LabelLossConfig): tf.Scalar {
  const { loss, treatment, labelSmoothing, pixelWeight = null, denominator = null, onStats = null } = config;
  const unlabeledAs = roleOfUnlabeled(config);
  return tf.tidy(() => {
    if (loss === 'dice') {
      // No treatment that Dice is defined under zeroes anything.
      return maskedSoftmaxDice(logits, labels, {
        unlabeledAs: unlabeledAs === 'zeroed' ? 'ignored' : unlabeledAs,
        pixelWeight,
        onStats,
      });
    }
    const squared = loss === 'mse';
    if (!squared) assertLabelSmoothing(labelSmoothing);
    return maskedSoftmaxLoss(logits, labels, {
      cost: squared ? 'squaredError' : 'logarithmic',
      gamma: loss === 'focal' ? FOCAL_GAMMA : 0,
      labelSmoothing: squared ? 0 : labelSmoothing,
      unlabeledAs,
      meanOver: treatment === 'allPixelMean' ? 'allPixels' : 'counted',
      weight: squared ? null : channelWeight(config),
      pixelWeight,
      denominator,
      onStats,
    });
  });
}

function roleOfUnlabeled(config: LabelLossConfig): MaskedLossAttributes['unlabeledAs'] {
  switch (config.treatment) {
    case 'ignore':
    case 'allPixelMean':
      return 'ignored';
    case 'zeroedInput':
      return 'zeroed';
    case 'asBackground':
      return config.backgroundChannel;
    case 'extraClass':
      return config.classCount;
  }
}

function channelWeight({ weight, treatment }: LabelLossConfig): tf.Tensor1D | null {
  const listed = weight !== null && !(weight instanceof tf.Tensor);
  return weightTensor(listed && treatment === 'extraClass' ? [...weight, 1] : weight);
}
