import * as tf from '@tensorflow/tfjs-core';

export const RELU_GRADIENT = 'ReluGradient';
export const RELU6_GRADIENT = 'Relu6Gradient';

/**
 * Gradient of `y = relu(x)` by `x`: `dy` where `y > 0`, else exactly 0, also where `dy` is NaN or infinite. Both are of
 * one shape, which the result has, too; the caller disposes it.
 */
export function reluGradient<T extends tf.Tensor>(dy: T, y: T): T {
  if (tf.getKernel(RELU_GRADIENT, tf.getBackend()) !== undefined) {
    return tf.engine().runKernel(RELU_GRADIENT, { dy, y }) as T;
  }
  return tf.tidy(() => tf.where(tf.greater(y, 0), dy, tf.zerosLike(dy)));
}

/** The same of `y = min(relu(x), 6)`: `dy` where `0 < y < 6`, as PyTorch's `relu6` has it, else exactly 0. */
export function relu6Gradient<T extends tf.Tensor>(dy: T, y: T): T {
  if (tf.getKernel(RELU6_GRADIENT, tf.getBackend()) !== undefined) {
    return tf.engine().runKernel(RELU6_GRADIENT, { dy, y }) as T;
  }
  return tf.tidy(() => tf.where(tf.logicalAnd(tf.greater(y, 0), tf.less(y, 6)), dy, tf.zerosLike(dy)));
}
