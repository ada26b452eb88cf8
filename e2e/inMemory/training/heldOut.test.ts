import { afterEach, expect, it } from 'vitest';
import { openScores } from '../../../src/state/selectors.ts';
import {
  COFFEE_AGAIN,
  COFFEE_CALLED_TABLE,
  type Stroke,
  TABLE_CALLED_COFFEE,
  TRUE_STROKES,
} from '../../drivers/heldOutStrokes.ts';
import { paintClass } from '../acts.ts';
import { trainWholeBudget } from '../learning.ts';
import { TestWorkbench } from '../testWorkbench.ts';

/** A step budget that no test uses up before training ends otherwise. */
const LARGE_BUDGET = 5000;

let page: TestWorkbench;

afterEach(() => page.close());

function paintAnew(strokes: readonly Stroke[]): void {
  page.workbench.painting.clearLabels();
  page.workbench.painting.setBrushDiameter(3);
  for (const [classId, from, to] of strokes) paintClass(page, classId, [from, to]);
}

/** Numbers of the strokes that were painted, in their order, and which of them are held out. */
function strokes(): { all: number[]; heldOut: number[] } {
  const { strokeIds = new Uint16Array() } = page.script.getLabels() ?? {};
  const all = [...new Set(strokeIds)].filter((id) => id > 0).toSorted((a, b) => a - b);
  const heldOut = page.workbench.picture?.heldOut ?? new Set();
  return { all, heldOut: all.filter((id) => heldOut.has(id)) };
}

it('whole strokes are held out and scored apart; a reload holds the same ones out', async () => {
  page = await TestWorkbench.open();
  paintAnew(TRUE_STROKES);
  page.workbench.training.toggleHoldOut();
  expect(page.state.project.holdOut).toEqual({ heldOut: 0, strokes: 2 });
  paintAnew([...TRUE_STROKES, COFFEE_CALLED_TABLE, COFFEE_AGAIN]);
  expect(page.state.project.holdOut).toEqual({ heldOut: 2, strokes: 4 });
  const { all, heldOut } = strokes();
  expect(heldOut).toEqual(all.slice(2));

  page.workbench.training.train(null);
  await page.until(({ training: { phase, step, heldOutStep, predictionStep } }) => {
    return phase === 'finished' && heldOutStep === step && predictionStep === step;
  });
  const { heldOutScores } = page.state.training;
  // What was painted right is learned; of the rest, the stroke that agrees is right and the other wrong.
  expect(openScores(page.state)?.maskedAccuracy).toBe(1);
  expect(heldOutScores?.maskedAccuracy).toBeGreaterThan(0.2);
  expect(heldOutScores?.maskedAccuracy).toBeLessThan(0.8);
  expect(heldOutScores?.meanIou).toBeLessThan(0.6);

  await page.isSaved();
  page = await page.reload();
  const again = await page.until((state) => state.training.heldOutScores !== null);
  expect(again.training.settings.heldOutShare).toBeGreaterThan(0);
  expect(again.project.holdOut).toEqual({ heldOut: 2, strokes: 4 });
  expect(again.training.heldOutScores?.maskedAccuracy).toBe(heldOutScores?.maskedAccuracy);
  expect(strokes()).toEqual({ all, heldOut });

  page.workbench.history.undo();
  page.workbench.training.toggleHoldOut();
  const former = await page.until((state) => state.project.holdOut === null && openScores(state)?.maskedAccuracy !== 1);
  expect(former.training.heldOutScores).toBeNull();
  expect(strokes().heldOut).toEqual([]);
});

it('training stops early by held-out strokes, and the best weights can be had again', async () => {
  page = await TestWorkbench.open();
  // The better the network, the worse it predicts what is held out.
  paintAnew([...TRUE_STROKES, COFFEE_CALLED_TABLE, TABLE_CALLED_COFFEE]);
  const { training } = page.workbench;
  training.toggleHoldOut();
  training.updateSettings({ earlyStop: { patienceSteps: 20 }, stepBudget: LARGE_BUDGET });
  training.train(null);
  const stopped = await page.until(
    ({ training: { phase, heldOutStep, step } }) => phase === 'finished' && heldOutStep === step,
  );
  expect(stopped.training.step).toBeLessThan(LARGE_BUDGET);
  await page.isTold(`Stopped at step ${stopped.training.step}: the held-out strokes were predicted best`);

  const best = stopped.training.bestLearner?.step ?? Number.NaN;
  expect(best).toBeLessThan(stopped.training.step);
  const worse = stopped.training.heldOutScores?.meanIou ?? Number.NaN;
  const isBack = (step: number, meanIou: number) =>
    page.until((state) => state.training.step === step && state.training.heldOutScores?.meanIou === meanIou);
  training.restoreBest();
  const restored = await page.until(({ training: { step, heldOutScores } }) => {
    return step === best && heldOutScores !== null && heldOutScores.meanIou !== worse;
  });
  expect(restored.training.phase).toBe('paused');
  const better = restored.training.heldOutScores?.meanIou ?? Number.NaN;
  expect(better).toBeGreaterThan(worse);

  await page.answer(`The weights of step ${best} are back.`, 'Undo');
  await isBack(stopped.training.step, worse);
  page.perform('Go back to the weights that were best on held-out strokes');
  await isBack(best, better);
  await page.until(({ project: { storedStep, saving } }) => storedStep === best && saving === 'saved');
  page = await page.reload();
  await isBack(best, better);
});

it('a stroke that is held out is nothing new to learn: it stretches no budget', async () => {
  page = await TestWorkbench.open();
  paintAnew(TRUE_STROKES);
  page.workbench.training.toggleHoldOut();
  await trainWholeBudget(page, 8);
  const paint = ([classId, from, to]: Stroke) => paintClass(page, classId, [from, to]);
  paint(COFFEE_CALLED_TABLE);
  expect(strokes().heldOut).toHaveLength(1);
  // The learner answers in order: by then it has told what it made of the stroke.
  await page.workbench.training.predict();
  expect(page.state.training.stepBudget).toBe(8);
});
