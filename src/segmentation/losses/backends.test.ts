import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { labelLoss } from './labelLoss.ts';
import { configOf, greatestError, PAIRS, selectBackend, spread, valueAndGradient } from './lossTestTools.ts';

const U = UNLABELED;
const SHAPE: [number, number, number] = [2, 2, 4];
const LABELS = [0, U, 1, 2, U, U, 1, 1, U, 0, U, 2, 2, 0, U, U];

async function onBackend(name: 'cpu' | 'webgpu' | 'wasm', [loss, treatment]: (typeof PAIRS)[number], poison?: number) {
  await selectBackend(name);
  const config = configOf(loss, treatment, { weight: [0.5, 2, 1], labelSmoothing: 0.1, backgroundChannel: 1 });
  const channels = treatment === 'extraClass' ? 4 : 3;
  const logits = spread(LABELS.length * channels, 7).map((z, i) =>
    poison !== undefined && LABELS[Math.floor(i / channels)] === U ? poison : z,
  );
  const labels = tf.tensor3d(LABELS, SHAPE, 'int32');
  const before = tf.memory().numTensors;
  const result = await valueAndGradient((z) => labelLoss(z as tf.Tensor4D, labels, config), logits, [
    ...SHAPE,
    channels,
  ]);
  expect(tf.memory().numTensors).toBe(before);
  labels.dispose();
  return result;
}

describe.each(['webgpu', 'wasm'] as const)('%s agrees with cpu', (name) => {
  test.each(PAIRS)('%s under %s: value and gradient', async (...pair) => {
    const cpu = await onBackend('cpu', pair);
    const other = await onBackend(name, pair);
    expect(greatestError(other.value, cpu.value)).toBeLessThan(2e-6);
    expect(greatestError(other.gradient, cpu.gradient)).toBeLessThan(1e-6);
    expect(cpu.gradient.some((g) => Math.abs(g) > 1e-3)).toBe(true);
  });

  test.each(PAIRS.filter(([, treatment]) => treatment === 'ignore' || treatment === 'allPixelMean'))(
    '%s under %s: exactly 0 at unlabeled NaN, Inf and 1e30',
    async (...pair) => {
      const clean = await onBackend(name, pair);
      for (const poison of [Number.NaN, Number.POSITIVE_INFINITY, 1e30]) {
        const { value, gradient } = await onBackend(name, pair, poison);
        expect(value).toEqual(clean.value);
        expect(gradient).toEqual(clean.gradient);
        expect(gradient.every((g, i) => LABELS[Math.floor(i / 3)] !== U || g === 0)).toBe(true);
      }
    },
  );
});
