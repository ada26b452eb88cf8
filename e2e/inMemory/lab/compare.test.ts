import { afterEach, expect, it } from 'vitest';
import { whyNotCompare } from '../../../src/settings/difference.ts';
import { openScores } from '../../../src/state/selectors.ts';
import { pause } from '../learning.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const TABLE = 0;

let page: TestWorkbench;

afterEach(() => page.close());

async function open(): Promise<void> {
  page = await TestWorkbench.open();
  page.workbench.training.updateSettings({ stepBudget: 5000 });
}

/** Waits until both learners have taken so many steps, pauses them, and waits until both predict. */
async function pausedAt(steps: number): Promise<void> {
  await page.until(({ training: { step, phase } }) => phase === 'training' && step >= steps);
  await pause(page);
  await page.until(
    ({ training: { step, predictionStep }, comparison }) => predictionStep === step && comparison.disagreement !== null,
  );
}

it('ignore beside as background: two learners, whose scores and predictions differ', async () => {
  await open();
  page.workbench.compare.begin();
  await pausedAt(30);
  const { settings, loss } = page.state.training;
  const { learnerB, comparedScores, disagreement, comparedLoss } = page.state.comparison;
  expect(settings.unlabeled).toBe('ignore');
  expect(learnerB?.difference).toEqual({ setting: 'unlabeled', value: 'asBackground' });
  expect(openScores(page.state)?.maskedAccuracy).toBeGreaterThan(comparedScores?.maskedAccuracy ?? 1);
  expect(comparedLoss).not.toBe(loss);
  // B erases what was not painted: it calls more of it “table”.
  expect(disagreement?.differingShare).toBeGreaterThan(0);
  const erased = disagreement?.byClass.filter(({ calledId }) => calledId === TABLE) ?? [];
  expect(erased.some(({ shareA, shareB }) => shareB > shareA)).toBe(true);
  const classMap = page.script.getPrediction()?.classMap ?? [];
  const other = page.workbench.picture?.comparedPrediction?.classMap ?? [];
  const differing = [...classMap].filter((id, i) => id !== other[i]).length;
  expect(disagreement?.differingShare).toBeCloseTo(differing / classMap.length, 9);
  // One point a step of either curve.
  const { training, compare } = page.workbench;
  expect(compare.curves?.loss.length).toBe(training.curves?.loss.length);
});

it('it begins anew, follows what differs, and ends with A as it is', async () => {
  await open();
  await page.stepTo(3);
  page.workbench.compare.begin();
  await pausedAt(1);
  const { settings } = page.state.training;
  page.workbench.compare.choose({ setting: 'optimizer', value: 'sgd' });
  await page.until(({ comparison: { learnerB }, training: { phase, step } }) => {
    return learnerB?.difference.setting === 'optimizer' && phase === 'training' && step >= 1;
  });
  await pause(page);
  expect(page.state.comparison.learnerB?.difference).toEqual({ setting: 'optimizer', value: 'sgd' });
  expect(page.state.training.settings).toEqual(settings);
  // There is nothing to compare where both are alike.
  expect(whyNotCompare(settings, { setting: 'optimizer', value: settings.optimizer })).not.toBeNull();

  const { step } = page.state.training;
  page.workbench.compare.end();
  await page.until(({ comparison }) => comparison.learnerB === null);
  expect(page.state.training.step).toBe(step);
  expect(page.workbench.picture?.comparedPrediction ?? null).toBeNull();
  await page.stepTo(step + 1);

  page = await page.reload();
  expect(page.state.comparison.learnerB).toBeNull();
});

it('what was learned before comes back by Undo reset, alone', async () => {
  await open();
  await page.stepTo(3);
  const before = page.script.getPrediction();
  page.workbench.compare.begin();
  await page.answer('The weights were cleared', 'Undo reset');
  await page.until(
    ({ training: { step, phase }, comparison }) => step === 3 && phase === 'paused' && comparison.learnerB === null,
  );
  await page.until(({ training }) => training.predictionStep === 3);
  expect(before).not.toBeNull();
  expect(page.script.getPrediction()).toEqual(before);
});
