import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { storedSteps, trainAndStore } from '../../drivers/learnerTools.ts';
import { LARGE_BUDGET, type PageDriver, WASM } from '../../drivers/pageDriver.ts';

/** Without normalisation a loss can grow without bound. */
const NETWORK = { ...WASM, network: 'plainUnet-8-2-1' } as const;

/** Trains at the greatest rate with plain gradients, until the loss is no number. */
async function diverge({ page }: PageDriver): Promise<void> {
  await page.getByText('More settings').click();
  await page.getByRole('combobox', { name: 'Optimiser' }).selectOption('SGD');
  const rate = page.getByRole('textbox', { name: 'Learning rate' });
  await rate.fill('1');
  await rate.press('Enter');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('no longer a number', { timeout: 60_000 });
}

test('a diverged learner takes no good one away: it is a click away, and there after a reload, which says so', async ({
  driver,
  page,
}) => {
  await driver.open(NETWORK);
  await driver.setStepBudget(LARGE_BUDGET);
  const good = await trainAndStore(driver);
  await diverge(driver);
  await expect(driver.button(`Go back to step ${good}`)).toBeVisible();
  await driver.isSaved();
  expect(await storedSteps(page)).toContain(good);

  await driver.open({ size: WASM.size, backend: 'wasm' });
  await driver.until(({ phase, step }) => phase === 'paused' && step === good);
  await expect(
    page.getByText(new RegExp(`was no number any more, so the network of step ${good} was opened`)),
  ).toBeVisible();
});

test('a number that a field cannot take is refused in a sentence', async ({ driver, page }) => {
  await driver.open(WASM);
  const budget = page.getByRole('textbox', { name: 'Step budget' });
  const value = await budget.inputValue();
  await budget.fill('lots');
  await budget.press('Enter');
  await expect(
    page.getByText(/^Step budget takes a whole number from .* “lots” was not taken, .* stays\.$/),
  ).toBeVisible();
  await expect(budget).toHaveValue(value);
});
