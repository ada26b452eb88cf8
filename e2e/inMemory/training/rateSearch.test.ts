import { afterEach, expect, it } from 'vitest';
import { TRIED_RATES, triedRate } from '../../../src/metrics/learningRateCurve.ts';
import type { RateSearchState } from '../../../src/state/training.ts';
import { command } from '../../../src/workbench/commands/commands.ts';
import { paintClass } from '../acts.ts';
import { reset } from '../learning.ts';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

/** Has rates tried, and waits for the end of the search. */
async function search(): Promise<RateSearchState | null> {
  page.workbench.rates.start();
  const { rateSearch } = (await page.until((state) => state.training.rateSearch?.isOver === true)).training;
  return rateSearch;
}

async function lossOfStep(step: number): Promise<number | null> {
  await page.stepTo(step);
  return page.state.training.loss;
}

it('a search suggests a rate from a curve that it tried, and leaves the learner as it was', async () => {
  page = await TestWorkbench.open();
  await page.stepTo(2);
  const before = page.script.getPrediction();
  const found = await search();
  const suggestion = found?.suggestion ?? Number.NaN;
  expect(suggestion).toBeGreaterThan(1e-6);
  expect(suggestion).toBeLessThan(1);
  expect(found?.notice).toBeNull();
  const { points } = page.workbench.rates;
  expect(points).toHaveLength(found?.tried ?? 0);
  expect(points.length).toBeGreaterThan(20);
  expect(points.map(({ learningRate }) => learningRate)).toEqual(points.map((_, i) => triedRate(i)));

  const { training } = page.workbench;
  const former = page.state.training.settings.learningRate;
  training.updateSettings({ learningRate: suggestion });
  await page.until(({ training }) => training.phase === 'paused');
  expect(page.state.training.step).toBe(2);
  expect(page.script.getPrediction()).toEqual(before);

  // With the former rate, the next step is that of a learner that nothing was tried on.
  training.updateSettings({ learningRate: former });
  const after = await lossOfStep(4);
  await reset(page);
  expect(await lossOfStep(4)).toBe(after);
});

it('a search can be stopped, says that it was, and begins anew', async () => {
  page = await TestWorkbench.open();
  page.workbench.rates.start();
  await page.until(({ training }) => (training.rateSearch?.tried ?? 0) > 0);
  page.workbench.rates.stop();
  const { rateSearch } = (await page.until((state) => state.training.rateSearch?.isOver === true)).training;
  expect(rateSearch?.tried).toBeLessThan(TRIED_RATES);
  expect(rateSearch?.suggestion).toBeNull();
  expect(rateSearch?.notice).toContain('stopped');
  await page.until(({ training: { phase, step } }) => phase === 'ready' && step === 0);
  expect((await search())?.suggestion).not.toBeNull();
});

it('a search waits for a stroke', async () => {
  page = await TestWorkbench.open();
  const refusal = () => command('findRate').refusal?.(page.state) ?? null;
  page.workbench.painting.clearLabels();
  expect(refusal()).toContain('Paint a stroke first');
  paintClass(page, 0, [
    [5, 10],
    [30, 10],
  ]);
  expect(refusal()).toBeNull();
});
