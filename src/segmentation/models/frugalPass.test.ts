import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { randomParameters } from '../normFreeTestTools.ts';
import { frugalPass, normInput } from './frugalPass.ts';
import { networkFor } from './registry.ts';
import { tensorOps } from './tensorOps.ts';

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

test.each([
  { kind: 'unet', width: 4, depth: 3, stride: 2 },
  { kind: 'context', width: 4, depth: 3, stride: 1 },
] as const)('a $kind gives the same logits and leaves nothing else', async (settings) => {
  const network = networkFor(settings);
  const parameters = randomParameters(network, 2, 1);
  const picture = tf.randomNormal<tf.Rank.R4>([2, 24, 16, 3], 0, 1, 'float32', 2);
  const expected = tf.tidy(() => network.describe(tensorOps(parameters, null), picture, 2));
  const before = tf.memory().numTensors;
  const frugal = frugalPass(network, tensorOps(parameters, null), picture, 2);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(await frugal.data()).toEqual(await expected.data());
  tf.dispose([frugal, expected, picture, ...parameters.values()]);
});

test('holds three maps at a time where a tidy holds all', () => {
  const network = networkFor({ kind: 'context', width: 8, depth: 5, stride: 1 });
  const parameters = randomParameters(network, 2, 1);
  const mapBytes = 4 * 8 * 64 * 64;
  /** Most bytes alive before an operation, over those before the network. */
  const peakOf = (run: (ops: ReturnType<typeof tensorOps>) => tf.Tensor) => {
    const before = tf.memory().numBytes;
    let peak = 0;
    const ops = tensorOps(parameters, null);
    const watched = {
      ...ops,
      convolution: (...args: Parameters<typeof ops.convolution>) => {
        peak = Math.max(peak, tf.memory().numBytes - before);
        return ops.convolution(...args);
      },
    };
    run(watched).dispose();
    return peak / mapBytes;
  };
  const blank = () => tf.zeros<tf.Rank.R4>([1, 64, 64, 3]);
  const tidied = peakOf((ops) => tf.tidy(() => network.describe(ops, blank(), 2)));
  const frugal = peakOf((ops) => tf.tidy(() => frugalPass(network, ops, blank(), 2)));
  expect(frugal).toBeLessThan(3.5);
  expect(tidied).toBeGreaterThan(20);
  tf.dispose([...parameters.values()]);
});

test('the input of a normalisation is what it gets, and nothing behind it is computed', async () => {
  const network = networkFor({ kind: 'unet', width: 4, depth: 2, stride: 1 });
  const parameters = randomParameters(network, 2, 1);
  const picture = tf.randomNormal<tf.Rank.R4>([1, 8, 8, 3], 0, 1, 'float32', 2);
  const ops = tensorOps(parameters, null);
  const normalized: string[] = [];
  const inputs = new Map<string, tf.Tensor4D>();
  const watched = {
    ...ops,
    normRelu(x: tf.Tensor4D, name: string, channels: number) {
      normalized.push(name);
      inputs.set(name, tf.keep(tf.clone(x)));
      return ops.normRelu(x, name, channels);
    },
  };
  tf.tidy(() => network.describe(watched, picture, 2));
  expect(normalized).toEqual(['stem', 'down1', 'up0']);
  for (const [count, name] of [...normalized.entries()]) {
    const before = tf.memory().numTensors;
    normalized.length = 0;
    const input = normInput(network, { ...watched, normRelu: countedNorm }, picture, name);
    expect(normalized).toHaveLength(count);
    expect(await input.data()).toEqual(await inputs.get(name)?.data());
    input.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
  expect(() => normInput(network, ops, picture, 'up7')).toThrow(RangeError);
  tf.dispose([picture, ...inputs.values(), ...parameters.values()]);

  function countedNorm(x: tf.Tensor4D, name: string, channels: number): tf.Tensor4D {
    normalized.push(name);
    return ops.normRelu(x, name, channels);
  }
});
