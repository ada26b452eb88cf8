import * as tf from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../labels/planes.ts';
import type { Treatment } from '../../settings/learner.ts';
import { channelCountOf, channelMaskOf, labeledMask, selectOrZero } from './maskedReduction.ts';

/**
 * Channels of logits that `classCount` classes need: one more under `extraClass`, where unlabeled is class C.
 *
 * Prediction is the argmax over all of them, so that the network may well answer "unlabeled".
 */
export function outputChannelCount(classCount: number, treatment: Treatment): number {
  return treatment === 'extraClass' ? classCount + 1 : classCount;
}

/** Replaces 255 by `channel`: how `asBackground` and `extraClass` train unlabeled pixels. */
export function relabelUnlabeled(labels: tf.Tensor, channel: number): tf.Tensor {
  return tf.tidy(() => tf.where(labeledMask(labels, UNLABELED), labels, tf.fill(labels.shape, channel, 'int32')));
}

/**
 * `input·h` and `target·h` with `h = (target != 255)`: the recipe published as `FlattenedLossWithUnlabeled`.
 *
 * Logits `[..., C]` and labels come back in their shapes; an unlabeled pixel has logits 0 and label 0, so that the
 * cross-entropy over all pixels charges it `w[0]·log C`, a constant: with labeled share `s` and no class weights
 * `L = s·masked + (1−s)·log C`. This is a select. The product that the recipe has is the same for finite logits, but
 * NaN · 0 and Inf · 0 are NaN: one bad logit under an unlabeled pixel would make the loss and every gradient NaN.
 */
export function zeroedInput(logits: tf.Tensor, labels: tf.Tensor): { logits: tf.Tensor; labels: tf.Tensor } {
  return tf.tidy(() => {
    const mask = labeledMask(labels, UNLABELED);
    const channelMask = channelMaskOf(mask, channelCountOf(logits));
    return { logits: selectOrZero(channelMask, logits), labels: selectOrZero(mask, labels) };
  });
}
