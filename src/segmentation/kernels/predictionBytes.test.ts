import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { roundingFactor } from '../roundingTestTools.ts';
import { WASM_PATHS } from '../testBackends.ts';
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
function definition(logits: Float32Array, channels: number): { channels: number[]; scaled: number[] } {
  const pixels = Array.from({ length: logits.length / channels }, (_, p) => [
    ...logits.subarray(p * channels, (p + 1) * channels),
  ]);
  return {
    channels: pixels.map((values) => values.indexOf(Math.max(...values))),
    scaled: pixels.map((values) => {
      const exponentials = values.map(Math.exp);
      return (255 * Math.max(...exponentials)) / exponentials.reduce((a, b) => a + b, 0);
    }),
  };
}

async function predict(logits: Float32Array, shape: [number, number, number, number]) {
  const words = tf.tidy(() => predictionBytes(tf.tensor4d(logits, shape)));
  const values = (await words.data()) as Int32Array;
  words.dispose();
  return { words: values, ...unpackPrediction(values, shape[0] * shape[1] * shape[2]) };
}

// 'cpu' has no kernel until the last test: it shows what a backend composes that has none.
describe.each(['cpu', 'wasm', 'webgpu'])('on %s', (backend) => {
  test('channels and confidences are those of the definition', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    await fc.assert(
      fc.asyncProperty(maps, async ({ height, width, channels, seed }) => {
        const logits = logitsOf(height * width * channels, seed);
        const expected = definition(logits, channels);
        const { words, channelMap, confidence } = await predict(logits, [1, height, width, channels]);
        const pixels = height * width;
        expect(words.length).toBe(backend === 'cpu' ? pixels : Math.ceil(pixels / 2));
        expect([...channelMap]).toEqual(expected.channels);
        confidence.forEach((value, i) => {
          const exact = expected.scaled[i] ?? Number.NaN;
          const bound = 0.5 + roundingFactor(roundingsOf(channels)) * exact;
          expect(Math.abs(value - exact)).toBeLessThanOrEqual(bound);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('logits of ±1e4 are certain; those that are no numbers make no other pixel wrong', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const { channelMap, confidence } = await predict(
      Float32Array.of(-1e4, 1e4, 0, Number.NaN, Number.NaN, Number.NaN, 0, 0, 1e4),
      [1, 1, 3, 3],
    );
    expect([channelMap[0], channelMap[2]]).toEqual([1, 2]);
    expect([...confidence]).toEqual([255, 0, 255]);
  });
});

test('the plain loops on cpu agree with what it composed', async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  const logits = logitsOf(5 * 7 * 4, 3);
  const composed = await predict(logits, [1, 5, 7, 4]);
  registerHostPredictionBytes('cpu');
  const looped = await predict(logits, [1, 5, 7, 4]);
  expect(looped.words.length).toBe(18);
  expect([looped.channelMap, looped.confidence]).toEqual([composed.channelMap, composed.confidence]);
  tf.unregisterKernel(PREDICTION_BYTES, 'cpu');
});

test('unpacking takes every byte apart, and refuses another number of words', () => {
  const word = (0xff << 24) | (0x20 << 16) | (0x80 << 8) | 0x01;
  expect(unpackPrediction(Int32Array.of(word, 0x0302), 3)).toEqual({
    channelMap: Uint8Array.of(0x01, 0x20, 0x02),
    confidence: Uint8Array.of(0x80, 0xff, 0x03),
  });
  expect(unpackPrediction(Int32Array.of(0x8001, 0x0302), 2)).toEqual({
    channelMap: Uint8Array.of(0x01, 0x02),
    confidence: Uint8Array.of(0x80, 0x03),
  });
  expect(() => unpackPrediction(new Int32Array(4), 9)).toThrow(RangeError);
  expect(() => unpackPrediction(new Int32Array(10), 9)).toThrow(RangeError);
});
