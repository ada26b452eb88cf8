import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { convolution } from './convolution.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
});

const CASES = [
  { height: 5, width: 7, kernel: 3, stride: 1, dilation: 1 },
  { height: 6, width: 4, kernel: 1, stride: 1, dilation: 1 },
  { height: 7, width: 9, kernel: 3, stride: 1, dilation: 2 },
  { height: 8, width: 5, kernel: 3, stride: 1, dilation: 4 },
  { height: 3, width: 3, kernel: 3, stride: 1, dilation: 8 },
] as const;

// A convolution is linear in either argument: its gradients are right if and only if they are its adjoints, that is if
// Σ dy·conv(x', w) = Σ x'·dx and Σ dy·conv(x, w') = Σ w'·dw for every x' and w'. tfjs's forward convolution is taken as given.
describe.each(['cpu', 'wasm', 'webgpu'])('on %s', (backend) => {
  test.each(CASES)('$kernel×$kernel, dilation $dilation, $height×$width', async (c) => {
    expect(await tf.setBackend(backend)).toBe(true);
    const normal = (shape: [number, number, number, number], seed: number) =>
      tf.randomNormal<tf.Rank.R4>(shape, 0, 1, 'float32', seed);
    const [errors, magnitude] = tf.tidy(() => {
      const inShape: [number, number, number, number] = [2, c.height, c.width, 3];
      const filterShape: [number, number, number, number] = [c.kernel, c.kernel, 3, 2];
      const config = { stride: c.stride, dilation: c.dilation, inputGradient: true };
      const run = (a: tf.Tensor, b: tf.Tensor) => convolution(a as tf.Tensor4D, b as tf.Tensor4D, config);
      const [x, w] = [normal(inShape, 1), normal(filterShape, 2)];
      const dy = normal([2, c.height, c.width, 2], 3);
      const [dx, dw] = tf.grads(run)([x, w], dy) as [tf.Tensor, tf.Tensor];
      const dot = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b));
      const checks = [10, 20, 30].flatMap((seed) => {
        const [otherX, otherW] = [normal(inShape, seed), normal(filterShape, seed + 1)];
        return [tf.sub(dot(dy, run(otherX, w)), dot(otherX, dx)), tf.sub(dot(dy, run(x, otherW)), dot(otherW, dw))];
      });
      return [tf.stack(checks), tf.stack([tf.max(tf.abs(dx)), tf.max(tf.abs(dw))])] as const;
    });
    for (const error of await errors.data()) expect(Math.abs(error)).toBeLessThan(1e-3);
    for (const largest of await magnitude.data()) expect(largest).toBeGreaterThan(0.1);
    tf.dispose([errors, magnitude]);
  });

  test.each([true, false])('adds a map, whose gradient is what comes from above; of the input: %s', async (input) => {
    expect(await tf.setBackend(backend)).toBe(true);
    const start = tf.memory().numTensors;
    const differences = tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([2, 5, 7, 3], 0, 1, 'float32', 1);
      const w = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 2], 0, 1, 'float32', 2);
      const [addend, dy] = [3, 4].map((seed) => tf.randomNormal<tf.Rank.R4>([2, 5, 7, 2], 0, 1, 'float32', seed));
      const config = { stride: 1, dilation: 1, inputGradient: input };
      // The map is added twice, so that its gradients add up.
      const fused = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => {
        const once = convolution(a as tf.Tensor4D, b as tf.Tensor4D, config, c as tf.Tensor4D);
        return tf.add(once, c);
      };
      const plain = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
        tf.add(convolution(a as tf.Tensor4D, b as tf.Tensor4D, config), tf.mul(c, 2));
      const operands = input ? [x, w, addend as tf.Tensor] : [w, addend as tf.Tensor];
      const of = (f: typeof fused) =>
        tf.valueAndGrads((...all) => f(...((input ? all : [x, ...all]) as [tf.Tensor, tf.Tensor, tf.Tensor])))(
          operands,
          dy,
        );
      const [ours, theirs] = [of(fused), of(plain)];
      return [ours.value, ...ours.grads].map((tensor, i) =>
        tf.max(tf.abs(tf.sub(tensor, [theirs.value, ...theirs.grads][i] as tf.Tensor))),
      );
    });
    for (const difference of differences) expect((await difference.data())[0]).toBeLessThan(1e-5);
    tf.dispose(differences);
    expect(tf.memory().numTensors).toBe(start);
  });

  test('a strided first layer has the filter gradient of its definition', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const [error] = tf.tidy(() => {
      const x = tf.randomNormal<tf.Rank.R4>([1, 8, 12, 3], 0, 1, 'float32', 1);
      const config = { stride: 2, dilation: 1, inputGradient: false };
      const w = tf.randomNormal<tf.Rank.R4>([4, 4, 3, 2], 0, 1, 'float32', 2);
      const dy = tf.randomNormal<tf.Rank.R4>([1, 4, 6, 2], 0, 1, 'float32', 3);
      const dw = tf.grad((b) => convolution(x, b as tf.Tensor4D, config))(w, dy);
      const other = tf.randomNormal<tf.Rank.R4>(w.shape, 0, 1, 'float32', 4);
      const value = convolution(x, other, config);
      expect(value.shape).toEqual([1, 4, 6, 2]);
      return [tf.sub(tf.sum(tf.mul(dy, value)), tf.sum(tf.mul(other, dw)))];
    });
    expect(Math.abs((await error?.data())?.[0] ?? Number.NaN)).toBeLessThan(1e-3);
    error?.dispose();
  });
});
