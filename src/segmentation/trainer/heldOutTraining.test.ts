import { expect, test } from 'vitest';
import { clonePlanes, createPlanes, type LabelPlanes, NO_STROKE, UNLABELED } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings, SMOOTHNESS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { Random } from '../random.ts';
import { Trainer } from './trainer.ts';

const [WIDTH, HEIGHT] = [40, 36];
const CHANNELS = [2, 5];
const NONE: ReadonlySet<number> = new Set();

/** Whole pictures with everything that looks at labels: balance of classes and strokes, the smoothness term's gate. */
const SMOOTH: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  classBalance: 'inverse',
  strokeBalance: 'stroke',
  smoothness: { ...SMOOTHNESS, gated: true },
  learningRate: 0.005,
};
/** Crops around the labels. */
const CROPPED: LearnerSettings = {
  ...SMOOTH,
  network: { kind: 'plainUnet', width: 4, depth: 2, stride: 1 },
  learningRate: 0.003,
  smoothness: { ...SMOOTHNESS, weight: 0 },
};

const pixels = (() => {
  const random = Random.fromSeed(4);
  return Uint8Array.from(
    { length: 4 * WIDTH * HEIGHT },
    (_, i) => ((i >> 2) % WIDTH < 20 ? 60 : 150) + random.integer(0, 40),
  );
})();

/** Strokes 1 and 2 of class 2, 3 and 4 of class 5: short rows, the even ones in the right bottom corner. */
function strokes(): LabelPlanes {
  const planes = createPlanes(WIDTH, HEIGHT);
  for (let stroke = 1; stroke <= 4; stroke++) {
    const at = stroke % 2 === 1 ? (3 + stroke) * WIDTH + 3 : (HEIGHT - 3 - stroke) * WIDTH + WIDTH - 12;
    planes.classIds.fill(stroke <= 2 ? 2 : 5, at, at + 7 + stroke);
    planes.strokeIds.fill(stroke, at, at + 7 + stroke);
  }
  return planes;
}

function without(planes: LabelPlanes, heldOut: ReadonlySet<number>): LabelPlanes {
  const rest = clonePlanes(planes);
  rest.strokeIds.forEach((strokeId, i) => {
    if (!heldOut.has(strokeId)) return;
    rest.classIds[i] = UNLABELED;
    rest.strokeIds[i] = NO_STROKE;
  });
  return rest;
}

function trainerOf(settings: LearnerSettings, planes: LabelPlanes): Trainer {
  const trainer = new Trainer({ channels: CHANNELS, settings });
  trainer.addPicture('noise', pixels, planes, 'train');
  return trainer;
}

test.each([
  ['wasm', 'whole pictures', SMOOTH],
  ['wasm', 'crops', CROPPED],
  ['webgpu', 'whole pictures', SMOOTH],
  ['webgpu', 'crops', CROPPED],
] as const)(
  'a held-out stroke teaches as little as one that was never painted, to the bit (%s, %s)',
  async (backend, _, settings) => {
    await startBackend(backend, WASM_PATHS);
    const planes = strokes();
    const trainer = trainerOf(settings, planes);
    const bare = clonePlanes(planes);
    const reference = trainerOf(settings, bare);
    // Recorded steps go on while strokes change sides.
    for (const heldOut of [NONE, new Set([2, 4]), new Set([3]), NONE, NONE]) {
      trainer.setHeldOut('noise', heldOut);
      bare.classIds.set(without(planes, heldOut).classIds);
      reference.labelsChanged('noise');
      const [own, wanted] = [await trainer.trainSteps(3), await reference.trainSteps(3)];
      expect(own).toEqual(wanted);
    }
    expect((await trainer.predict('noise')).classMap).toEqual((await reference.predict('noise')).classMap);
    trainer.dispose();
    reference.dispose();
  },
);

test('what is held out stays so when labels are painted', async () => {
  await startBackend('wasm', WASM_PATHS);
  const planes = strokes();
  const trainer = trainerOf(SMOOTH, planes);
  trainer.setHeldOut('noise', new Set([2, 4]));
  const labeled = async () => (await trainer.trainSteps(1)).map((step) => step.labeled);
  expect(await labeled()).toEqual([8 + 10]);
  planes.classIds.fill(5, 0, 5);
  planes.strokeIds.fill(4, 0, 2);
  planes.strokeIds.fill(9, 2, 5);
  trainer.labelsChanged('noise');
  expect(await labeled()).toEqual([8 + 10 + 3]);
  trainer.dispose();
});

test('a picture of which everything is held out is not learned from', async () => {
  await startBackend('wasm', WASM_PATHS);
  const trainer = trainerOf(SMOOTH, strokes());
  expect([trainer.isLabeled('noise'), trainer.trainingPictures]).toEqual([true, 1]);
  trainer.setHeldOut('noise', new Set([1, 2, 3, 4]));
  expect([trainer.isLabeled('noise'), trainer.trainingPictures]).toEqual([false, 0]);
  expect(() => trainer.trainSteps(1)).toThrow('Nothing is labeled');
  expect(() => trainer.setHeldOut('other', NONE)).toThrow(RangeError);
  trainer.dispose();
});
