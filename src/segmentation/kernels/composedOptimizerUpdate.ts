import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerKind } from '../../settings/learner.ts';
import { BETA1, BETA2 } from './optimizerUpdate.ts';

interface Vectors {
  readonly parameters: tf.Tensor1D;
  readonly moments: readonly tf.Tensor1D[];
}

/**
 * One update in tfjs's own operations, as new tensors that the caller disposes; `numbers` are the rule's,
 * see `UPDATE_NUMBERS`.
 */
export function composeUpdate(
  kind: OptimizerKind,
  { parameters, moments }: Vectors,
  gradient: tf.Tensor1D,
  decayMask: tf.Tensor1D,
  numbers: Float32Array,
): tf.Tensor1D[] {
  return tf.tidy(() => {
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
  });
}
