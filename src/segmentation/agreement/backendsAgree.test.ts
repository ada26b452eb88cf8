import { expect, test } from 'vitest';
import { createPlanes } from '../../labels/planes.ts';
import {
  DEFAULT_LEARNER_SETTINGS,
  type LearnerSettings,
  NETWORK_KINDS,
  type NetworkKind,
  OPTIMIZERS,
  SMOOTHNESS,
} from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { Random } from '../random.ts';
import { Trainer } from '../trainer/trainer.ts';

const SIDE_PX = 16;
const STEPS = IS_LONG ? 20 : 12;

function settingsOf(kind: NetworkKind, optimizer: LearnerSettings['optimizer']): LearnerSettings {
  return {
    ...DEFAULT_LEARNER_SETTINGS,
    network: { kind, width: 4, depth: 2, stride: 1 },
    optimizer,
    learningRate: optimizer === 'adamw' ? 0.005 : 0.02,
    stepBudget: STEPS,
  };
}

/** The losses of a seeded run on noise of three classes, a tenth of it labeled, and what is predicted after it. */
async function run(
  backend: 'cpu' | 'wasm' | 'webgpu',
  settings: LearnerSettings,
): Promise<{ losses: number[]; classMap: Uint8Array }> {
  await startBackend(backend, WASM_PATHS);
  const random = Random.fromSeed(5);
  const trainer = new Trainer({ channels: [0, 1, 2], settings });
  const pixels = Uint8Array.from({ length: 4 * SIDE_PX * SIDE_PX }, () => random.integer(0, 255));
  const planes = createPlanes(SIDE_PX, SIDE_PX);
  planes.classIds.forEach((_, i) => {
    if (random.uniform(0, 1) >= 0.1) return;
    planes.classIds[i] = random.integer(0, 2);
    planes.strokeIds[i] = 1 + (i % 5);
  });
  trainer.addPicture('noise', pixels, planes, 'train');
  const steps = await trainer.trainSteps(STEPS);
  const { classMap } = await trainer.predict('noise');
  trainer.dispose();
  return { losses: steps.map(({ loss }) => loss), classMap };
}

// Backends sum in different orders: on the software adapter these runs come out within 5e-7 of each other. A graphics
// processor that fuses products and sums rounds in other places, hence ten times that.
const TOLERANCE = 5e-6;

/** Where two classes are as likely, either may come first. */
const MOST_DIFFERING = 0.002;

async function expectAgreement(settings: LearnerSettings): Promise<void> {
  const expected = await run('cpu', settings);
  expect(expected.losses).toHaveLength(STEPS);
  expect(expected.losses.at(-1)).toBeLessThan(expected.losses[0] ?? 0);
  for (const backend of ['wasm', 'webgpu'] as const) {
    const found = await run(backend, settings);
    found.losses.forEach((loss, step) => {
      expect(Math.abs(loss - (expected.losses[step] as number)), `${backend}, step ${step}`).toBeLessThan(TOLERANCE);
    });
    const differing = found.classMap.filter((id, i) => id !== expected.classMap[i]).length / found.classMap.length;
    expect(differing, `${backend}, classes that differ`).toBeLessThan(MOST_DIFFERING);
  }
}

/**
 * SGD shows a gradient's scale, AdamW also the smallest: each network learns by one of them, or by both. Pretrained
 * layers that stay as they are come in the first half of the other test, too.
 */
const PAIRS = NETWORK_KINDS.filter((kind) => IS_LONG || kind !== 'pretrained').flatMap((kind, i) =>
  OPTIMIZERS.filter((_, k) => IS_LONG || k === i % OPTIMIZERS.length).map((optimizer) => [kind, optimizer] as const),
);

test.each(PAIRS)('%s with %s: the same losses and classes on every backend', (kind, optimizer) =>
  expectAgreement(settingsOf(kind, optimizer)),
);

// The other optimiser learns on pretrained layers that stay as they are, below.
test.each(IS_LONG ? OPTIMIZERS : (['sgd'] as const))(
  'pretrained layers that learn after half of the steps, with %s: the same losses and classes',
  (optimizer) =>
    expectAgreement({ ...settingsOf('pretrained', optimizer), fineTuning: { rate: 0.1, frozenShare: 0.5 } }),
);

test.each([
  ['without smoothness', 'unet', { smoothness: { ...SMOOTHNESS, weight: 0 } }],
  ['with strokes that weigh the same', 'unet', { strokeBalance: 'stroke' }],
  ['on pretrained layers that stay as they are', 'pretrained', { fineTuning: { rate: 0, frozenShare: 1 } }],
] as const)('%s: the same losses and classes on every backend', (_, kind, changes) =>
  expectAgreement({ ...settingsOf(kind, 'adamw'), ...changes }),
);
