import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../random.ts';

/** A tensor's content, for whichever backend. */
export interface Values {
  readonly shape: number[];
  readonly values: Float32Array;
}

/**
 * Whole numbers from `−most` to `most`: sums of their products are exact in single precision, and kinks at whole numbers
 * are met where they are.
 */
export function wholeNoise(shape: number[], random: Random, most: number): Values {
  const length = tf.util.sizeFromShape(shape);
  return { shape, values: Float32Array.from({ length }, () => random.integer(-most, most)) };
}

/** Value and gradients of `Σ f(inputs)·weights` on a backend that was started. A gradient of −0 is one of 0. */
export async function valueAndGradients(
  backend: string,
  inputs: readonly Values[],
  weights: Values,
  f: (...tensors: tf.Tensor[]) => tf.Tensor,
): Promise<Float32Array[]> {
  if (!(await tf.setBackend(backend))) throw new Error(`The backend ${backend} does not start.`);
  const tensors = inputs.map(({ shape, values }) => tf.tensor(values, shape));
  const weight = tf.tensor(weights.values, weights.shape);
  const value = tf.tidy(() => f(...tensors));
  const grads = tf.grads((...args) => tf.sum(tf.mul(f(...args), weight)))(tensors);
  const results = [value, ...grads];
  const data = await Promise.all(results.map(async (result) => Float32Array.from(await result.data(), (v) => v + 0)));
  tf.dispose([...tensors, weight, ...results]);
  return data;
}
