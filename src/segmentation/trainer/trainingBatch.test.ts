import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { countByClass, createPlanes, type LabelPlanes } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings, SMOOTHNESS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { ITEM_WORDS, sampleBatch } from '../kernels/batch/sampleBatch.ts';
import { networkFor } from '../models/registry.ts';
import { Random } from '../random.ts';
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

/** Pixels of every channel in a batch that is drawn with `random`. */
async function sampledCounts(
  batch: TrainingBatch,
  { classIds }: LabelPlanes,
  settings: LearnerSettings,
  random: Random,
) {
  const { batch: items } = batch.shape;
  const labels = tf.tidy(
    () =>
      sampleBatch(
        tf.zeros([classIds.length, 3]),
        tf.tensor1d(Int32Array.from(classIds), 'int32'),
        tf.tensor2d(batch.draw(settings, random), [items, ITEM_WORDS], 'int32'),
        batch.shape,
      ).labels,
  );
  const counts = new Uint32Array(256);
  for (const channel of await labels.data()) counts[channel] = (counts[channel] ?? 0) + 1;
  labels.dispose();
  return counts.slice(0, 32);
}

test('all crops are in every batch, so that every class is seen at every step, whatever is flipped and turned', async () => {
  const stroke = fc.record({
    classId: fc.integer({ min: 0, max: 9 }),
    x: fc.integer({ min: 0, max: SIDE.width - 12 }),
    y: fc.integer({ min: 0, max: SIDE.height - 1 }),
  });
  const settings: LearnerSettings = {
    ...PLAIN,
    augmentation: { flip: true, quarterTurns: true, color: 0.1, scale: 0 },
  };
  const network = networkFor(settings.network);
  let cropped = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(stroke, { minLength: 1, maxLength: 5 }), fc.nat(), async (strokes, seed) => {
      const labels = createPlanes(SIDE.width, SIDE.height);
      for (const { classId, x, y } of strokes) {
        labels.classIds.fill(classId, y * SIDE.width + x, y * SIDE.width + x + 12);
      }
      const batch = new TrainingBatch(SIDE.width, SIDE.height);
      batch.update(labels.classIds, network, settings);
      const { width, height } = batch.shape;
      // A whole picture that is not square loses what a quarter turn puts beyond its frame.
      if (width === SIDE.width && height === SIDE.height) return;
      cropped++;
      const random = Random.fromSeed(seed);
      for (let step = 0; step < 3; step++) {
        expect(await sampledCounts(batch, labels, settings, random)).toEqual(countByClass(labels).slice(0, 32));
      }
    }),
    { numRuns: 40 },
  );
  expect(cropped).toBeGreaterThan(10);
});
