import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { relu6Gradient, reluGradient } from './reluGradient.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
});

const number = fc.integer({ min: -512, max: 512 }).map((value) => value / 64);
/** The ends of both functions' slopes come up often. */
const value = fc.oneof(number, fc.constantFrom(0, 6));
const pair = fc.tuple(fc.oneof(number, fc.constantFrom(Number.NaN, Infinity, -Infinity)), value);

describe.each(['cpu', 'wasm', 'webgpu'])('on %s', (backend) => {
  test.each([
    { name: 'reluGradient', gradientOf: reluGradient<tf.Tensor>, most: Number.POSITIVE_INFINITY },
    { name: 'relu6Gradient', gradientOf: relu6Gradient<tf.Tensor>, most: 6 },
  ])('$name: dy passes where y is positive and below the most, else the gradient is 0 whatever dy is', async (c) => {
    expect(await tf.setBackend(backend)).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 1, maxLength: 40 }), async (pairs) => {
        const before = tf.memory().numTensors;
        // The batch beside it makes the size a multiple of four every now and then, and more than one row.
        const [dy, y] = [0, 1].map((side) =>
          tf.tensor2d(
            [...pairs, ...pairs].map((p) => p[side] ?? 0),
            [2, pairs.length],
          ),
        );
        const gradient = c.gradientOf(dy as tf.Tensor, y as tf.Tensor);
        const expected = pairs.map(([d, v]) => (v > 0 && v < c.most ? d : 0));
        expect(gradient.shape).toEqual([2, pairs.length]);
        expect([...(await gradient.data())]).toEqual([...expected, ...expected]);
        tf.dispose([dy, y, gradient] as tf.Tensor[]);
        expect(tf.memory().numTensors).toBe(before);
      }),
      { numRuns: 40 },
    );
  });
});
