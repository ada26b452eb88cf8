import { expect, test } from 'vitest';
import { createPlanes } from '../../labels/planes.ts';
import {
  DEFAULT_LEARNER_SETTINGS,
  type LearnerSettings,
  NETWORK_KINDS,
  type NetworkKind,
  OPTIMIZERS,
} from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { Random } from '../random.ts';
import { Trainer } from '../trainer/trainer.ts';

const SIDE_PX = 16;
const STEPS = 20;

function settingsOf(kind: NetworkKind, optimizer: LearnerSettings['optimizer']): LearnerSettings {
  return {
    ...DEFAULT_LEARNER_SETTINGS,
    network: { kind, width: 4, depth: 2, stride: 1 },
    optimizer,
    learningRate: optimizer === 'adamw' ? 0.005 : 0.02,
    stepBudget: STEPS,
  };
}

/** The losses of a seeded run on noise of three classes, a tenth of it labeled. */
async function losses(backend: 'cpu' | 'wasm' | 'webgpu', settings: LearnerSettings): Promise<number[]> {
  await startBackend(backend, WASM_PATHS);
  const random = Random.fromSeed(5);
  const trainer = new Trainer({ channels: [0, 1, 2], settings });
  const pixels = Uint8Array.from({ length: 4 * SIDE_PX * SIDE_PX }, () => random.integer(0, 255));
  const planes = createPlanes(SIDE_PX, SIDE_PX);
  planes.classIds.forEach((_, i) => {
    if (random.uniform(0, 1) < 0.1) planes.classIds[i] = random.integer(0, 2);
  });
  trainer.addPicture('noise', pixels, planes, 'train');
  const steps = await trainer.trainSteps(STEPS);
  trainer.dispose();
  return steps.map(({ loss }) => loss);
}

// Backends sum in different orders: on the software adapter these runs come out within 5e-7 of each other. A graphics
// processor that fuses products and sums rounds in other places, hence ten times that.
const TOLERANCE = 5e-6;

async function expectAgreement(settings: LearnerSettings): Promise<void> {
  const expected = await losses('cpu', settings);
  expect(expected).toHaveLength(STEPS);
  expect(expected.at(-1)).toBeLessThan(expected[0] ?? 0);
  for (const backend of ['wasm', 'webgpu'] as const) {
    const found = await losses(backend, settings);
    found.forEach((loss, step) => {
      expect(Math.abs(loss - (expected[step] as number)), `${backend}, step ${step}`).toBeLessThan(TOLERANCE);
    });
  }
}

/**
 * SGD shows a gradient's scale, AdamW also the smallest: each network learns by one of them, or by both. Pretrained
 * layers that stay as they are come in the first half of the other test, too.
 */
const PAIRS = NETWORK_KINDS.filter((kind) => IS_LONG || kind !== 'pretrained').flatMap((kind, i) =>
  OPTIMIZERS.filter((_, k) => IS_LONG || k === i % OPTIMIZERS.length).map((optimizer) => [kind, optimizer] as const),
);

test.each(PAIRS)('%s with %s: the same losses on every backend', (kind, optimizer) =>
  expectAgreement(settingsOf(kind, optimizer)),
);

test.each(OPTIMIZERS)('pretrained layers that learn after half of the steps, with %s: the same losses', (optimizer) =>
  expectAgreement({ ...settingsOf('pretrained', optimizer), fineTuning: { rate: 0.1, frozenShare: 0.5 } }),
);
