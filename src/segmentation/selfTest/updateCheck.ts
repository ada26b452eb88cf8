import * as tf from '@tensorflow/tfjs-core';
import { OPTIMIZERS } from '../../settings/learner.ts';
import { concatenateFlat } from '../kernels/optimizer/concatenateFlat.ts';
import { deferringSums } from '../kernels/webgpu/webgpuDeferredSums.ts';
import { filterAndBiasGradient } from '../models/convolution.ts';
import { Optimizer, type OptimizerState } from '../optimizer/optimizer.ts';
import { assertAgrees, noise } from './disagreement.ts';

/** Neither a multiple of a workgroup nor of what a view begins at. */
const PARAMETERS = 333;
const RATES = { learningRate: 0.02, weightDecay: 0.05, averageShare: 0.3 };

/** Two updates of every rule, the average with them, on the backend in force; the states are read when all have been asked for. */
function updated(): Promise<OptimizerState>[] {
  return OPTIMIZERS.map((kind) => {
    const decayMask = noise(PARAMETERS, 20).map((value) => (value > 0 ? 1 : 0));
    const optimizer = new Optimizer(kind, noise(PARAMETERS, 21), decayMask, true);
    for (const seed of [22, 23]) {
      const gradient = tf.tensor1d(noise(PARAMETERS, seed));
      optimizer.update(gradient, RATES);
      gradient.dispose();
    }
    return optimizer.read().finally(() => optimizer.dispose());
  });
}

/**
 * Both optimisers against the processor's, a flat vector of more tensors than one dispatch binds, and one of sums that were
 * deferred. `onProcessor` runs
 * something on the CPU backend; `within` waits for the graphics processor. Rejects with a `DisagreementError`.
 */
export async function checkUpdates(
  onProcessor: <T>(work: () => T) => T,
  within: <T>(reading: Promise<T>) => Promise<T>,
): Promise<void> {
  const found = await within(Promise.all(updated()));
  const expected = await Promise.all(onProcessor(updated));
  expected.forEach(({ parameters, moments, average }, i) => {
    const kernel = `update by ${OPTIMIZERS[i]}`;
    const ours = found[i] as OptimizerState;
    assertAgrees(kernel, ours.parameters, parameters);
    moments.forEach((moment, k) => {
      assertAgrees(kernel, ours.moments[k] ?? [], moment);
    });
    assertAgrees(kernel, ours.average ?? [], average ?? []);
  });
  await checkFlat(within);
  await checkDeferredSums(within);
}

async function checkFlat(within: <T>(reading: Promise<T>) => Promise<T>): Promise<void> {
  const sizes = [5, 64, 1, 130, 7, 3, 64, 20, 9];
  const starts = sizes.map((_, i) => 192 * i);
  const expected = new Float32Array(192 * sizes.length);
  const tensors = sizes.map((size, i) => {
    const values = noise(size, 30 + i);
    expected.set(values, starts[i]);
    return tf.tensor1d(values);
  });
  const flat = concatenateFlat(tensors, starts, expected.length);
  const values = await within(flat.data());
  tf.dispose([...tensors, flat]);
  assertAgrees('flat vector', values, expected);
}

/** A filter's gradient of many blocks and one of few, with a bias's: added up late against added up at once. */
async function checkDeferredSums(within: <T>(reading: Promise<T>) => Promise<T>): Promise<void> {
  const config = { stride: 1, dilation: 1, inputGradient: false };
  const gradients = () =>
    [40, 9].flatMap((side, i) => {
      const [x, dy] = [4, 3 + 5 * i].map((channels, k) =>
        tf.tensor4d(noise(side * side * channels, 40 + 2 * i + k), [1, side, side, channels]),
      ) as [tf.Tensor4D, tf.Tensor4D];
      return filterAndBiasGradient(x, dy, [1 + 2 * i, 1 + 2 * i, 4, 3 + 5 * i], config);
    });
  const flat = (some: tf.Tensor[]) => concatenateFlat(some, [0, 64, 128, 512], 576);
  const [late, atOnce] = tf.tidy(() => [flat(deferringSums(gradients)), flat(gradients())] as const);
  const [found, expected] = await within(Promise.all([late.data(), atOnce.data()]));
  tf.dispose([late, atOnce]);
  assertAgrees('deferred sums', found, expected);
}
