import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../testBackends.ts';
import { groupNormRelu } from './groupNorm.ts';

const [BATCH, HEIGHT, WIDTH, CHANNELS, GROUPS] = [2, 3, 4, 6, 3];
const SIZE = BATCH * HEIGHT * WIDTH * CHANNELS;
const wave = (n: number, seed: number) => Array.from({ length: n }, (_, i) => Math.sin(seed + 2.3 * i) + 0.2 * seed);

const x = wave(SIZE, 1);
const gain = wave(CHANNELS, 4);
const offset = wave(CHANNELS, 0.3);
const dy = wave(SIZE, 2);

/** Wu & He 2018, equations 1 to 5, then ReLU: written out in double precision. */
function reference(values: readonly number[], gains: readonly number[], offsets: readonly number[]): number[] {
  const perGroup = CHANNELS / GROUPS;
  const pictureSize = HEIGHT * WIDTH * CHANNELS;
  return values.map((value, i) => {
    const channel = i % CHANNELS;
    const picture = Math.floor(i / pictureSize);
    const group = values.filter(
      (_, j) =>
        Math.floor(j / pictureSize) === picture &&
        Math.floor((j % CHANNELS) / perGroup) === Math.floor(channel / perGroup),
    );
    const mean = group.reduce((sum, v) => sum + v, 0) / group.length;
    const variance = group.reduce((sum, v) => sum + (v - mean) ** 2, 0) / group.length;
    const normalized = (value - mean) / Math.sqrt(variance + 1e-5);
    return Math.max(0, normalized * (gains[channel] ?? 0) + (offsets[channel] ?? 0));
  });
}

/** Central differences of `Σ dy·reference` in double precision. */
function differences(input: readonly number[], loss: (moved: number[]) => number): number[] {
  const h = 1e-5;
  return input.map((value, i) => {
    const at = (moved: number) => loss(input.map((v, j) => (j === i ? moved : v)));
    return (at(value + h) - at(value - h)) / (2 * h);
  });
}

const weighted = (values: readonly number[]) => values.reduce((sum, v, i) => sum + v * (dy[i] ?? 0), 0);

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(2e-4);
  });
}

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
});

test.each(['cpu', 'wasm'])('value and gradients on %s are those of the definition', async (backend) => {
  expect(await tf.setBackend(backend)).toBe(true);
  const before = tf.memory().numTensors;
  const inputs = [
    tf.tensor4d(x, [BATCH, HEIGHT, WIDTH, CHANNELS]),
    tf.tensor1d(gain),
    tf.tensor1d(offset),
    tf.tensor4d(dy, [BATCH, HEIGHT, WIDTH, CHANNELS]),
  ] as const;
  const { value, grads } = tf.valueAndGrads((a, b, c) =>
    groupNormRelu(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, GROUPS),
  )([inputs[0], inputs[1], inputs[2]], inputs[3]);
  expectClose(await value.data(), reference(x, gain, offset));
  const [dx, dGain, dOffset] = await Promise.all(grads.map((grad) => grad.data()));
  expectClose(
    dx as Float32Array,
    differences(x, (moved) => weighted(reference(moved, gain, offset))),
  );
  expectClose(
    dGain as Float32Array,
    differences(gain, (moved) => weighted(reference(x, moved, offset))),
  );
  expectClose(
    dOffset as Float32Array,
    differences(offset, (moved) => weighted(reference(x, gain, moved))),
  );
  tf.dispose([...inputs, value, ...grads]);
  expect(tf.memory().numTensors).toBe(before);
});

test('a blank map gives the offset, and finite gradients', async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  const [value, gradient] = tf.tidy(() => {
    const blank = tf.fill<tf.Rank.R4>([1, 4, 4, 2], 3);
    const run = (input: tf.Tensor) => groupNormRelu(input as tf.Tensor4D, tf.ones([2]), tf.tensor1d([0.5, 2]), 1);
    return [run(blank), tf.grad(run)(blank)] as const;
  });
  expect(new Set(await value.data())).toEqual(new Set([0.5, 2]));
  expect((await gradient.data()).every(Number.isFinite)).toBe(true);
  tf.dispose([value, gradient]);
});
