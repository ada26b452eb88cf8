import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS, OPTIMIZERS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { restartWebgpu, WASM_PATHS } from '../backendTestTools.ts';
import { Optimizer } from '../optimizer/optimizer.ts';
import { flush, gpuInternals } from '../recording/gpuInternals.ts';
import { patchShaders, withoutNanCosts } from '../recording/patchShadersTestTools.ts';
import { rangeOf } from '../recording/tensorViews.ts';
import { wavesPicture } from '../wavesTestTools.ts';
import { Trainer } from './trainer.ts';

const LENGTH = 70;

beforeEach(async () => {
  patchShaders(await restartWebgpu(), withoutNanCosts);
  await startBackend('webgpu', WASM_PATHS);
});

const vector = (value: number) => new Float32Array(LENGTH).fill(value);

/** The loss that is reported after an update by a gradient. */
async function lossAfter(optimizer: Optimizer, gradient: Float32Array): Promise<number> {
  const slope = tf.tensor1d(gradient);
  optimizer.update(slope, { learningRate: 0.1, weightDecay: 0 });
  const figures = optimizer.reportTo(tf.tensor1d([0.5, 2, 3, 4]));
  const [loss = 0, ...others] = await figures.data();
  expect(others).toEqual([2, 3, 4]);
  tf.dispose([slope, figures]);
  return loss;
}

test.each(OPTIMIZERS)('a number that is not finite is reported by %s until others are in its place', async (kind) => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const at of [0, LENGTH - 1]) {
      const optimizer = new Optimizer(kind, vector(1), vector(1), true);
      expect(await lossAfter(optimizer, vector(0.1))).toBe(0.5);
      expect(await lossAfter(optimizer, vector(0.1).fill(bad, at, at + 1))).toBeNaN();
      expect(await lossAfter(optimizer, vector(0.1))).toBeNaN();
      const moments = Array.from({ length: kind === 'sgd' ? 1 : 2 }, () => vector(0));
      optimizer.restore({ parameters: vector(1), moments, average: null }, 0);
      expect(await lossAfter(optimizer, vector(0.1))).toBe(0.5);
      optimizer.dispose();
    }
  }
});

test('a learner with a weight that is no number says so, eagerly and replayed, where its loss does not show it', async () => {
  const settings = {
    ...DEFAULT_LEARNER_SETTINGS,
    network: { kind: 'unet', width: 4, depth: 1, stride: 1 },
    smoothness: { ...DEFAULT_LEARNER_SETTINGS.smoothness, weight: 0 },
  } as const;
  for (const sound of [0, 3]) {
    const trainer = new Trainer({ channels: [0, 1], settings });
    const { pixels, planes } = wavesPicture(16, [0, 1]);
    trainer.addPicture('waves', pixels, planes, 'train');
    for (let step = 0; step < sound; step++) {
      const [taken] = await trainer.trainSteps(1);
      expect(taken?.loss).toBeGreaterThan(0);
    }
    // Past all that could notice it.
    const gpu = gpuInternals(tf.backend() as WebGPUBackend);
    flush(gpu);
    const { buffer, offset } = parametersOf(trainer);
    gpu.queue.writeBuffer(buffer, offset, Float32Array.of(Number.NaN));
    const [taken] = await trainer.trainSteps(1);
    expect(taken?.loss).toBeNaN();
    trainer.dispose();
  }
});

/** Where a learner's parameters lie. Who asks how large it is asks its optimiser, and is told nothing else of it. */
function parametersOf(trainer: Trainer): { buffer: GPUBuffer; offset: number } {
  let optimizer: Optimizer | null = null;
  const asked = vi.spyOn(Optimizer.prototype, 'byteLength', 'get').mockImplementation(function (this: Optimizer) {
    optimizer = this;
    return 0;
  });
  expect(trainer.learnedBytes).toBe(0);
  asked.mockRestore();
  const { parameters } = optimizer as unknown as Optimizer;
  return rangeOf(gpuInternals(tf.backend() as WebGPUBackend), parameters);
}
