import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { Random } from '../random.ts';
import { WASM_PATHS } from '../testBackends.ts';
import type { PretrainedShape } from './networkOps.ts';
import { fineTunedConvolution } from './pretrainedConvolution.ts';

const BACKENDS = ['cpu', 'wasm', 'webgpu'] as const;

beforeAll(async () => {
  for (const backend of BACKENDS) await startBackend(backend, WASM_PATHS);
});

interface Values {
  readonly shape: number[];
  readonly values: Float32Array;
}

/** Whole numbers: sums of their products are exact in single precision, and both kinks of ReLU6 are met where they are. */
function noise(shape: number[], random: Random): Values {
  return { shape, values: Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.integer(-2, 2)) };
}

/** Value and gradients of `Σ f(inputs)·weights` on a backend, as plain arrays. */
async function evaluate(
  backend: string,
  inputs: readonly Values[],
  weights: Values,
  f: (...tensors: tf.Tensor[]) => tf.Tensor,
): Promise<number[][]> {
  expect(await tf.setBackend(backend)).toBe(true);
  const tensors = inputs.map(({ shape, values }) => tf.tensor(values, shape));
  const weight = tf.tensor(weights.values, weights.shape);
  const value = tf.tidy(() => f(...tensors));
  const grads = tf.grads((...args) => tf.sum(tf.mul(f(...args), weight)))(tensors);
  const results = [value, ...grads];
  // A gradient of −0 is one of 0.
  const data = await Promise.all(results.map(async (result) => Array.from(await result.data(), (v) => v + 0)));
  tf.dispose([...tensors, weight, ...results]);
  return data;
}

/** From tfjs's plain operations; at both kinks the slope is 0, as PyTorch has it. */
function plain({ stride = 1, depthwise = false, activation }: PretrainedShape) {
  return (...[x, kernel, bias]: tf.Tensor[]) => {
    const convolve = depthwise ? tf.depthwiseConv2d<tf.Tensor4D> : tf.conv2d<tf.Tensor4D>;
    const sum = tf.add(convolve(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, 'same'), bias as tf.Tensor);
    return activation === 'linear' ? sum : tf.sub(6, tf.relu(tf.sub(6, tf.relu(sum))));
  };
}

const cases = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  height: fc.integer({ min: 1, max: 7 }),
  width: fc.integer({ min: 1, max: 7 }),
  inputs: fc.integer({ min: 1, max: 20 }),
  outputs: fc.integer({ min: 1, max: 20 }),
  kernel: fc.constantFrom(1, 3),
  stride: fc.constantFrom(1, 2),
  depthwise: fc.boolean(),
  activation: fc.constantFrom('linear' as const, 'relu6' as const),
  seed: fc.nat(),
});

describe.each(BACKENDS)('on %s', (backend) => {
  test('value and gradients are those of the plain operations', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ batch, height, width, seed, ...drawn }) => {
        const shape: PretrainedShape = drawn.depthwise ? { ...drawn, outputs: drawn.inputs } : drawn;
        const random = Random.fromSeed(seed);
        const { kernel, inputs, outputs, stride = 1 } = shape;
        const x = noise([batch, height, width, inputs], random);
        const parameters = [
          noise([kernel, kernel, inputs, shape.depthwise ? 1 : outputs], random),
          noise([outputs], random),
        ];
        const weights = noise([batch, Math.ceil(height / stride), Math.ceil(width / stride), outputs], random);
        const expected = await evaluate('cpu', [x, ...parameters], weights, plain(shape));
        const own = (a: tf.Tensor, f: tf.Tensor, b: tf.Tensor) =>
          fineTunedConvolution(a as tf.Tensor4D, f as tf.Tensor4D, b as tf.Tensor1D, shape);
        expect(await evaluate(backend, [x, ...parameters], weights, own as never)).toEqual(expected);

        expect(await tf.setBackend(backend)).toBe(true);
        const picture = tf.tensor4d(x.values, x.shape as [number, number, number, number]);
        const ofPicture = (f: tf.Tensor, b: tf.Tensor) =>
          fineTunedConvolution(picture, f as tf.Tensor4D, b as tf.Tensor1D, { ...shape, ofPicture: true });
        const [value, , ...byWeights] = expected;
        expect(await evaluate(backend, parameters, weights, ofPicture as never)).toEqual([value, ...byWeights]);
        picture.dispose();
      }),
      // Every shape is a shader to compile.
      { numRuns: backend === 'webgpu' ? 6 : 25 },
    );
  });
});
