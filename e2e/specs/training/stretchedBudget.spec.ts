import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';

const BUDGET = 8;
test('new strokes stretch the budget: the page says so, Continue goes there at the continue rate, a reload keeps it', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.setStepBudget(BUDGET);
  await driver.button('Train').click();
  await driver.until(({ phase, step }) => phase === 'finished' && step === BUDGET);
  const status = page.locator('[data-phase]');
  await expect(status).toHaveText(`Step ${BUDGET} of ${BUDGET} · budget used up`);
  await page.keyboard.press('1');
  await driver.paint([
    [4, 38],
    [30, 38],
  ]);
  await expect(status).toHaveText(`Step ${BUDGET} of 12 · paused · new labels: press Continue`);
  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  await driver.until(({ step, stepBudget, phase }) => step === BUDGET && stepBudget === 12 && phase === 'paused');

  await driver.button('Continue').click();
  const finished = await driver.until(({ phase }) => phase === 'finished');
  expect(finished.step).toBe(12);
  // It ends at less than the continue rate, a share of the learning rate of 0.02.
  expect(finished.learningRate).toBeGreaterThan(0);
  expect(finished.learningRate).toBeLessThan(0.02 / 2);
});
