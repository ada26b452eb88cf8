import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { trainAndStore, trainingWorker } from '../../drivers/learnerTools.ts';
import { LARGE_BUDGET, WASM } from '../../drivers/pageDriver.ts';

/** A little more than one beat of the page's own. */
const BEAT_MS = 3001;
const BEATS = 8;

test('a worker that ended without a word is noticed: nothing waits for it, and the learner starts again', async ({
  driver,
  page,
}) => {
  await page.clock.install();
  await driver.open(WASM);
  await driver.setStepBudget(LARGE_BUDGET);
  const stored = await trainAndStore(driver);
  await (await trainingWorker(page)).evaluate(() => self.close());

  // Asked before the silence is noticed, as by a person who cannot know.
  const download = page.waitForEvent('download');
  await driver.perform('Save the project as a file');
  for (let beat = 0; beat < BEATS; beat++) await page.clock.fastForward(BEAT_MS);
  await driver.until(({ phase }) => phase === 'stopped');
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);
  await expect(page.getByText(`The file holds the network of step ${stored}.`)).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('The learner does not answer any more.');

  // Nor does anything that is asked later.
  await driver.openExample('Coastlines from space');
  await driver.openExample('Espresso');
  await driver.until(({ phase, step }) => phase === 'paused' && step === stored);

  await (await trainingWorker(page)).evaluate(() => self.close());
  for (let beat = 0; beat < BEATS; beat++) await page.clock.fastForward(BEAT_MS);
  await driver.until(({ phase }) => phase === 'stopped');
  await page.getByRole('alert').getByRole('button', { name: 'Start again' }).click();
  await driver.until(({ phase, step }) => phase === 'paused' && step === stored);
  await driver.button('Continue').click();
  await driver.until(({ step }) => step > stored);
});
