import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { Random } from '../random.ts';
import { valueAndGradients, wholeNoise } from './gradientTestTools.ts';
import type { PretrainedShape } from './networkOps.ts';
import { fineTunedConvolution } from './pretrainedConvolution.ts';

const BACKENDS = ['cpu', 'wasm', 'webgpu'] as const;

beforeAll(async () => {
  for (const backend of BACKENDS) await startBackend(backend, WASM_PATHS);
});

/** Both kinks of ReLU6 are met where they are. */
const noise = (shape: number[], random: Random) => wholeNoise(shape, random, 2);

/** From tfjs's plain operations; at both kinks the slope is 0, as PyTorch has it. */
function plain({ stride = 1, depthwise = false, activation }: PretrainedShape) {
  return (...[x, kernel, bias, addend]: tf.Tensor[]) => {
    const convolve = depthwise ? tf.depthwiseConv2d<tf.Tensor4D> : tf.conv2d<tf.Tensor4D>;
    const sum = tf.add(convolve(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, 'same'), bias as tf.Tensor);
    if (addend !== undefined) return tf.add(sum, addend);
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
  adds: fc.boolean(),
  seed: fc.nat(),
});

describe.each(BACKENDS)('on %s', (backend) => {
  test('value and gradients are those of the plain operations', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ batch, height, width, seed, adds, ...drawn }) => {
        const shape: PretrainedShape = drawn.depthwise ? { ...drawn, outputs: drawn.inputs } : drawn;
        const random = Random.fromSeed(seed);
        const { kernel, inputs, outputs, stride = 1 } = shape;
        const x = noise([batch, height, width, inputs], random);
        const parameters = [
          noise([kernel, kernel, inputs, shape.depthwise ? 1 : outputs], random),
          noise([outputs], random),
        ];
        const outputShape = [batch, Math.ceil(height / stride), Math.ceil(width / stride), outputs];
        const weights = noise(outputShape, random);
        const expected = await valueAndGradients('cpu', [x, ...parameters], weights, plain(shape));
        const own = (a: tf.Tensor, f: tf.Tensor, b: tf.Tensor) =>
          fineTunedConvolution(a as tf.Tensor4D, f as tf.Tensor4D, b as tf.Tensor1D, shape);
        expect(await valueAndGradients(backend, [x, ...parameters], weights, own as never)).toEqual(expected);

        if (adds && !drawn.depthwise && drawn.activation === 'linear') {
          const operands = [x, ...parameters, noise(outputShape, random)];
          const added = (a: tf.Tensor, f: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
            fineTunedConvolution(a as tf.Tensor4D, f as tf.Tensor4D, b as tf.Tensor1D, shape, c as tf.Tensor4D);
          const wanted = await valueAndGradients('cpu', operands, weights, plain(shape));
          expect(await valueAndGradients(backend, operands, weights, added as never)).toEqual(wanted);
        }

        expect(await tf.setBackend(backend)).toBe(true);
        const picture = tf.tensor4d(x.values, x.shape as [number, number, number, number]);
        const ofPicture = (f: tf.Tensor, b: tf.Tensor) =>
          fineTunedConvolution(picture, f as tf.Tensor4D, b as tf.Tensor1D, { ...shape, ofPicture: true });
        const [value, , ...byWeights] = expected;
        expect(await valueAndGradients(backend, parameters, weights, ofPicture as never)).toEqual([
          value,
          ...byWeights,
        ]);
        picture.dispose();
      }),
      // Every shape is a shader to compile.
      { numRuns: backend === 'webgpu' ? 6 : 25 },
    );
  });
});
