import * as tf from '@tensorflow/tfjs-core';
import { type CrossEntropyOptions, crossEntropy } from './crossEntropy.ts';

/**
 * The negative log-likelihood of ONNX and PyTorch made of {@link crossEntropy}. It takes `scores` `[..., C]` for logarithms
 * of probabilities though these need not sum to 1. Shifted down, and with a channel more that makes them do so, they are
 * what log-softmax leaves as they are: the loss is cross-entropy but for the shift, by which each term is too large.
 * `shift` is above the logarithm of any pixel's sum of exponentials, or the loss is NaN.
 */
export function negativeLogLikelihood(
  scores: tf.Tensor,
  labels: tf.Tensor,
  options: CrossEntropyOptions,
  shift: number,
): tf.Tensor {
  const channels = scores.shape.at(-1) as number;
  return tf.tidy(() => {
    const shifted = tf.sub(scores, shift);
    const rest = tf.log(tf.sub(1, tf.sum(tf.exp(shifted), -1, true)));
    const { weight = null } = options;
    const loss = crossEntropy(tf.concat([shifted, rest], -1), labels, {
      ...options,
      weight: weight && [...(weight as readonly number[]), 0],
    });
    // Of channels that are alike each term is its weight times the logarithm of their number.
    const weights = tf.div(crossEntropy(tf.zeros(scores.shape), labels, options), Math.log(channels));
    return tf.sub(loss, tf.mul(shift, weights));
  });
}
