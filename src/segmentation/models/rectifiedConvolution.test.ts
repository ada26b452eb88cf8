import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { Random } from '../random.ts';
import { valueAndGradients, wholeNoise } from './gradientTestTools.ts';
import { convolutionRelu, enlargeAndJoinRelu } from './rectifiedConvolution.ts';

const BACKENDS = ['cpu', 'wasm', 'webgpu'] as const;

beforeAll(async () => {
  for (const backend of BACKENDS) await startBackend(backend, WASM_PATHS);
});

/** A graphics processor's programs are compiled for every shape anew. */
const RUNS = { cpu: 12, wasm: 12, webgpu: IS_LONG ? 12 : 5 } as const;

type Shape4D = [number, number, number, number];

/** The ReLU's kink is met where it is. */
const noise = (shape: number[], random: Random) => wholeNoise(shape, random, 4);

function expectEqual(actual: readonly Float32Array[], expected: readonly Float32Array[], what: string): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((values, i) => {
    const reference = expected[i] as Float32Array;
    expect(values.length, `${what}, output ${i}`).toBe(reference.length);
    const worst = values.reduce((most, v, j) => Math.max(most, Math.abs(v - (reference[j] as number))), 0);
    expect(worst, `${what}, output ${i}`).toBe(0);
  });
}

const side = fc.integer({ min: 1, max: 6 });
const channels = fc.integer({ min: 1, max: 20 });

describe.each(BACKENDS)('on %s', (backend) => {
  test('convolution, bias and ReLU are those of the plain operations', { timeout: 120_000 }, async () => {
    const cases = fc.record({
      batch: fc.integer({ min: 1, max: 2 }),
      height: side,
      width: side,
      inputs: channels,
      outputs: channels,
      stride: fc.constantFrom(1, 2),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ batch, height, width, inputs, outputs, stride, seed }) => {
        const random = Random.fromSeed(seed);
        const x = noise([batch, height * stride, width * stride, inputs], random);
        const parameters = [noise([3, 3, inputs, outputs], random), noise([outputs], random)];
        const weights = noise([batch, height, width, outputs], random);
        const plain = (a: tf.Tensor, f: tf.Tensor, b: tf.Tensor) =>
          tf.relu(tf.add(tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, stride, 'same'), b));
        const expected = await valueAndGradients('cpu', [x, ...parameters], weights, plain as never);
        const own = (a: tf.Tensor, f: tf.Tensor, b: tf.Tensor) =>
          convolutionRelu(a as tf.Tensor4D, f as tf.Tensor4D, b as tf.Tensor1D, stride, true);
        expectEqual(
          await valueAndGradients(backend, [x, ...parameters], weights, own as never),
          expected,
          'with input',
        );
        expect(await tf.setBackend(backend)).toBe(true);
        const picture = tf.tensor4d(x.values, x.shape as Shape4D);
        const blind = (f: tf.Tensor, b: tf.Tensor) =>
          convolutionRelu(picture, f as tf.Tensor4D, b as tf.Tensor1D, stride, false);
        const [value, , ...rest] = expected;
        const actual = await valueAndGradients(backend, parameters, weights, blind as never);
        expectEqual(actual, [value as Float32Array, ...rest], 'without input');
        picture.dispose();
      }),
      { numRuns: RUNS[backend] },
    );
  });

  test('enlarging and joining is nearest ×2, concat and a convolution', { timeout: 120_000 }, async () => {
    const cases = fc.record({
      batch: fc.integer({ min: 1, max: 2 }),
      height: side,
      width: side,
      deep: channels,
      skip: channels,
      outputs: channels,
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ batch, height, width, deep, skip, outputs, seed }) => {
        const random = Random.fromSeed(seed);
        const inputs = [
          noise([batch, height, width, deep], random),
          noise([batch, 2 * height, 2 * width, skip], random),
          noise([3, 3, deep, outputs], random),
          noise([3, 3, skip, outputs], random),
          noise([outputs], random),
        ];
        const weights = noise([batch, 2 * height, 2 * width, outputs], random);
        const plain = (...[small, large, deepFilter, skipFilter, bias]: tf.Tensor[]) => {
          // Not resizeNearestNeighbor, whose gradient on the cpu backend is wrong for a batch.
          const pixels = tf.reshape(small as tf.Tensor, [batch, height, 1, width, deep]);
          const rows = tf.reshape(tf.concat([pixels, pixels], 2), [batch, 2 * height, width, 1, deep]);
          const enlarged: tf.Tensor4D = tf.reshape(tf.concat([rows, rows], 3), [batch, 2 * height, 2 * width, deep]);
          const filter = tf.concat([deepFilter as tf.Tensor4D, skipFilter as tf.Tensor4D], 2);
          return tf.relu(
            tf.add(tf.conv2d(tf.concat([enlarged, large as tf.Tensor4D], 3), filter, 1, 'same'), bias as tf.Tensor),
          );
        };
        const own = (...[small, large, deepFilter, skipFilter, bias]: tf.Tensor[]) =>
          enlargeAndJoinRelu(small as tf.Tensor4D, large as tf.Tensor4D, {
            deep: deepFilter as tf.Tensor4D,
            skip: skipFilter as tf.Tensor4D,
            bias: bias as tf.Tensor1D,
          });
        const expected = await valueAndGradients('cpu', inputs, weights, plain);
        expectEqual(await valueAndGradients(backend, inputs, weights, own), expected, 'joined');
      }),
      { numRuns: RUNS[backend] },
    );
  });
});
