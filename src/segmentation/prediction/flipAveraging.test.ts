import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { Random } from '../random.ts';
import { flipAveraged, meanOfProbabilities } from './flipAveraging.ts';

const [HEIGHT, WIDTH, CHANNELS] = [3, 5, 4];

/** Logits from faint to overwhelming ones. */
function randomLogits(seed: number): Float32Array {
  const random = Random.fromSeed(seed);
  return Float32Array.from({ length: HEIGHT * WIDTH * CHANNELS }, (_, i) => random.normal() * 10 ** ((i % 7) - 3));
}

/** Probabilities in double precision. */
function softmax(logits: ArrayLike<number>): number[] {
  return Array.from(logits, (logit, i) => {
    const first = i - (i % CHANNELS);
    const own = Array.from({ length: CHANNELS }, (_, c) => logits[first + c] as number);
    const largest = Math.max(...own);
    return Math.exp(logit - largest) / own.reduce((sum, other) => sum + Math.exp(other - largest), 0);
  });
}

/** Index of the same element of the mirror image. */
function mirrored(i: number): number {
  const x = Math.floor(i / CHANNELS) % WIDTH;
  return i + (WIDTH - 1 - 2 * x) * CHANNELS;
}

describe.each(['cpu', 'wasm', 'webgpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend, WASM_PATHS);
  });

  const tensorOf = (values: Float32Array) => tf.tensor4d(values, [1, HEIGHT, WIDTH, CHANNELS]);

  async function valuesOf(compute: () => tf.Tensor4D): Promise<Float32Array> {
    const before = tf.memory().numTensors;
    const result = compute();
    expect(tf.memory().numTensors).toBe(before + 1);
    const values = (await result.data<'float32'>()).slice();
    result.dispose();
    return values;
  }

  test('averages probabilities, the smallest ones too', async () => {
    const [a, b] = [randomLogits(1), randomLogits(2)];
    const [tensorA, tensorB] = [tensorOf(a), tensorOf(b)];
    const logarithms = await valuesOf(() => meanOfProbabilities(tensorA, tensorB));
    const [left, right] = [softmax(a), softmax(b)];
    const found = softmax(logarithms);
    found.forEach((probability, i) => {
      expect(Math.abs(probability - ((left[i] as number) + (right[i] as number)) / 2)).toBeLessThan(1e-6);
    });
    // 1 + 0 and 0 + 1: their logarithms are finite.
    expect(logarithms.every(Number.isFinite)).toBe(true);
    tf.dispose([tensorA, tensorB]);
  });

  test('lays what is said of the mirror image over what is said of the picture', async () => {
    const picture = tensorOf(randomLogits(3));
    const said = randomLogits(4);
    const saidOfMirrored = randomLogits(5);
    const seen: tf.Tensor4D[] = [];
    const result = flipAveraged(
      picture,
      () => tensorOf(said),
      (image) => {
        seen.push(tf.keep(tf.clone(image)));
        return tensorOf(saidOfMirrored);
      },
    );
    const logarithms = await result.data<'float32'>();
    expect([...((await seen[0]?.data()) ?? [])]).toEqual([...randomLogits(3)].map((_, i, all) => all[mirrored(i)]));
    const [left, right] = [softmax(said), softmax(saidOfMirrored)];
    softmax(logarithms).forEach((probability, i) => {
      const expected = ((left[i] as number) + (right[mirrored(i)] as number)) / 2;
      expect(Math.abs(probability - expected)).toBeLessThan(1e-6);
    });
    tf.dispose([picture, result, ...seen]);
  });
});
