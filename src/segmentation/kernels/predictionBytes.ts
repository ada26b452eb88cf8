import * as tf from '@tensorflow/tfjs-core';

export const PREDICTION_BYTES = 'PredictionBytes';

/**
 * The likeliest channel of every pixel and its probability, in as few bytes as can be read back: logits `[B, H, W, C]`,
 * `C ≤ 256` → int32 words that {@link unpackPrediction} reads. The lowest channel wins among equals. Where logits are
 * NaN or +∞ the confidence is 0. The caller disposes the words.
 */
export function predictionBytes(logits: tf.Tensor4D): tf.Tensor1D {
  if (tf.getKernel(PREDICTION_BYTES, tf.getBackend()) !== undefined) {
    return tf.engine().runKernel(PREDICTION_BYTES, { logits });
  }
  return tf.tidy(() => {
    const largest = tf.max(logits, 3, true);
    // The largest probability is 1 / Σ exp(logit − largest logit).
    const confidence = tf.floor(tf.add(tf.div(255, tf.sum(tf.exp(tf.sub(logits, largest)), 3)), 0.5));
    // One pixel to a word: a backend that keeps whole numbers as floats holds no more than 24 bits.
    const words = tf.add(tf.argMax(logits, 3), tf.mul(tf.cast(confidence, 'int32'), tf.scalar(256, 'int32')));
    return tf.reshape<tf.Rank.R1>(words, [-1]);
  });
}

/**
 * Channel and confidence (255 times the probability, rounded) of each of `pixelCount` pixels. A word holds two pixels,
 * `channel | confidence << 8` each and the first in the low half, or one where there are as many words as pixels. Throws
 * a `RangeError` for another number of words.
 */
export function unpackPrediction(
  words: Int32Array,
  pixelCount: number,
): { channelMap: Uint8Array<ArrayBuffer>; confidence: Uint8Array<ArrayBuffer> } {
  const channelMap = new Uint8Array(pixelCount);
  const confidence = new Uint8Array(pixelCount);
  const perWord = words.length === pixelCount ? 1 : 2;
  if (words.length !== Math.ceil(pixelCount / perWord)) {
    throw new RangeError(`The prediction of ${pixelCount} pixels is not ${words.length} words long.`);
  }
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    const half = perWord === 1 ? 0 : 16 * (pixel & 1);
    const bytes = (words[Math.floor(pixel / perWord)] as number) >>> half;
    channelMap[pixel] = bytes & 0xff;
    confidence[pixel] = (bytes >>> 8) & 0xff;
  }
  return { channelMap, confidence };
}
