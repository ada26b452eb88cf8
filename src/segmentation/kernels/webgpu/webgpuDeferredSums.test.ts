import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { CONV_2D_BACKPROP_FILTER_BIAS } from '../convolution/conv2DBackpropFilterBias.ts';
import { concatenateFlat } from '../optimizer/concatenateFlat.ts';
import { addingUpNow, deferredSum, deferringSums } from './webgpuDeferredSums.ts';
import { pretendHardware } from './webgpuTilingTestTools.ts';

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
});
afterEach(() => pretendHardware(false));

/** Sums of these are exact in single precision, in whatever order. */
const whole = (shape: number[], seed: number) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => ((i * 7 + seed) % 9) - 4),
    shape,
  );

const attrs = (filterShape: number[]) =>
  ({ strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1], filterShape }) as unknown as tf.NamedAttrMap;

/** Gradients of convolutions: with bias and without, of many blocks and of few, of channels that are no whole vectors. */
function gradients(): tf.Tensor[] {
  const run = (kernel: string, side: number, filterShape: number[], seed: number) => {
    const [, , inputs = 0, outputs = 0] = filterShape;
    const given = { x: whole([1, side, side, inputs], seed), dy: whole([1, side, side, outputs], seed + 1) };
    const result = tf.engine().runKernel(kernel, given, attrs(filterShape));
    return Array.isArray(result) ? result : [result];
  };
  return [
    ...run(CONV_2D_BACKPROP_FILTER_BIAS, 96, [1, 1, 4, 3], 1),
    ...run(tf.Conv2DBackpropFilter, 24, [3, 3, 4, 8], 2),
    ...run(CONV_2D_BACKPROP_FILTER_BIAS, 24, [3, 3, 3, 8], 3),
    // One that has nothing to be added up.
    whole([5, 3], 4),
    ...run(tf.Conv2DBackpropFilter, 24, [1, 1, 8, 8], 5),
  ];
}

/** Where each begins, with gaps between them, and where the vector ends. */
function places(tensors: readonly tf.Tensor[]): { starts: number[]; end: number } {
  let end = 0;
  const starts = tensors.map(({ size }) => {
    const start = end;
    end = Math.ceil((start + size) / 64) * 64 + 64;
    return start;
  });
  return { starts, end };
}

async function flat(defer: boolean): Promise<{ values: Float32Array; dispatches: number; deferred: number }> {
  const backend = tf.backend() as WebGPUBackend;
  let dispatches = 0;
  let deferred = 0;
  const { runWebGPUProgram } = backend;
  const vector = tf.tidy(() => {
    const tensors = defer ? deferringSums(gradients) : gradients();
    deferred = tensors.filter((tensor) => deferredSum(tensor) !== undefined).length;
    const { starts, end } = places(tensors);
    backend.runWebGPUProgram = (...program) => {
      dispatches++;
      return runWebGPUProgram.apply(backend, program);
    };
    return concatenateFlat(tensors, starts, end);
  });
  backend.runWebGPUProgram = runWebGPUProgram;
  const values = await vector.data<'float32'>();
  vector.dispose();
  return { values, dispatches, deferred };
}

test('what was deferred is added up to the same vector, in one dispatch', { timeout: 60_000 }, async () => {
  pretendHardware(true);
  const expected = await flat(false);
  const found = await flat(true);
  expect([expected.deferred, found.deferred]).toEqual([0, 6]);
  expect(found.values).toEqual(expected.values);
  // Five buffers, the vector beside them.
  expect(found.dispatches).toBe(1);
});

test('where a device binds fewer buffers, in several', { timeout: 60_000 }, async () => {
  pretendHardware(true);
  const expected = await flat(false);
  const { device } = tf.backend() as WebGPUBackend;
  const { limits } = device;
  const fewer = new Proxy(limits, {
    get: (_, name) => (name === 'maxStorageBuffersPerShaderStage' ? 3 : limits[name as keyof GPUSupportedLimits]),
  });
  Object.defineProperty(device, 'limits', { value: fewer, configurable: true });
  const found = await flat(true);
  Object.defineProperty(device, 'limits', { value: limits, configurable: true });
  expect(found.values).toEqual(expected.values);
  expect(found.dispatches).toBe(3);
});

test('software defers nothing', async () => {
  expect((await flat(true)).deferred).toBe(0);
});

test('an operation that would read what is yet to be added up is refused', () => {
  pretendHardware(true);
  tf.tidy(() => {
    const read = () => gradients().map((gradient) => tf.mul(gradient, 2));
    expect(() => deferringSums(read)).toThrow('yet to be added up');
  });
  // Afterwards everything runs as ever.
  tf.tidy(() => {
    expect(gradients().map((gradient) => deferredSum(tf.mul(gradient, 2)))).toEqual(Array(7).fill(undefined));
  });
});

test('an operation that goes on with its gradients has them added up at once', () => {
  pretendHardware(true);
  tf.tidy(() => {
    const scaled = deferringSums(() => addingUpNow(gradients).map((gradient) => tf.mul(gradient, 2)));
    expect(scaled.map((gradient) => deferredSum(gradient))).toEqual(Array(7).fill(undefined));
  });
});

test('nothing is left in memory', { timeout: 60_000 }, async () => {
  pretendHardware(true);
  const before = tf.backend().numDataIds();
  await flat(true);
  expect(tf.backend().numDataIds()).toBe(before);
});
