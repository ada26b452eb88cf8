import { beforeAll, expect, test } from 'vitest';
import { createPlanes, type LabelPlanes } from '../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings, SMOOTHNESS } from '../settings/learner.ts';
import { startBackend } from './backend.ts';
import { networkFor } from './models/registry.ts';
import { Random } from './random.ts';
import { WASM_PATHS } from './testBackends.ts';
import { Trainer } from './trainer.ts';
import { cropsAreExact, TrainingBatch } from './trainingBatch.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
});

const PLAIN: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'plainUnet', width: 4, depth: 2, stride: 1 },
  learningRate: 0.003,
  smoothness: { ...SMOOTHNESS, weight: 0 },
  augmentation: { flip: false, quarterTurns: false, color: 0, scale: 0 },
};
const SIDE = { width: 96, height: 80 };

/** Two strokes in the left top corner, and a third one that `withMore` adds in the right bottom one. */
function planes(withMore: boolean) {
  const labels = createPlanes(SIDE.width, SIDE.height);
  for (let x = 3; x < 12; x++) {
    labels.classIds[5 * SIDE.width + x] = 0;
    labels.classIds[9 * SIDE.width + x] = 1;
    if (withMore) labels.classIds[74 * SIDE.width + SIDE.width - x] = 1;
  }
  return labels;
}

function trainerOf(settings: LearnerSettings, labels: LabelPlanes): Trainer {
  const random = Random.fromSeed(3);
  const trainer = new Trainer({ channels: [0, 1], settings });
  const pixels = Uint8Array.from({ length: 4 * SIDE.width * SIDE.height }, () => random.integer(0, 255));
  trainer.addPicture('noise', pixels, labels, 'train');
  return trainer;
}

test('crops teach what the whole picture does, also after labels came that they had not held', async () => {
  const labels = planes(false);
  const [cropped, whole] = [trainerOf(PLAIN, labels), trainerOf({ ...PLAIN, cropAroundLabels: false }, labels)];
  for (const withMore of [false, true]) {
    labels.classIds.set(planes(withMore).classIds);
    for (const trainer of [cropped, whole]) trainer.labelsChanged('noise');
    // Handed over at once: what is read back must survive that the batch's shape changes before it is there.
    const bursts = [cropped.trainSteps(3), whole.trainSteps(3)] as const;
    const [own, reference] = await Promise.all(bursts);
    expect(own.map(({ labeled }) => labeled)).toEqual(reference.map(({ labeled }) => labeled));
    own.forEach(({ loss, correct }, i) => {
      expect(loss).toBeCloseTo(reference[i]?.loss ?? Number.NaN, 5);
      expect(correct).toBe(reference[i]?.correct);
    });
  }
  cropped.dispose();
  whole.dispose();
});

test('crops are for networks that look no further, and for losses that leave unlabeled pixels out', () => {
  const exact = (changes: Partial<LearnerSettings>) => {
    const settings = { ...PLAIN, ...changes };
    return cropsAreExact(networkFor(settings.network), settings);
  };
  expect(exact({})).toBe(true);
  expect(exact({ loss: 'dice' })).toBe(true);
  expect(exact({ cropAroundLabels: false })).toBe(false);
  expect(exact({ smoothness: SMOOTHNESS })).toBe(false);
  expect(exact({ augmentation: { ...PLAIN.augmentation, scale: 0.2 } })).toBe(false);
  expect(exact({ network: DEFAULT_LEARNER_SETTINGS.network })).toBe(false);
  for (const unlabeled of ['allPixelMean', 'zeroedInput', 'asBackground', 'extraClass'] as const) {
    expect(exact({ unlabeled })).toBe(false);
  }
});

test('pictures are shown at five sizes, each under its own labels, and the same seed shows the same', async () => {
  const settings = { ...PLAIN, augmentation: { ...PLAIN.augmentation, scale: 1 } };
  // All labeled, so that a step counts as many labels as pixels of the picture that its frame shows.
  const labels = createPlanes(SIDE.width, SIDE.height);
  labels.classIds.fill(1);
  labels.classIds[0] = 0;
  const [one, other] = [trainerOf(settings, labels), trainerOf(settings, labels)];
  const taken = await one.trainSteps(40);
  expect(await other.trainSteps(40)).toEqual(taken);
  const shown = (factor: number) =>
    Math.min(SIDE.width, Math.round(SIDE.width * factor)) * Math.min(SIDE.height, Math.round(SIDE.height * factor));
  const counts = [...new Set(taken.map(({ labeled }) => labeled))].sort((a, b) => a - b);
  expect(counts).toEqual([shown(1 / 2), shown(Math.SQRT1_2), shown(1)]);
  one.dispose();
  other.dispose();
});

test('the batch tells when its shape changes', () => {
  const batch = new TrainingBatch(SIDE.width, SIDE.height);
  const network = networkFor(PLAIN.network);
  expect(batch.shape).toEqual({ batch: 1, ...SIDE });
  expect(batch.update(planes(false).classIds, network, PLAIN)).toBe(true);
  const { batch: count, width, height } = batch.shape;
  expect(count * width * height).toBeLessThan(0.5 * SIDE.width * SIDE.height);
  expect(batch.update(planes(false).classIds, network, PLAIN)).toBe(false);
  expect(batch.update(planes(false).classIds, network, { ...PLAIN, unlabeled: 'extraClass' })).toBe(true);
  expect(batch.shape).toEqual({ batch: 1, ...SIDE });
});
