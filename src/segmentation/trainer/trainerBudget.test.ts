import { beforeAll, expect, test } from 'vitest';
import { createPlanes } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { learningRateAt } from '../optimizer/schedule.ts';
import { Trainer } from './trainer.ts';
import { TrainerStateError } from './trainerState.ts';
import { decodeTrainerState, encodeTrainerState } from './trainerStateCodec.ts';

const SETTINGS: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  schedule: 'cosine',
  stepBudget: 8,
};

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
});

/** A trainer on a picture that is dark above and bright below, with a row of labels in each half. */
function trainerOf(settings = SETTINGS): Trainer {
  const planes = createPlanes(10, 8);
  planes.classIds.fill(0, 10, 20).fill(1, 60, 70);
  planes.strokeIds.fill(1, 10, 20).fill(2, 60, 70);
  const pixels = new Uint8Array(320).map((_, i) => (i % 4 === 3 ? 255 : i < 160 ? 40 + (i % 7) : 200 - (i % 9)));
  const trainer = new Trainer({ channels: [0, 1], settings });
  trainer.addPicture('halves', pixels, planes, 'train');
  return trainer;
}

test('a stretched budget is saved, and goes on to its end at its rates', async () => {
  const whole = trainerOf();
  await whole.trainSteps(7);
  whole.stretchBudget();
  expect(whole.budgetEnd).toBe(11);
  const saved = whole.save();
  const expected = await whole.trainSteps(4);
  const other = trainerOf();
  other.restore(await saved);
  expect(other.budgetEnd).toBe(11);
  expect(await other.trainSteps(4)).toEqual(expected);
  // Of a learner whose budget nothing came between, nothing of it stays.
  const untouched = trainerOf();
  await untouched.trainSteps(2);
  other.restore(await untouched.save());
  expect(other.budgetEnd).toBe(8);
  for (const trainer of [whole, other, untouched]) trainer.dispose();
});

test('a run that nothing comes between keeps its schedule, to the bit, and its bytes say nothing of a budget', async () => {
  const trainer = trainerOf();
  // Before the first step, labels are not new.
  trainer.stretchBudget();
  const steps = await trainer.trainSteps(10);
  expect(steps.map(({ learningRate }) => learningRate)).toEqual(steps.map((_, i) => learningRateAt(i, SETTINGS)));
  expect(decodeTrainerState(await trainer.save()).vectors.map(({ role }) => role)).toEqual([
    'parameters',
    'moment',
    'moment',
  ]);
  trainer.dispose();
});

test('another step budget begins its own; another rate does not', async () => {
  const trainer = trainerOf();
  await trainer.trainSteps(7);
  trainer.stretchBudget();
  trainer.configure([0, 1], { ...SETTINGS, learningRate: 0.001 });
  expect(trainer.budgetEnd).toBe(11);
  trainer.configure([0, 1], { ...SETTINGS, stepBudget: 5 });
  expect(trainer.budgetEnd).toBe(7);
  trainer.configure([0, 1], { ...SETTINGS, stepBudget: 20 });
  expect(trainer.budgetEnd).toBe(20);
  trainer.dispose();
});

test('bytes with a budget that cannot be are refused', async () => {
  const trainer = trainerOf();
  const state = decodeTrainerState(await trainer.save());
  for (const numbers of [[], [5, 5, 0], [Number.NaN, 0, 0]]) {
    const restore = () =>
      trainer.restore(
        encodeTrainerState({
          ...state,
          vectors: [...state.vectors, { role: 'budget', values: Float32Array.from(numbers) }],
        }),
      );
    expect(restore).toThrow(TrainerStateError);
  }
  trainer.dispose();
});
