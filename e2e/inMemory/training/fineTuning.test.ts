import { afterEach, expect, it } from 'vitest';
import { FINE_TUNING } from '../../../src/settings/learner.ts';
import { firstLosses } from '../learning.ts';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

it('pretrained layers are frozen or fine-tuned by choice, which the learner follows and the project keeps', async () => {
  page = await TestWorkbench.open({ size: '64', network: 'pretrained-8-2-1', backend: 'wasm', picture: 'coffee' });
  const { training } = page.workbench;
  const set = (rate: number, frozenShare: number) => training.updateSettings({ fineTuning: { rate, frozenShare } });
  expect(page.state.training.settings.fineTuning).toEqual(FINE_TUNING);
  set(0, FINE_TUNING.frozenShare);
  const frozen = await firstLosses(page, 3);
  set(FINE_TUNING.rate, FINE_TUNING.frozenShare);
  // Half of the budget is far away: nothing differs yet.
  expect(await firstLosses(page, 3)).toEqual(frozen);
  set(0.5, 0);
  const tuned = await firstLosses(page, 3);
  expect(tuned.every((loss) => Number.isFinite(loss))).toBe(true);
  expect(tuned[2]).not.toBe(frozen[2]);

  await page.isSaved();
  page = await page.reload();
  expect(page.state.training.settings.fineTuning).toEqual({ rate: 0.5, frozenShare: 0 });
});
