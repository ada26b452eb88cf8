import { describe, expect, test } from 'vitest';
import { createPlanes, UNLABELED } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { networkFor } from '../models/registry.ts';
import { Random } from '../random.ts';
import { Trainer } from './trainer.ts';
import { cropsAreExact } from './trainingBatch.ts';

const [WIDTH, HEIGHT] = [18, 14];
const STEPS = 12;

const SMOOTH: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  learningRate: 0.005,
  stepBudget: STEPS,
  smoothness: { ...DEFAULT_LEARNER_SETTINGS.smoothness, weight: 0.5 },
};

const PLAIN: LearnerSettings = { ...SMOOTH, smoothness: { ...SMOOTH.smoothness, weight: 0 } };

type Backend = 'cpu' | 'wasm' | 'webgpu';

/** The label losses of a seeded run, and what it predicts: two halves of like colours, `share` of the pixels labeled. */
async function run(backend: Backend, settings: LearnerSettings, share = 0.1) {
  await startBackend(backend, WASM_PATHS);
  const random = Random.fromSeed(8);
  const planes = createPlanes(WIDTH, HEIGHT);
  const pixels = new Uint8Array(4 * WIDTH * HEIGHT);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const isRight = i % WIDTH >= WIDTH / 2;
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = (isRight ? 150 : 90) + random.integer(0, 20);
    if (random.uniform(0, 1) < share) planes.classIds[i] = isRight ? 1 : 0;
  }
  const trainer = new Trainer({ channels: [0, 1], settings });
  trainer.addPicture('halves', pixels, planes, 'train');
  const steps = await trainer.trainSteps(STEPS);
  const { confidence } = await trainer.predict('halves');
  trainer.dispose();
  const sure = confidence.reduce((sum, value) => sum + value, 0) / confidence.length;
  return {
    losses: steps.map(({ loss }) => loss),
    sure,
    labeled: planes.classIds.filter((id) => id !== UNLABELED).length,
  };
}

// As in backendsAgree.test.ts.
const TOLERANCE = 5e-6;

describe('training with the smoothness term', () => {
  // backendsAgree.test.ts has the term in every run but one, with each kind of network.
  test('a network that is shown larger and smaller pictures learns the same on every backend', async () => {
    const settings = { ...SMOOTH, augmentation: { ...SMOOTH.augmentation, scale: 0.5 } };
    const expected = await run('cpu', settings);
    expect(expected.losses.at(-1)).toBeLessThan(expected.losses[0] ?? 0);
    for (const backend of ['wasm', 'webgpu'] as const) {
      const found = await run(backend, settings);
      found.losses.forEach((loss, step) => {
        expect(Math.abs(loss - (expected.losses[step] as number)), `${backend}, step ${step}`).toBeLessThan(TOLERANCE);
      });
    }
  });

  test.each(['wasm', 'webgpu'] as const)(
    'tells the label loss alone, and makes the rest surer (%s)',
    async (backend) => {
      const strong = { ...SMOOTH, smoothness: { ...SMOOTH.smoothness, weight: 5 } };
      const [smooth, plain] = [await run(backend, strong), await run(backend, PLAIN)];
      // Before the first update there is no difference, for the figure is of the labels.
      expect(smooth.losses[0]).toBe(plain.losses[0]);
      expect(smooth.losses[1]).not.toBe(plain.losses[1]);
      expect(smooth.sure).toBeGreaterThan(plain.sure);
    },
  );

  test('does nothing where everything is labeled', async () => {
    const [smooth, plain] = [await run('wasm', SMOOTH, 1), await run('wasm', PLAIN, 1)];
    expect(smooth.labeled).toBe(WIDTH * HEIGHT);
    // The turned frames' rims are unlabeled, but no pair shows them.
    expect(smooth).toEqual(plain);
  });

  test('looks at whole pictures, for what is unlabeled counts', () => {
    const network = networkFor({ kind: 'plainUnet', width: 4, depth: 2, stride: 1 });
    expect(cropsAreExact(network, PLAIN)).toBe(true);
    expect(cropsAreExact(network, SMOOTH)).toBe(false);
  });
});
