import { expect } from '@playwright/test';
import { CERAMIC, COFFEE, paintClass, shareAlong, TABLE } from '../../drivers/espressoStrokes.ts';
import { test } from '../../drivers/fixtures.ts';
import { LARGE_BUDGET, labeledCount, WASM } from '../../drivers/pageDriver.ts';

test('one trains, paints beside it, pauses, steps, goes on, resets and undoes with buttons and keys', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.clearAllLabels();
  await driver.setBrush(3);
  await paintClass(driver, TABLE);
  await paintClass(driver, CERAMIC);
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Train').click();
  await expect.poll(async () => (await driver.prediction())?.step ?? 0).toBeGreaterThan(5);
  expect(await shareAlong(driver, COFFEE, COFFEE)).toBe(0);
  await paintClass(driver, COFFEE);
  expect((await driver.status()).phase).toBe('training');
  await expect.poll(() => shareAlong(driver, COFFEE, COFFEE), { timeout: 60_000 }).toBe(1);

  await driver.button('Pause').click();
  const { step } = await driver.until(({ phase }) => phase === 'paused');
  await driver.button('Step').click();
  await driver.until((status) => status.step === step + 1 && status.phase === 'paused');
  await driver.button('Continue').click();
  await driver.until((status) => status.step > step + 1);
  const labels = await driver.labels();
  await driver.button('Reset').click();
  const reset = await driver.until((status) => status.step === 0 && status.phase === 'ready');
  expect(reset.maskedAccuracy).toBeNull();
  expect(await driver.prediction()).toBeNull();
  expect(await driver.labels()).toEqual(labels);

  await test.step('the unlabeled brush takes labels away, on the planes and on the screen; undo and redo are exact', async () => {
    await page.keyboard.press('u');
    await driver.paint([
      [30, 8],
      [30, 20],
    ]);
    const less = await driver.labels();
    expect(labeledCount(less)).toBeLessThan(labeledCount(labels));
    expect(labeledCount(less)).toBeGreaterThan(0);
    expect((await driver.status()).labeledPixels).toBe(labeledCount(less));
    const shown = async () => {
      const pixels = await driver.layerPixels('labels');
      return less.classIds.filter((_, i) => (pixels[4 * i + 3] ?? 0) > 0).length;
    };
    await expect.poll(shown).toBe(labeledCount(less));
    await page.keyboard.press('ControlOrMeta+z');
    expect(await driver.labels()).toEqual(labels);
    await expect.poll(shown).toBe(labeledCount(labels));
    await page.keyboard.press('ControlOrMeta+Shift+z');
    expect(await driver.labels()).toEqual(less);
  });
});

test('the status line tells of the budget and of new strokes that stretch it; beside them stands how much was right', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const status = page.locator('[data-phase]');
  const panel = page.getByRole('region', { name: /^Already right/ });
  await driver.setStepBudget(8);
  await driver.button('Train').click();
  await expect(status).toHaveText('Step 8 of 8 · budget used up');
  await expect.poll(async () => (await driver.prediction())?.step).toBe(8);
  await expect(panel).toHaveCount(0);
  await page.keyboard.press('1');
  await driver.paint([
    [4, 38],
    [30, 38],
  ]);
  await expect(status).toHaveText('Step 8 of 12 · paused · new labels: press Continue');
  const [[share = Number.NaN] = []] = (await driver.status()).alreadyRight;
  await expect(panel).toContainText(`last ${Math.round(100 * share)} %`);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(panel).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(panel).toBeVisible();
  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  await expect(panel).toContainText(`last ${Math.round(100 * share)} %`);
  await driver.button('Continue').click();
  await expect(status).toHaveText('Step 12 of 12 · budget used up');
});
