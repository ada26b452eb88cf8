import { afterEach, expect, it } from 'vitest';
import { changesForRecipe, recipeOf } from '../../../src/settings/learner.ts';
import { openScores } from '../../../src/state/selectors.ts';
import { STROKES } from '../../drivers/espressoStrokes.ts';
import { LINE, openPicture, openPlain, paintClass } from '../acts.ts';
import { firstLosses, pause, reset, trainWholeBudget } from '../learning.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const [TABLE, CERAMIC, COFFEE] = [0, 1, 3] as const;
/** A step budget that no test uses up before it pauses. */
const LARGE_BUDGET = 5000;

let page: TestWorkbench;

afterEach(() => page.close());

/** Share of a stroke's corner points where the prediction says what was painted. */
function shareAlong(classId: keyof typeof STROKES): number {
  const { classMap } = page.script.getPrediction() ?? { classMap: [] };
  const points = STROKES[classId];
  return points.filter(([x, y]) => classMap[y * 64 + x] === classId).length / points.length;
}

it('pause, continue, step and reset do what they say', async () => {
  page = await TestWorkbench.open();
  const labels = page.script.getLabels();
  const { training } = page.workbench;
  training.updateSettings({ stepBudget: LARGE_BUDGET });
  training.toggle();
  await page.until(({ training }) => training.step >= 2);
  training.toggle();
  const { step } = (await page.until(({ training }) => training.phase === 'paused')).training;
  expect(step).toBeLessThan(LARGE_BUDGET);
  // The learner answers in order: a step that was under way would be told before it.
  expect((await training.predict())?.step).toBe(step);
  expect(page.state.training.step).toBe(step);

  training.step();
  await page.until((state) => state.training.step > step && state.training.phase === 'paused');
  expect((await training.predict())?.step).toBe(step + 1);
  expect(page.state.training.step).toBe(step + 1);

  training.toggle();
  await page.until((state) => state.training.step > step + 1);
  training.reset();
  const cleared = await page.until((state) => state.training.step === 0 && state.training.phase === 'ready');
  expect(openScores(cleared)).toBeNull();
  expect(page.script.getPrediction()).toBeNull();
  expect(page.script.getLabels()).toEqual(labels);
});

it('training ends with its budget and goes on with Continue', async () => {
  page = await TestWorkbench.open();
  await trainWholeBudget(page, 6);
  expect(page.state).toMatchObject({ training: { step: 6, stepBudget: 6 } });
  page.workbench.training.toggle();
  await page.until(({ training }) => training.step > 6);
});

it('new strokes stretch a budget that is used up; Continue ends there below the learning rate, and a reload keeps it', async () => {
  page = await TestWorkbench.open();
  await trainWholeBudget(page, 8);
  paintClass(page, TABLE, [
    [4, 38],
    [30, 38],
  ]);
  await page.until(({ training: { stepBudget, phase, labelsChangedSinceStep } }) => {
    return stepBudget === 12 && phase === 'paused' && labelsChangedSinceStep;
  });
  await page.isSaved();
  page = await page.reload();
  await page.until(
    ({ training: { step, stepBudget, phase } }) => step === 8 && stepBudget === 12 && phase === 'paused',
  );

  page.workbench.training.toggle();
  const finished = await page.until(({ training }) => training.phase === 'finished');
  expect(finished.training.step).toBe(12);
  // It ends at less than the continue rate, a share of the learning rate of 0.02.
  expect(finished.training.settings.learningRate).toBe(0.02);
  expect(finished.training.learningRate).toBeGreaterThan(0);
  expect(finished.training.learningRate).toBeLessThan(0.02 / 2);
});

