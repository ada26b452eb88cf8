import * as tf from '@tensorflow/tfjs-core';
import { logSoftmax } from '../losses/logSoftmax.ts';

/** A picture or map `[B, H, W, C]`, left and right exchanged; the caller disposes it. */
export function mirrorImage(x: tf.Tensor4D): tf.Tensor4D {
  return tf.reverse(x, 2);
}

/**
 * Logits whose probabilities are the mean of those of `logits` and `others`, all `[B, H, W, C]`; the caller disposes them.
 * They are the mean's logarithm, up to a constant, and as exact where a probability is next to nothing.
 */
export function meanOfProbabilities(logits: tf.Tensor4D, others: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const [here, there] = [logSoftmax(logits), logSoftmax(others)];
    const larger = tf.maximum(here, there);
    // The larger one's share is 1, so that nothing underflows to the logarithm of 0.
    const shares = tf.add(tf.exp(tf.sub(here, larger)), tf.exp(tf.sub(there, larger)));
    return tf.add<tf.Tensor4D>(larger, tf.log(shares));
  });
}

/**
 * What a network says of a picture and of its mirror image, averaged: `logitsOf` and `mirroredLogitsOf` see `[B, H, W, 3]`
 * and its mirror image and give logits `[B, H, W, C]`, which are disposed; see {@link meanOfProbabilities} for the result.
 */
export function flipAveraged(
  picture: tf.Tensor4D,
  logitsOf: (picture: tf.Tensor4D) => tf.Tensor4D,
  mirroredLogitsOf = logitsOf,
): tf.Tensor4D {
  return tf.tidy(() => {
    const mirrored = mirrorImage(mirroredLogitsOf(mirrorImage(picture)));
    return meanOfProbabilities(logitsOf(picture), mirrored);
  });
}
