import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import { tensorOps } from '../models/tensorOps.ts';
import { halved, mobileNet, TAPS } from './mobileNet.ts';
import { fixture } from './mobileNetFixture.ts';
import { allMobileNetLayers } from './mobileNetLayers.ts';
import { pretrainedLayers } from './pretrainedLayers.ts';
import { PretrainedTensors } from './pretrainedTensors.ts';

/** What the maps are handed on times, against those of the published network. */
const SCALES: Readonly<Record<number, number>> = { 0: 0.2 };

/** What our weights are of the published ones, where they differ; gradients by these are as many times as large. */
const WEIGHT_SCALES: Readonly<Record<string, number>> = {
  'conv1/kernel': 0.5,
  'block0/project/kernel': 0.2,
  'block0/project/bias': 0.2,
  'block1/expand/kernel': 5,
};

/** A network that is nothing but MobileNet, for its weights. */
const ALONE: NetworkDescription = {
  sizeMultiple: 16,
  describe(ops, picture) {
    mobileNet(ops, picture, TAPS.length);
    return picture;
  },
};

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  await startBackend('wasm', WASM_PATHS);
});

/** The fixture's picture as a standardised one: its colours in [−1, 1] are two deviations wide. */
function picture(): tf.Tensor4D {
  const { side } = fixture;
  const values = Array.from({ length: 3 * side * side }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % side, Math.floor(i / (3 * side)), i % 3];
    return 2 * Math.sin(0.7 * x + 0.3 * y * (1 + channel));
  });
  return tf.tensor4d(values, [1, side, side, 3]);
}

describe.each(['cpu', 'wasm', 'webgpu'])('on %s', (backend) => {
  test('the maps are those that PyTorch computes from the same weights', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const start = tf.memory().numTensors;
    const pretrained = new PretrainedTensors(pretrainedLayers(ALONE));
    const maps = tf.tidy(() => mobileNet(tensorOps(pretrained.byName, null), picture(), TAPS.length).flat());
    const found = await Promise.all(maps.map(async (map) => ({ shape: map.shape, values: await map.data() })));
    for (const [i, { block, channels }] of TAPS.flat().entries()) {
      const expected = fixture.maps[block] as (typeof fixture.maps)[string];
      const { shape, values } = found[i] as (typeof found)[number];
      expect(shape).toEqual(expected.shape);
      expect(shape[3]).toBe(channels);
      const scale = SCALES[block] ?? 1;
      const largest = Math.max(...expected.every7th.map(Math.abs));
      expect(expected.every7th.length).toBe(Math.ceil(values.length / 7));
      expected.every7th.forEach((value, k) => {
        // float32 sums of up to 576 products, over up to 36 layers; the fixture has six digits.
        expect(Math.abs((values[7 * k] as number) / scale - value) / largest, `block ${block}`).toBeLessThan(2e-5);
      });
    }
    tf.dispose(maps);
    pretrained.dispose();
    expect(tf.memory().numTensors).toBe(start);
  });

  test('gradients by the weights of every layer are those that PyTorch computes', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const pretrained = new PretrainedTensors(pretrainedLayers(ALONE));
    const start = tf.memory().numTensors;
    const names = [...pretrained.byName.keys()];
    const input = picture();
    const loss = (...tensors: tf.Tensor[]) => {
      const ops = tensorOps(new Map(names.map((name, i) => [name, tensors[i] as tf.Tensor])), null, true);
      const shares = mobileNet(ops, input, TAPS.length).flatMap((maps, size) =>
        maps.map((map, i) => {
          const factors = Float32Array.from({ length: map.size }, (_, k) => Math.sin(0.37 * k));
          const scale = SCALES[TAPS[size]?.[i]?.block ?? -1] ?? 1;
          return tf.mean(tf.mul(map, tf.mul(tf.tensor(factors, map.shape), 100 / scale)));
        }),
      );
      return tf.addN(shares);
    };
    const found = tf.tidy(() => tf.grads(loss)([...pretrained.byName.values()]));
    const values = await Promise.all(found.map((gradient) => gradient.data()));
    tf.dispose([input, ...found]);
    expect(tf.memory().numTensors).toBe(start);
    pretrained.dispose();
    expect(names).toHaveLength(2 * fixture.gradients.length);
    for (const [i, name] of names.entries()) {
      const expected = fixture.gradients[Math.floor(i / 2)] as (typeof fixture.gradients)[number];
      const part = i % 2 === 0 ? 'kernel' : 'bias';
      const largest = expected.largest[i % 2] as number;
      const all = (values[i] as Float32Array).map((value) => value * (WEIGHT_SCALES[name] ?? 1));
      expect(Math.abs(all.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / largest - 1), name).toBeLessThan(1e-4);
      // As the script picks them.
      const every13th = all.filter((_, k) => k % 13 === 0);
      const step = Math.max(1, Math.floor(every13th.length / 24));
      const picked = every13th.filter((_, k) => k % step === 0).slice(0, 24);
      expect(picked.length).toBe(expected[part].length);
      picked.forEach((value, k) => {
        // float32 there and back through up to 38 layers; the fixture has six digits.
        expect(Math.abs(value - (expected[part][k] as number)) / largest, `${name} ${k}`).toBeLessThan(1e-4);
      });
    }
  });

  test('a gradient passes them by unless they are fine-tuned', async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const pretrained = new PretrainedTensors(pretrainedLayers(ALONE));
    const ops = tensorOps(pretrained.byName, null);
    const input = picture();
    const firstMap = (x: tf.Tensor) => (mobileNet(ops, x as tf.Tensor4D, 1)[0] as [tf.Tensor4D])[0];
    const expected = tf.tidy(() => tf.sum(firstMap(input)));
    const found = tf.tidy(() => tf.grad((weight) => tf.sum(tf.mul(firstMap(input), weight)))(tf.scalar(1)));
    const [sum = Number.NaN] = await expected.data();
    const [gradient = Number.NaN] = await found.data();
    expect(Math.abs(gradient / sum - 1)).toBeLessThan(1e-4);
    expect(() => tf.tidy(() => tf.grad((x) => tf.sum(firstMap(x)))(input))).toThrow('no gradient');
    tf.dispose([input, expected, found]);
    pretrained.dispose();
  });
});

test('a picture is halved to the means of its pixels', async () => {
  expect(await tf.setBackend('wasm')).toBe(true);
  const smaller: NetworkDescription = { ...ALONE, describe: (ops, input) => halved(ops, input) };
  const pretrained = new PretrainedTensors(pretrainedLayers(smaller));
  const input = picture();
  const found = tf.tidy(() => halved(tensorOps(pretrained.byName, null), input));
  const expected = tf.tidy(() => tf.avgPool(input, 2, 2, 'valid'));
  const [values, means] = [await found.data(), await expected.data()];
  expect(values.length).toBe(means.length);
  values.forEach((value, i) => {
    expect(Math.abs(value - (means[i] as number))).toBeLessThan(1e-6);
  });
  tf.dispose([input, found, expected]);
  pretrained.dispose();
});

test('as many weights as MobileNetV2 has up to block 12', () => {
  const counts = allMobileNetLayers().map(({ kernelShape, outputs }) => kernelShape.reduce((a, b) => a * b) + outputs);
  // 534 thousand with biases: one convolution, two layers of block 0, three of twelve more.
  expect(counts.length).toBe(1 + 2 + 12 * 3);
  expect(Math.round(counts.reduce((a, b) => a + b) / 1000)).toBe(534);
});
