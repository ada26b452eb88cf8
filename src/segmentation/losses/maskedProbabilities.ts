import * as tf from '@tensorflow/tfjs-core';
import { logSoftmax } from './logSoftmax.ts';
import { channelCountOf, channelMaskOf, labeledMask, oneHotTarget, selectOrZero } from './maskedReduction.ts';

/**
 * What the losses on probabilities compare, for logits `[..., C]` and labels of their leading shape: the mask repeated
 * for each channel, `p = softmax(logits)` and the one-hot target, all `[..., C]`. Logits of ignored pixels are selected
 * away before the softmax; their `p` is `1/C`, for the loss to select away. Call it inside a `tf.tidy`.
 */
export function maskedProbabilities(logits: tf.Tensor, labels: tf.Tensor, ignoreIndex: number) {
  const mask = labeledMask(labels, ignoreIndex);
  const channelMask = channelMaskOf(mask, channelCountOf(logits));
  return {
    channelMask,
    probabilities: tf.exp(logSoftmax(selectOrZero(channelMask, logits))),
    target: oneHotTarget(labels, mask, channelMask),
  };
}
