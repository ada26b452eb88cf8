import * as tf from '@tensorflow/tfjs-core';

/** What a network says of a picture. */
export interface ChannelPrediction {
  /** `[H, W]`: output of the largest probability, the lowest of equals. */
  readonly channelMap: Uint8Array<ArrayBuffer>;
  /** `[H, W]`: that probability, 0–255. */
  readonly confidence: Uint8Array<ArrayBuffer>;
  /**
   * `[H, W]`: what it is above the second largest, 0–255: 0 where the network wavers between two outputs ("margin
   * sampling", Scheffer, Decomain & Wrobel 2001).
   */
  readonly margin: Uint8Array<ArrayBuffer>;
}

export const PREDICTION_BYTES = 'PredictionBytes';

/**
 * The likeliest channel of every pixel, its probability and its lead over the next, in as few bytes as can be read back:
 * logits `[B, H, W, C]`, `C ≤ 256` → one int32 word a pixel that {@link unpackPrediction} reads. The lowest channel wins
 * among equals. Where logits are NaN or +∞ both are 0. The caller disposes the words.
 */
export function predictionBytes(logits: tf.Tensor4D): tf.Tensor1D {
  if (tf.getKernel(PREDICTION_BYTES, tf.getBackend()) !== undefined) {
    return tf.engine().runKernel(PREDICTION_BYTES, { logits });
  }
  return tf.tidy(() => {
    const channels = logits.shape[3];
    const largest = tf.max(logits, 3, true);
    const best = tf.argMax(logits, 3);
    // The largest probability is 1 / Σ exp(logit − largest logit), the next one its exponential times that.
    const exponentials = tf.exp(tf.sub(logits, largest));
    const probability = tf.div(1, tf.sum(exponentials, 3));
    const second = channels === 1 ? 0 : tf.max(tf.mul(exponentials, tf.oneHot(best, channels, 0, 1)), 3);
    const margin = tf.mul(probability, tf.sub(1, second));
    const byte = (share: tf.Tensor) => tf.cast(tf.floor(tf.add(tf.mul(255, share), 0.5)), 'int32');
    // 24 bits: a backend that keeps whole numbers as floats holds no more.
    const figures = tf.add(byte(probability), tf.mul(byte(margin), tf.scalar(256, 'int32')));
    const words = tf.add(best, tf.mul(figures, tf.scalar(256, 'int32')));
    return tf.reshape<tf.Rank.R1>(words, [-1]);
  });
}

/**
 * What each pixel's word `channel | confidence << 8 | margin << 16` says: the likeliest channel, 255 times its
 * probability, and 255 times what that is above the second largest, both rounded.
 */
export function unpackPrediction(words: Int32Array): ChannelPrediction {
  const channelMap = new Uint8Array(words.length);
  const confidence = new Uint8Array(words.length);
  const margin = new Uint8Array(words.length);
  words.forEach((word, pixel) => {
    channelMap[pixel] = word & 0xff;
    confidence[pixel] = (word >>> 8) & 0xff;
    margin[pixel] = (word >>> 16) & 0xff;
  });
  return { channelMap, confidence, margin };
}
