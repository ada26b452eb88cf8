import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { median } from '../../base/median.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { WAVES_CHANNELS, wavesTrainer } from '../bench/wavesTrainer.bench.ts';
import type { Trainer } from './trainer.ts';

const SIZE_PX = 64;
const ROUNDS = 5;

const SETTINGS: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  schedule: 'constant',
  stepBudget: 100_000,
  classBalance: 'custom',
};
const { smoothness } = SETTINGS;

/** Another value of a setting in every round. */
const CHANGES: Readonly<Record<string, (round: number) => Partial<LearnerSettings>>> = {
  nothing: () => ({}),
  'the learning rate': (round) => ({ learningRate: 0.01 + 0.001 * round }),
  'a class weight': (round) => ({ customClassWeights: { 1: 1 + round } }),
  'the weight of the smoothness': (round) => ({ smoothness: { ...smoothness, weight: 1 + 0.1 * round } }),
  'label smoothing': (round) => ({ labelSmoothing: 0.1 + 0.01 * round }),
};

interface Cost {
  /** Of JavaScript, from the change until the next step is handed over; on WASM the step itself is part of it. */
  readonly scriptMs: number;
  /** From the change to the figures of the next step. */
  readonly clockMs: number;
  /** That were run one by one, in this step and in the one after, and not replayed. */
  readonly programs: number;
}

/** A change, and two steps after it. */
async function afterChange(trainer: Trainer, settings: LearnerSettings, programs: () => number): Promise<Cost> {
  const programsBefore = programs();
  const begunMs = performance.now();
  trainer.configure(WAVES_CHANNELS, settings);
  const next = trainer.trainSteps(1);
  const scriptMs = performance.now() - begunMs;
  expect((await next)[0]?.learningRate).toBe(settings.learningRate);
  const clockMs = performance.now() - begunMs;
  await trainer.trainSteps(1);
  return { scriptMs, clockMs, programs: programs() - programsBefore };
}

/** Counts programs that tfjs runs on WebGPU. */
function programCounter(): () => number {
  const backend = tf.backend() as WebGPUBackend;
  const { runWebGPUProgram } = backend;
  let count = 0;
  if (tf.getBackend() === 'webgpu') {
    backend.runWebGPUProgram = (...program) => {
      count++;
      return runWebGPUProgram.apply(backend, program);
    };
  }
  return () => count;
}

test.each(['wasm', 'webgpu'] as const)('from a change to the next step that uses it, %s', async (backend) => {
  await startBackend(backend, WASM_PATHS);
  const programs = programCounter();
  const trainer = wavesTrainer(SIZE_PX, SETTINGS);
  const costs = new Map(Object.keys(CHANGES).map((name): [string, Cost[]] => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, changeOf] of Object.entries(CHANGES)) {
      trainer.configure(WAVES_CHANNELS, SETTINGS);
      // Enough for the step to be recorded, whatever that cost.
      for (let i = 0; i < 2; i++) await trainer.trainSteps(1);
      const cost = await afterChange(trainer, { ...SETTINGS, ...changeOf(round) }, programs);
      // The first round compiles.
      if (round > 0) costs.get(name)?.push(cost);
    }
  }
  trainer.dispose();
  const middle = (of: readonly Cost[], key: keyof Cost) => Number(median(of.map((each) => each[key])).toFixed(1));
  console.table(
    [...costs].map(([change, of]) => ({
      backend,
      change,
      'ms of JavaScript': middle(of, 'scriptMs'),
      'ms to its figures': middle(of, 'clockMs'),
      'programs run one by one': middle(of, 'programs'),
    })),
  );
});
