import * as tf from '@tensorflow/tfjs-core';
import { MIN_MISS } from '../kernels/maskedLoss/maskedLoss.ts';
import { type CrossEntropyOptions, weightedLogLoss } from './crossEntropy.ts';

export interface FocalOptions extends CrossEntropyOptions {
  /** `γ ≥ 0`, how strongly well-classified pixels are played down; default 2. 0 is cross-entropy. */
  readonly gamma?: number;
}

/** γ unless another is given. */
export const FOCAL_GAMMA = 2;

/**
 * Softmax focal loss over labeled pixels: cross-entropy with `−log p_c` replaced by `(1 − p_c)^γ · (−log p_c)`, in the
 * label's term and in the smoothing's. Shapes, options, denominator, exact zeros, errors and ownership are those of
 * `crossEntropy`. Source: Lin et al. 2017, "Focal Loss for Dense Object Detection", equation 4, for softmax.
 */
export function focal(
  logits: tf.Tensor,
  labels: tf.Tensor,
  options?: FocalOptions & { readonly reduction?: 'mean' | 'sum' },
): tf.Scalar;
export function focal(logits: tf.Tensor, labels: tf.Tensor, options: FocalOptions): tf.Tensor;
export function focal(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { gamma = FOCAL_GAMMA, ...options }: FocalOptions = {},
): tf.Tensor {
  if (!(gamma >= 0 && Number.isFinite(gamma))) {
    throw new RangeError(`The focal loss needs a finite γ ≥ 0, not ${gamma}.`);
  }
  return weightedLogLoss(logits, labels, options, (logProbabilities) => {
    const miss = tf.maximum(tf.sub(1, tf.exp(logProbabilities)), MIN_MISS);
    return tf.neg(tf.mul(tf.pow(miss, gamma), logProbabilities));
  });
}
