import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerKind } from '../../../settings/learner.ts';
import { AVERAGE_SHARE, BETA1, BETA2 } from './optimizerUpdate.ts';

interface Vectors {
  readonly parameters: tf.Tensor1D;
  readonly moments: readonly tf.Tensor1D[];
  /** `null`: none is kept. */
  readonly average: tf.Tensor1D | null;
}

/**
 * One update in tfjs's own operations, as new tensors that the caller disposes: parameters, moments, average. `numbers`
 * are the rule's, see `UPDATE_NUMBERS`.
 */
export function composeUpdate(
  kind: OptimizerKind,
  { parameters, moments, average }: Vectors,
  gradient: tf.Tensor1D,
  decayMask: tf.Tensor1D,
  numbers: Float32Array,
): tf.Tensor1D[] {
  return tf.tidy(() => {
    const updated = composeRule(kind, parameters, moments, gradient, decayMask, numbers);
    if (average === null) return updated;
    const ahead = tf.sub(updated[0] as tf.Tensor1D, average);
    return [...updated, tf.add<tf.Tensor1D>(average, tf.mul(ahead, numbers[AVERAGE_SHARE] as number))];
  });
}

function composeRule(
  kind: OptimizerKind,
  parameters: tf.Tensor1D,
  moments: readonly tf.Tensor1D[],
  gradient: tf.Tensor1D,
  decayMask: tf.Tensor1D,
  numbers: Float32Array,
): tf.Tensor1D[] {
  const decayed = tf.mul(parameters, decayMask);
  if (kind === 'sgd') {
    const [velocity] = moments as [tf.Tensor1D];
    const [learningRate, weightDecay, momentum] = numbers as unknown as [number, number, number];
    const pull = tf.add(gradient, tf.mul(decayed, weightDecay));
    const next = tf.add<tf.Tensor1D>(tf.mul(velocity, momentum), pull);
    return [tf.sub<tf.Tensor1D>(parameters, tf.mul(next, learningRate)), next];
  }
  const [mean, square] = moments as [tf.Tensor1D, tf.Tensor1D];
  const [stepSize, decay, epsilon] = numbers as unknown as [number, number, number];
  const nextMean = tf.add<tf.Tensor1D>(tf.mul(mean, BETA1), tf.mul(gradient, 1 - BETA1));
  const nextSquare = tf.add<tf.Tensor1D>(tf.mul(square, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
  const direction = tf.div(nextMean, tf.add(tf.sqrt(nextSquare), epsilon));
  const kept = tf.sub(parameters, tf.mul(decayed, decay));
  return [tf.sub<tf.Tensor1D>(kept, tf.mul(direction, stepSize)), nextMean, nextSquare];
}
