import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';

type Shape4D = [number, number, number, number];

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
});

const shapes: fc.Arbitrary<Shape4D> = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 2, max: 9 }),
  fc.integer({ min: 2, max: 9 }),
  fc.integer({ min: 1, max: 70 }),
);

/** Whole numbers from −3 to 3 without −0, so that the largest is often there more than once. */
function integers(n: number, seed: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => Math.round(3 * Math.sin(seed + 1.7 * i)) + 0);
}

/** The definition: the largest of four, and where it stands for the first time in reading order. */
function definition([batch, height, width, channels]: Shape4D, x: Float32Array, dy: Float32Array) {
  const pooled: number[] = [];
  const gradient = new Float32Array(x.length);
  for (let picture = 0; picture < batch; picture++) {
    for (let y = 0; y < Math.floor(height / 2); y++) {
      for (let column = 0; column < Math.floor(width / 2); column++) {
        for (let channel = 0; channel < channels; channel++) {
          const window = [0, 1, 2, 3].map(
            (k) => ((picture * height + 2 * y + Math.floor(k / 2)) * width + 2 * column + (k % 2)) * channels + channel,
          );
          const largest = Math.max(...window.map((at) => x[at] ?? Number.NaN));
          const first = window.find((at) => x[at] === largest) ?? Number.NaN;
          gradient[first] = dy[pooled.length] ?? Number.NaN;
          pooled.push(largest);
        }
      }
    }
  }
  return { pooled: Float32Array.from(pooled), gradient };
}

const pooledShape = ([batch, height, width, channels]: Shape4D): Shape4D => [
  batch,
  Math.floor(height / 2),
  Math.floor(width / 2),
  channels,
];

async function poolOn(backend: string, shape: Shape4D, x: Float32Array, dy: Float32Array) {
  expect(await tf.setBackend(backend)).toBe(true);
  const { value, grad } = tf.tidy(() =>
    tf.valueAndGrad((input) => tf.maxPool(input as tf.Tensor4D, 2, 2, 'valid'))(
      tf.tensor4d(x, shape),
      tf.tensor4d(dy, pooledShape(shape)),
    ),
  );
  const [pooled, gradient] = await Promise.all([value.data(), grad.data()]);
  tf.dispose([value, grad]);
  return { pooled, gradient };
}

describe.each(['webgpu', 'wasm'])('2×2 pooling on %s', (backend) => {
  test('value and gradient are those of the definition, ties and odd sides included', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 0, max: 1000 }), async (shape, seed) => {
        const x = integers(tf.util.sizeFromShape(shape), seed);
        const dy = integers(tf.util.sizeFromShape(pooledShape(shape)), seed + 0.5);
        expect(await poolOn(backend, shape, x, dy)).toEqual(definition(shape, x, dy));
      }),
      { numRuns: 60 },
    );
  });

  test('windows of three still go to the stock kernels', async () => {
    const once = async (name: string) => {
      expect(await tf.setBackend(name)).toBe(true);
      const gradient = tf.tidy(() =>
        tf.grad((input) => tf.maxPool(input as tf.Tensor4D, 3, 1, 'valid'))(
          tf.tensor4d(
            Float32Array.from({ length: 75 }, (_, i) => Math.sin(1.7 * i)),
            [1, 5, 5, 3],
          ),
        ),
      );
      const values = await gradient.data();
      gradient.dispose();
      return values;
    };
    const expected = await once('cpu');
    expect(expected.some((value) => value > 1)).toBe(true);
    expect(await once(backend)).toEqual(expected);
  });

  test('leaves no memory behind', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const once = () =>
      tf.tidy(() => {
        tf.grad((input) => tf.maxPool(input as tf.Tensor4D, 2, 2, 'valid'))(tf.ones([1, 5, 4, 3]));
      });
    once();
    const before = tf.backend().numDataIds();
    for (let i = 0; i < 5; i++) once();
    expect(tf.backend().numDataIds()).toBe(before);
  });
});
