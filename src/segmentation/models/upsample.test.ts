import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { registerWasmUpsampleGradient } from '../kernels/upsample/wasmUpsampleGradient.ts';
import { upsample } from './upsample.ts';

type Shape4D = [number, number, number, number];

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
  registerWasmUpsampleGradient();
});

const shapes: fc.Arbitrary<Shape4D> = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 7 }),
  fc.integer({ min: 1, max: 7 }),
  fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(4, 8)),
);

/** Shares are sixteenths: what they make of whole numbers is exact in single precision, however it is added up. */
const integers = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => Math.round(100 * Math.sin(seed + 1.7 * i)));

/** Along one axis: the input pixels that an output pixel lies between, and its share in each, from the centres at ½. */
function shares(output: number, side: number): [input: number, share: number][] {
  const centre = (output + 0.5) / 2 - 0.5;
  const before = Math.floor(centre);
  const inside = (pixel: number) => Math.min(side - 1, Math.max(0, pixel));
  return [
    [inside(before), 1 - (centre - before)],
    [inside(before + 1), centre - before],
  ];
}

/** Calls `visit` with flat indices of an output and an input and the share of this in that. */
function everyShare([batch, height, width, channels]: Shape4D, visit: (y: number, x: number, share: number) => void) {
  for (let row = 0; row < batch * 2 * height; row++) {
    const picture = Math.floor(row / (2 * height));
    for (let column = 0; column < 2 * width; column++) {
      for (const [inY, shareY] of shares(row % (2 * height), height)) {
        for (const [inX, shareX] of shares(column, width)) {
          for (let c = 0; c < channels; c++) {
            const y = (row * 2 * width + column) * channels + c;
            visit(y, ((picture * height + inY) * width + inX) * channels + c, shareY * shareX);
          }
        }
      }
    }
  }
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return Array.from(actual).reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? NaN))), 0);
}

async function run(shape: Shape4D, x: Float32Array, dy: Float32Array) {
  const [batch, height, width, channels] = shape;
  const { value, grad } = tf.tidy(() =>
    tf.valueAndGrad((input) => upsample(input as tf.Tensor4D))(
      tf.tensor4d(x, shape),
      tf.tensor4d(dy, [batch, 2 * height, 2 * width, channels]),
    ),
  );
  expect(value.shape).toEqual([batch, 2 * height, 2 * width, channels]);
  const [y, dx] = await Promise.all([value.data(), grad.data()]);
  tf.dispose([value, grad]);
  return { y, dx };
}

describe.each(['cpu', 'wasm', 'webgpu'])('on %s', (backend) => {
  test('follows PyTorch', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const { y } = await run([1, 2, 3, 1], Float32Array.of(1, 2, 3, 5, 7, 11), new Float32Array(24));
    // torch.nn.functional.interpolate(torch.tensor([[[[1., 2, 3], [5, 7, 11]]]]), scale_factor=2, mode="bilinear")
    const expected = [
      [1, 1.25, 1.75, 2.25, 2.75, 3],
      [2, 2.3125, 2.9375, 3.6875, 4.5625, 5],
      [4, 4.4375, 5.3125, 6.5625, 8.1875, 9],
      [5, 5.5, 6.5, 8, 10, 11],
    ].flat();
    expect(largestDifference(y, expected)).toBe(0);
  });

  test('value and gradient are those of the definition, in equal bits every time', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 0, max: 1000 }), async (shape, seed) => {
        const x = integers(tf.util.sizeFromShape(shape), seed);
        const dy = integers(4 * x.length, seed + 0.5);
        const y = new Float64Array(dy.length);
        const dx = new Float64Array(x.length);
        everyShare(shape, (to, from, share) => {
          y[to] = (y[to] ?? 0) + share * (x[from] ?? Number.NaN);
          dx[from] = (dx[from] ?? 0) + share * (dy[to] ?? Number.NaN);
        });
        const actual = await run(shape, x, dy);
        expect(largestDifference(actual.y, y)).toBe(0);
        expect(largestDifference(actual.dx, dx)).toBe(0);
        expect(await run(shape, x, dy)).toEqual(actual);
      }),
      { numRuns: 40 },
    );
  });

  test('leaves no memory behind', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const once = () => run([1, 3, 2, 4], integers(24, 1), integers(96, 2));
    await once();
    const before = [tf.memory().numTensors, tf.backend().numDataIds()];
    for (let i = 0; i < 3; i++) await once();
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before);
  });
});
