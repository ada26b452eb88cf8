import { afterEach, expect, it } from 'vitest';
import { PREDICTED_UNLABELED } from '../../../src/labels/planes.ts';
import { SMOOTHNESS } from '../../../src/settings/learner.ts';
import { labeledShare } from '../../../src/state/selectors.ts';
import { pause } from '../learning.ts';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

it('with zeroed inputs the loss has a floor that training does not get below', async () => {
  page = await TestWorkbench.open();
  const { training } = page.workbench;
  training.updateSettings({
    unlabeled: 'zeroedInput',
    classBalance: 'none',
    smoothness: { ...SMOOTHNESS, weight: 0 },
    optimizer: 'sgd',
    stepBudget: 60,
  });
  training.trainAnew();
  await page.until((state) => state.training.phase === 'finished');
  // Every unlabeled pixel costs log C, whatever is learned.
  const { classes } = page.state.document;
  const floor = (1 - labeledShare(page.state.document)) * Math.log(classes.length);
  const { loss } = page.state.training;
  expect(loss).toBeGreaterThan(floor - 0.005);
  expect(loss).toBeLessThan(Math.log(classes.length));
});

it.each([
  ['one class', 'asBackground', 0],
  ['“unlabeled”', 'extraClass', PREDICTED_UNLABELED],
] as const)('%s eats the picture under %s', async (_, unlabeled, eater) => {
  page = await TestWorkbench.open();
  const { training } = page.workbench;
  training.updateSettings({ unlabeled, stepBudget: 5000 });
  training.trainAnew();
  await page.until(({ training: { step, predictionStep } }) => {
    if (step === 0 || predictionStep === null) return false;
    const { classMap } = page.script.getPrediction() ?? { classMap: new Uint8Array() };
    return classMap.filter((id) => id === eater).length > 0.9 * classMap.length;
  });
  await pause(page);
});