it('labels painted during training reach the learner', async () => {
  page = await TestWorkbench.open();
  page.workbench.painting.clearLabels();
  page.workbench.painting.setBrushDiameter(3);
  for (const classId of [TABLE, CERAMIC] as const) paintClass(page, classId, STROKES[classId]);
  page.workbench.training.updateSettings({ stepBudget: LARGE_BUDGET });
  page.workbench.training.toggle();
  await page.until(({ training }) => (training.predictionStep ?? 0) > 5);
  expect(shareAlong(COFFEE)).toBe(0);
  paintClass(page, COFFEE, STROKES[COFFEE]);
  expect(page.state.training.phase).toBe('training');
  await page.until(() => shareAlong(COFFEE) === 1);
  await pause(page);
});

it('smoothness and the recipes reach the learner, and the weight of it is kept', async () => {
  page = await TestWorkbench.open();
  for (const classId of [TABLE, CERAMIC] as const) paintClass(page, classId, STROKES[classId]);
  const { training } = page.workbench;
  const recipe = () => recipeOf(page.state.training.settings);
  const setWeight = (weight: number) =>
    training.updateSettings({ smoothness: { ...page.state.training.settings.smoothness, weight } });
  const take = (wanted: 'bestMasks' | 'plain') =>
    training.updateSettings(changesForRecipe(page.state.training.settings, wanted));
  expect(recipe()).toBe('bestMasks');
  expect(page.state.training.settings.smoothness.weight).toBe(2);
  const smoothed = await firstLosses(page, 3);
  setWeight(0);
  expect(recipe()).toBeNull();
  const unsmoothed = await firstLosses(page, 3);
  // The first step's label loss has no smoothness in it; the weights after it do.
  expect(Math.abs((unsmoothed[2] ?? 0) - (smoothed[2] ?? 0))).toBeGreaterThan(1e-4);

  take('plain');
  expect(page.state.training.settings.smoothness.weight).toBe(0);
  take('bestMasks');
  expect(page.state.training.settings.smoothness.weight).toBe(2);
  setWeight(2.1);
  expect(recipe()).toBeNull();
  await page.isSaved();
  page = await page.reload();
  expect(page.state.training.settings.smoothness.weight).toBe(2.1);
});

it('flip averaging and the weight average change what is predicted, not what is learned', async () => {
  page = await TestWorkbench.open();
  const { training } = page.workbench;
  const predicted = () => page.script.getPrediction();
  const shows = (wanted: unknown) => page.until(() => JSON.stringify(predicted()) === JSON.stringify(wanted));
  training.updateSettings({ flipAveraging: false });
  await page.stepTo(3);
  const { loss } = page.state.training;
  const plain = predicted();
  training.updateSettings({ flipAveraging: true });
  await page.until(() => JSON.stringify(predicted()) !== JSON.stringify(plain));
  training.updateSettings({ flipAveraging: false });
  await shows(plain);

  await reset(page);
  training.updateSettings({ weightAverage: 0.9 });
  await page.stepTo(3);
  expect(page.state.training.loss).toBe(loss);
  const averaged = predicted();
  expect(averaged).not.toEqual(plain);
  // The page takes it over with the project, and back after an undone Reset.
  await reset(page);
  await page.answer('The weights were cleared', 'Undo reset');
  await page.until(({ training }) => training.step === 3);
  expect(page.state.training.settings.weightAverage).toBe(0.9);
  await shows(averaged);
});

it('a picture that comes back on the screen at the same step adds no point to the curves', async () => {
  page = await openPlain(1, 2);
  page.paint(LINE);
  await openPicture(page, 'plain 2');
  page.paint(LINE);
  await page.stepTo(2);
  /** Puts a picture on the screen, and waits until it was predicted there. */
  const leafTo = async (name: string) => {
    const { predictionAtMs } = page.state.training;
    await openPicture(page, name);
    await page.until(({ training }) => training.predictionStep === 2 && training.predictionAtMs !== predictionAtMs);
  };
  await leafTo('plain 1');
  const points = page.workbench.training.curves?.meanIou.length;
  expect(points).toBeGreaterThan(0);
  await leafTo('plain 2');
  await leafTo('plain 1');
  expect(page.workbench.training.curves?.meanIou.length).toBe(points);
});
