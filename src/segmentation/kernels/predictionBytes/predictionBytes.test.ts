import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { restartWebgpu, WASM_PATHS } from '../../backendTestTools.ts';
import { patchShaders, withInexactExp } from '../../recording/patchShadersTestTools.ts';
import { roundingFactor } from '../../roundingTestTools.ts';
import { registerHostPredictionBytes } from './hostPredictionBytes.ts';
import { PREDICTION_BYTES, predictionBytes, unpackPrediction } from './predictionBytes.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
});

const maps = fc.record({
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  channels: fc.integer({ min: 1, max: 33 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

/** Quarters, so that the largest is often there twice. */
const logitsOf = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => Math.round(12 * Math.sin(seed + 1.7 * i)) / 4);

/**
 * Roundings between logits that differ by at most 6 and a confidence, of a sum of `channels` exponentials: WGSL allows
 * `exp` an error of 3 + 2·6 units in the last place and a division 2.5 (section "Floating Point Accuracy"), two roundings
 * each; the sum has one to a channel, and the half that rounds to the nearest adds two.
 */
const roundingsOf = (channels: number) => 2 * (3 + 2 * 6) + channels + 2 * 2.5 + 2;

/** By the definition, in double precision: the first of the largest logits, and 255 times its softmax. */
function definition(logits: Float32Array, channels: number) {
  const pixels = Array.from({ length: logits.length / channels }, (_, p) => [
    ...logits.subarray(p * channels, (p + 1) * channels),
  ]);
  return {
    channels: pixels.map((values) => values.indexOf(Math.max(...values))),
    figures: pixels.map((values) => {
      const exponentials = values.map(Math.exp).sort((a, b) => b - a);
      const sum = exponentials.reduce((a, b) => a + b, 0);
      const [largest = Number.NaN, second = 0] = exponentials;
      return { confidence: (255 * largest) / sum, margin: (255 * (largest - second)) / sum };
    }),
  };
}

async function predict(logits: Float32Array, shape: [number, number, number, number]) {
  const words = tf.tidy(() => predictionBytes(tf.tensor4d(logits, shape)));
  const values = (await words.data()) as Int32Array;
  words.dispose();
  return { words: values, ...unpackPrediction(values) };
}

// 'cpu' has no kernel until the last test: it shows what a backend composes that has none.
describe.each(['cpu', 'wasm', 'webgpu'])('on %s', (backend) => {
  test('channels, confidences and margins are those of the definition', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    await fc.assert(
      fc.asyncProperty(maps, async ({ height, width, channels, seed }) => {
        const logits = logitsOf(height * width * channels, seed);
        const expected = definition(logits, channels);
        const { words, channelMap, confidence, margin } = await predict(logits, [1, height, width, channels]);
        expect(words.length).toBe(height * width);
        expect([...channelMap]).toEqual(expected.channels);
        expected.figures.forEach((exact, i) => {
          const bound = 0.5 + roundingFactor(roundingsOf(channels)) * exact.confidence;
          expect(Math.abs((confidence[i] ?? Number.NaN) - exact.confidence)).toBeLessThanOrEqual(bound);
          // A difference of two such shares is off by what both are.
          expect(Math.abs((margin[i] ?? Number.NaN) - exact.margin)).toBeLessThanOrEqual(2 * bound - 0.5);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('logits of ±1e4 are certain; those that are no numbers make no other pixel wrong', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const { channelMap, confidence, margin } = await predict(
      Float32Array.of(-1e4, 1e4, 0, Number.NaN, Number.NaN, Number.NaN, 0, 0, 1e4),
      [1, 1, 3, 3],
    );
    expect([channelMap[0], channelMap[2]]).toEqual([1, 2]);
    expect([...confidence]).toEqual([255, 0, 255]);
    expect([...margin]).toEqual([255, 0, 255]);
  });
});

test('the plain loops on cpu agree with what it composed', async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  const logits = logitsOf(5 * 7 * 4, 3);
  const composed = await predict(logits, [1, 5, 7, 4]);
  registerHostPredictionBytes('cpu');
  const looped = await predict(logits, [1, 5, 7, 4]);
  expect(looped).toEqual(composed);
  tf.unregisterKernel(PREDICTION_BYTES, 'cpu');
});

test('the likeliest two alike: no margin, wherever they are', async () => {
  for (const backend of ['cpu', 'wasm', 'webgpu']) {
    expect(await tf.setBackend(backend)).toBe(true);
    const { margin } = await predict(Float32Array.of(2, 2, 1, 1, 2, 2, 2, 1, 2, 1, 2, 3), [1, 1, 4, 3]);
    expect([...margin.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(margin[3]).toBeGreaterThan(0);
  }
});

test('an exponential that is not exact leaves the surest pixels sure', async () => {
  patchShaders(await restartWebgpu(), withInexactExp);
  await startBackend('webgpu', WASM_PATHS);
  const { channelMap, confidence, margin } = await predict(
    Float32Array.of(0, 1e4, 0, Number.NaN, Number.POSITIVE_INFINITY, 0, 3, 3, 3),
    [1, 1, 3, 3],
  );
  expect([...channelMap.filter((_, pixel) => pixel !== 1)]).toEqual([1, 0]);
  expect([...confidence]).toEqual([255, 0, 85]);
  expect([...margin]).toEqual([255, 0, 0]);
});

test('unpacking takes a word apart', () => {
  expect(unpackPrediction(Int32Array.of(0x40_80_01, 0xff_ff_20))).toEqual({
    channelMap: Uint8Array.of(0x01, 0x20),
    confidence: Uint8Array.of(0x80, 0xff),
    margin: Uint8Array.of(0x40, 0xff),
  });
});
