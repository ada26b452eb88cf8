import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createPlanes } from '../../labels/planes.ts';
import { suggestRate, TRIED_RATES, triedRate } from '../../metrics/learningRateCurve.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { Random } from '../random.ts';
import { gpuInternals } from '../recording/gpuInternals.ts';
import { Trainer } from '../trainer/trainer.ts';
import { RateTrial } from './rateTrial.ts';

const [WIDTH, HEIGHT] = [12, 8];

const TINY: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 2, stride: 1 },
};

/** A trainer on two pictures whose halves differ, with a label on every third pixel. */
function trainerOf(settings: LearnerSettings): Trainer {
  const random = Random.fromSeed(5);
  const trainer = new Trainer({ channels: [0, 1], settings });
  for (const id of ['first', 'second']) {
    const planes = createPlanes(WIDTH, HEIGHT);
    const pixels = new Uint8Array(4 * WIDTH * HEIGHT);
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      const isRight = i % WIDTH >= WIDTH / 2;
      for (let c = 0; c < 3; c++) pixels[4 * i + c] = (isRight ? 150 : 90) + random.integer(0, 20);
      if (i % 3 === 0) planes.classIds[i] = isRight ? 1 : 0;
    }
    trainer.addPicture(id, pixels, planes, 'train');
  }
  return trainer;
}

/** A learner's whole state, comparable: of two array buffers, `toEqual` looks at nothing. */
async function bytesOf(trainer: Trainer): Promise<Uint8Array> {
  return new Uint8Array(await trainer.save());
}

async function lossesOf(trainer: Trainer, steps: number): Promise<number[]> {
  return (await trainer.trainSteps(steps)).map(({ loss }) => loss);
}

describe('a trial of learning rates', () => {
  test.each([
    ['wasm', 'adamw', 0, 0],
    ['wasm', 'adamw', 5, 0.9],
    ['wasm', 'sgd', 5, 0],
    ['webgpu', 'adamw', 3, 0],
    ['cpu', 'sgd', 0, 0],
  ] as const)(
    'leaves the learner as it was, bit for bit (%s, %s, after %i steps, average %s)',
    async (backend, optimizer, steps, weightAverage) => {
      await startBackend(backend, WASM_PATHS);
      const settings = { ...TINY, optimizer, weightAverage };
      const untried = trainerOf(settings);
      const trainer = trainerOf(settings);
      for (const each of [untried, trainer]) if (steps > 0) await lossesOf(each, steps);
      const before = await bytesOf(trainer);
      const trial = await RateTrial.begin(trainer);
      for (let i = 0; i < 2; i++) await trial.take(5);
      expect(await bytesOf(trainer)).not.toEqual(before);
      trial.end();
      expect(trainer.step).toBe(steps);
      expect(await bytesOf(trainer)).toEqual(before);
      expect(await lossesOf(trainer, 4)).toEqual(await lossesOf(untried, 4));
      expect(await trainer.predict('first')).toEqual(await untried.predict('first'));
      trainer.dispose();
      untried.dispose();
    },
  );

  test.each([
    ['in which pretrained layers begin to learn', 0.05],
    ['of pretrained layers that learn already', 0],
  ])('%s leaves them as they were', async (_, frozenShare) => {
    await startBackend('wasm', WASM_PATHS);
    const network = { kind: 'pretrained', width: 4, depth: 1, stride: 1 } as const;
    const settings: LearnerSettings = { ...TINY, network, stepBudget: 100, fineTuning: { rate: 0.1, frozenShare } };
    const [untried, trainer] = [trainerOf(settings), trainerOf(settings)];
    for (const each of [untried, trainer]) await lossesOf(each, 2);
    const before = await bytesOf(trainer);
    const trial = await RateTrial.begin(trainer);
    await trial.take(10);
    trial.end();
    expect(await bytesOf(trainer)).toEqual(before);
    expect(await lossesOf(trainer, 5)).toEqual(await lossesOf(untried, 5));
    expect(await trainer.predict('first')).toEqual(await untried.predict('first'));
    trainer.dispose();
    untried.dispose();
  });

  test('takes the learner’s own steps at the rates that it says', async () => {
    await startBackend('wasm', WASM_PATHS);
    const trainer = trainerOf(TINY);
    await lossesOf(trainer, 3);
    const back = await trainer.snapshot();
    const steps = await trainer.trainSteps(30, (step) => triedRate(step - 3));
    expect(steps.map(({ learningRate }) => learningRate)).toEqual(steps.map((_, i) => triedRate(i)));
    back();
    const trial = await RateTrial.begin(trainer);
    for (const count of [1, 16, 13]) await trial.take(count);
    expect(trial.points.map(({ loss }) => loss)).toEqual(steps.map(({ loss }) => loss));
    expect(trial.points.map(({ learningRate }) => learningRate)).toEqual(steps.map((_, i) => triedRate(i)));
    trainer.dispose();
  });

  test('what is remembered has the budget of its time', async () => {
    await startBackend('wasm', WASM_PATHS);
    const trainer = trainerOf({ ...TINY, stepBudget: 8 });
    await lossesOf(trainer, 3);
    const back = await trainer.snapshot();
    await lossesOf(trainer, 3);
    trainer.stretchBudget();
    expect(trainer.budgetEnd).toBe(10);
    back();
    expect([trainer.step, trainer.budgetEnd]).toEqual([3, 8]);
    trainer.dispose();
  });

  test('ends with the last rate or a blown-up loss, and suggests a rate that teaches', async () => {
    await startBackend('wasm', WASM_PATHS);
    const trainer = trainerOf({ ...TINY, network: { kind: 'plainUnet', width: 4, depth: 2, stride: 1 } });
    const trial = await RateTrial.begin(trainer);
    while (!trial.isOver) await trial.take(16);
    expect(trial.points.length).toBeLessThanOrEqual(TRIED_RATES);
    const suggestion = suggestRate(trial.points);
    trial.end();
    expect(suggestion).toHaveProperty('learningRate');
    const { learningRate } = suggestion as { learningRate: number };
    const taught = await trainer.trainSteps(60, () => learningRate);
    expect(taught.at(-1)?.loss).toBeLessThan((taught[0]?.loss ?? 0) / 2);
    trainer.dispose();
  });

  test('records nothing and allocates nothing anew', async () => {
    await startBackend('webgpu', WASM_PATHS);
    const trainer = trainerOf(TINY);
    await lossesOf(trainer, 6);
    const { device } = gpuInternals(tf.backend() as WebGPUBackend);
    const createBindGroup = device.createBindGroup.bind(device);
    const trial = await RateTrial.begin(trainer);
    const tensors = tf.memory().numTensors;
    let bindGroups = 0;
    device.createBindGroup = (descriptor) => {
      bindGroups++;
      return createBindGroup(descriptor);
    };
    for (let i = 0; i < 3; i++) await trial.take(8);
    delete (device as Partial<GPUDevice>).createBindGroup;
    expect(bindGroups).toBe(0);
    trial.end();
    expect(tf.memory().numTensors).toBe(tensors);
    trainer.dispose();
  });
});
