import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from '../withGradient.ts';
import { channelCountOf } from './maskedReduction.ts';

/**
 * Log-softmax over the last axis, with its gradient: `[..., C]` to `[..., C]`, stable for any finite logits.
 *
 * tfjs's own gives every pixel a workgroup with barriers to reduce its few channels (on 2 × 128 × 128 pixels of three
 * channels 3.3 s on SwiftShader). Pooling and convolution do it with one invocation a pixel. The caller disposes.
 */
export function logSoftmax(logits: tf.Tensor): tf.Tensor {
  const rows: [number, number] = [-1, channelCountOf(logits)];
  return tf.tidy(() =>
    withGradient([logits], () => {
      const z = tf.reshape(logits, rows);
      const shifted = tf.sub(z, rowMax(z));
      const value = tf.reshape(tf.sub(shifted, tf.log(rowSum(tf.exp(shifted)))), logits.shape);
      return {
        value,
        saved: [value],
        gradient: (dy, [logProbabilities = value]) => {
          const dyRows = tf.reshape(dy, rows);
          const probabilities = tf.exp(tf.reshape(logProbabilities, rows));
          return [tf.reshape(tf.sub(dyRows, tf.mul(rowSum(dyRows), probabilities)), logits.shape)];
        },
      };
    }),
  );
}

/** `[N, C]` to `[N, 1]`. */
function rowMax(x: tf.Tensor): tf.Tensor {
  const [n = 0, channels = 0] = x.shape;
  return tf.reshape(tf.maxPool(asPicture(x), [1, channels], [1, channels], 'valid'), [n, 1]);
}

/** `[N, C]` to `[N, 1]`. Not C times the average pool, which makes of 1 + 0 + 0 a sum that is not quite 1. */
function rowSum(x: tf.Tensor): tf.Tensor {
  const [n = 0, channels = 0] = x.shape;
  const ones: tf.Tensor4D = tf.fill([1, channels, 1, 1], 1);
  return tf.reshape(tf.depthwiseConv2d(asPicture(x), ones, [1, channels], 'valid'), [n, 1]);
}

/** The rows as a picture one channel deep, N high and C wide. */
function asPicture(x: tf.Tensor): tf.Tensor4D {
  const [n = 0, channels = 0] = x.shape;
  return tf.reshape(x, [1, n, channels, 1]);
}
