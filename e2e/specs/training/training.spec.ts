import { expect } from '@playwright/test';
import { CERAMIC, COFFEE, paintClass, shareAlong, TABLE } from '../../drivers/espressoStrokes.ts';
import { test } from '../../drivers/fixtures.ts';
import { labeledCount, TINY, WASM } from '../../drivers/pageDriver.ts';

/** Slow enough that a person's clicks come between its steps. */
const UNHURRIED = { backend: 'wasm', size: '64', network: 'unet-24-4-1', picture: 'coffee' } as const;

test('Pause, Continue, Step and Reset do what they say', async ({ driver }) => {
  await driver.open(UNHURRIED);
  const labels = await driver.labels();
  await driver.button('Train').click();
  await driver.until(({ step }) => step >= 2);
  await driver.button('Pause').click();
  const paused = await driver.until(({ phase }) => phase === 'paused');
  expect(paused.step).toBeLessThan(paused.stepBudget);
  await driver.page.waitForTimeout(500);
  expect((await driver.status()).step).toBe(paused.step);

  await driver.button('Step').click();
  await driver.until(({ step, phase }) => step > paused.step && phase === 'paused');
  await driver.page.waitForTimeout(500);
  expect((await driver.status()).step).toBe(paused.step + 1);

  await driver.button('Continue').click();
  await driver.until(({ step }) => step > paused.step + 1);
  await driver.button('Reset').click();
  const reset = await driver.until(({ step, phase }) => step === 0 && phase === 'ready');
  expect(reset.maskedAccuracy).toBeNull();
  expect(await driver.prediction()).toBeNull();
  expect(await driver.labels()).toEqual(labels);
});

test('training ends with its budget and goes on with Continue', async ({ driver }) => {
  await driver.open({ ...TINY, backend: 'wasm', picture: 'coffee' });
  await driver.button('Train').click();
  const finished = await driver.until(({ phase }) => phase === 'finished');
  expect(finished.step).toBe(finished.stepBudget);
  await driver.button('Continue').click();
  await driver.until(({ step }) => step > finished.step);
});

test('labels painted during training reach the learner', async ({ driver }) => {
  await driver.open(UNHURRIED);
  await driver.clearAllLabels();
  await driver.setBrush(3);
  await paintClass(driver, TABLE);
  await paintClass(driver, CERAMIC);
  await driver.button('Train').click();
  await expect.poll(async () => (await driver.prediction())?.step ?? 0, { timeout: 60_000 }).toBeGreaterThan(5);
  expect(await shareAlong(driver, COFFEE, COFFEE)).toBe(0);
  await paintClass(driver, COFFEE);
  expect((await driver.status()).phase).toBe('training');
  await expect.poll(() => shareAlong(driver, COFFEE, COFFEE), { timeout: 60_000 }).toBe(1);
});

test('undo and redo restore both planes exactly', async ({ driver }) => {
  await driver.open({ ...TINY, backend: 'wasm', picture: 'coffee' });
  const before = await driver.labels();
  await driver.page.keyboard.press('2');
  await driver.paint([
    [3, 3],
    [60, 40],
  ]);
  const after = await driver.labels();
  expect(labeledCount(after)).toBeGreaterThan(labeledCount(before));
  await driver.page.keyboard.press('ControlOrMeta+z');
  expect(await driver.labels()).toEqual(before);
  await driver.page.keyboard.press('ControlOrMeta+Shift+z');
  expect(await driver.labels()).toEqual(after);
});

test('the unlabeled brush takes labels away, on the planes and on the screen', async ({ driver }) => {
  await driver.open({ ...TINY, backend: 'wasm', picture: 'coffee' });
  await driver.clearAllLabels();
  await driver.setBrush(3);
  await paintClass(driver, COFFEE);
  const painted = labeledCount(await driver.labels());
  expect(painted).toBeGreaterThan(10);
  await driver.page.keyboard.press('u');
  await driver.paint([
    [30, 8],
    [30, 20],
  ]);
  const planes = await driver.labels();
  expect(labeledCount(planes)).toBeLessThan(painted);
  expect(labeledCount(planes)).toBeGreaterThan(0);
  expect((await driver.status()).labeledPixels).toBe(labeledCount(planes));
  const pixels = await driver.layerPixels('labels');
  const shown = planes.classIds.filter((_, i) => (pixels[4 * i + 3] ?? 0) > 0).length;
  expect(shown).toBe(labeledCount(planes));
});

test('smoothness is a switch, plain training one press away, and both reach the learner', async ({ driver, page }) => {
  await driver.open(WASM);
  for (const classId of [TABLE, CERAMIC] as const) await paintClass(driver, classId);
  const recipe = (name: string) =>
    page.getByRole('radiogroup', { name: 'Recipe' }).getByRole('radio', { name, exact: true });
  const smooth = page.getByRole('checkbox', { name: 'Smoothness', exact: true });
  const lossAfter = async (steps: number) => {
    await driver.stepTo(steps);
    return (await driver.status()).loss ?? Number.NaN;
  };
  await expect(recipe('Best masks')).toBeChecked();
  await expect(smooth).toBeChecked();
  const smoothed = await lossAfter(3);

  await driver.button('Reset').click();
  await driver.until(({ step }) => step === 0);
  await smooth.uncheck();
  await expect(recipe('Best masks')).not.toBeChecked();
  await expect(recipe('Plain')).not.toBeChecked();
  const unsmoothed = await lossAfter(3);
  // The first step's label loss has no smoothness in it; the weights after it do.
  expect(Math.abs(unsmoothed - smoothed)).toBeGreaterThan(1e-4);

  await recipe('Plain').check({ force: true });
  await expect(smooth).not.toBeChecked();
  await recipe('Best masks').check({ force: true });
  await expect(smooth).toBeChecked();
  const slider = page.getByRole('slider', { name: 'Weight of the smoothness' });
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(recipe('Best masks')).not.toBeChecked();
  await expect(slider).toHaveValue('2.1');
  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  await expect(slider).toHaveValue('2.1');
});

test('flip averaging and the weight average change what is predicted, not what is learned', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await page.getByText('More settings').click();
  const flips = page.getByRole('checkbox', { name: 'Flip averaging' });
  await flips.uncheck();
  await driver.stepTo(3);
  const { loss } = await driver.status();
  const plain = await driver.prediction();
  const average = page.getByRole('textbox', { name: 'Weight average' });
  await flips.check();
  await expect.poll(() => driver.prediction()).not.toEqual(plain);
  await flips.uncheck();
  await expect.poll(() => driver.prediction()).toEqual(plain);

  await driver.button('Reset').click();
  await driver.until(({ step }) => step === 0);
  await average.fill('0.9');
  // Keys are the page's again when the field is left.
  await average.blur();
  await driver.stepTo(3);
  expect((await driver.status()).loss).toBe(loss);
  const averaged = await driver.prediction();
  expect(averaged).not.toEqual(plain);
  // The page takes both over with the project, and back after an undone Reset.
  await driver.button('Reset').click();
  await driver.until(({ step }) => step === 0);
  await page.getByRole('button', { name: 'Undo reset' }).click();
  await driver.until(({ step }) => step === 3);
  await expect(average).toHaveValue('0.9');
  await expect.poll(() => driver.prediction()).toEqual(averaged);
});
