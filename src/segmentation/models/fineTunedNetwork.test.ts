import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { NetworkSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { pretrainedLayers } from '../pretrained/pretrainedLayers.ts';
import { PretrainedTensors } from '../pretrained/pretrainedTensors.ts';
import { collectParameters, initialParameters } from './parameters.ts';
import { networkFor } from './registry.ts';
import { applyNetwork, splitParameters } from './tensorOps.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
});

const SIDE = { height: 12, width: 16 };

/** A pretrained U-Net with a scalar that every logit has a share in, as a function of the pretrained weights. */
function scalarOf(settings: NetworkSettings) {
  const network = networkFor(settings);
  const specs = collectParameters(network, 2);
  const flat = tf.tensor1d(initialParameters(specs, 3, [0, 1]));
  const learned = splitParameters(flat, specs);
  const pretrained = new PretrainedTensors(pretrainedLayers(network));
  // The layer that halves the picture has no weights to learn.
  const names = [...pretrained.byName.keys()].filter((name) => !name.startsWith('halve'));
  const picture = tf.randomNormal<tf.Rank.R4>([1, SIDE.height, SIDE.width, 3], 0, 1, 'float32', 9);
  const factors = tf.randomNormal<tf.Rank.R4>([1, SIDE.height, SIDE.width, 2], 0, 1, 'float32', 10);
  const scalar = (...tensors: tf.Tensor[]) => {
    const own = names.map((name, i) => [name, tensors[i] as tf.Tensor] as const);
    const byName = new Map<string, tf.Tensor>([...learned, ...pretrained.byName, ...own]);
    return tf.sum(tf.mul(applyNetwork(network, byName, picture, 2, true), factors));
  };
  const dispose = () => {
    tf.dispose([flat, picture, factors, ...learned.values()]);
    pretrained.dispose();
  };
  return { names, scalar, weights: names.map((name) => pretrained.byName.get(name) as tf.Tensor), dispose };
}

async function gradients(backend: string, settings: NetworkSettings): Promise<Map<string, Float32Array>> {
  expect(await tf.setBackend(backend)).toBe(true);
  const start = tf.memory().numTensors;
  const { names, scalar, weights, dispose } = scalarOf(settings);
  const found = tf.tidy(() => tf.grads(scalar)(weights));
  const values = await Promise.all(found.map(async (gradient) => Float32Array.from(await gradient.data())));
  tf.dispose(found);
  dispose();
  expect(tf.memory().numTensors).toBe(start);
  return new Map(names.map((name, i) => [name, values[i] as Float32Array]));
}

test.each([
  { kind: 'pretrained', width: 4, depth: 3, stride: 1 },
  { kind: 'pretrained', width: 4, depth: 2, stride: 4 },
] as const)('depth $depth, stride $stride: gradients are what finite differences say', async (settings) => {
  const found = await gradients('cpu', settings);
  const { names, scalar, weights, dispose } = scalarOf(settings);
  for (const [i, name] of names.entries()) {
    const gradient = found.get(name) as Float32Array;
    const norm = Math.hypot(...gradient);
    expect(norm, name).toBeGreaterThan(0);
    // Along the gradient the scalar rises by its length. Small steps, for there are thousands of kinks; what is left of
    // them and rounding are the bound.
    const stepLength = 1e-5 * Math.hypot(...(await (weights[i] as tf.Tensor).data()));
    const [above = Number.NaN, below = Number.NaN] = await Promise.all(
      [stepLength, -stepLength].map(async (length) => {
        const value = tf.tidy(() => {
          const direction = tf.tensor(gradient, (weights[i] as tf.Tensor).shape);
          const moved = tf.add(weights[i] as tf.Tensor, tf.mul(direction, length / norm));
          return scalar(...weights.map((weight, k) => (k === i ? moved : weight)));
        });
        const [number] = await value.data();
        value.dispose();
        return number;
      }),
    );
    expect(Math.abs((above - below) / (2 * stepLength) / norm - 1), name).toBeLessThan(0.05);
  }
  dispose();
});

describe.each(['wasm', 'webgpu'])('on %s', (backend) => {
  test('gradients of all pretrained layers are those of the cpu backend', { timeout: 120_000 }, async () => {
    const settings = { kind: 'pretrained', width: 4, depth: 2, stride: 2 } as const;
    const expected = await gradients('cpu', settings);
    const found = await gradients(backend, settings);
    expect([...found.keys()]).toEqual([...expected.keys()]);
    for (const [name, values] of expected) {
      const scale = Math.max(...values.map(Math.abs));
      const own = found.get(name) as Float32Array;
      const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - (own[i] as number))), 0);
      expect(worst / scale, name).toBeLessThan(1e-3);
    }
  });
});
