import { afterEach, expect, it } from 'vitest';
import { TestWorkbench } from '../testWorkbench.ts';

let page: TestWorkbench;

afterEach(() => page.close());

it('what was painted and learned is there when the page is opened again', async () => {
  page = await TestWorkbench.open();
  const { labeledPixels } = page.state;
  page.paint([
    [5, 3],
    [58, 30],
  ]);
  expect(page.state.labeledPixels).toBeGreaterThan(labeledPixels);
  await page.stepTo(2);
  await page.until(({ storedStep, saving }) => storedStep === 2 && saving === 'saved');
  const labels = page.script.getLabels();

  page = await page.reload();
  expect(page.state.readOnlyBecause).toBeNull();
  expect(page.script.getLabels()).toEqual(labels);
  await page.until(({ step }) => step === 2);
});
