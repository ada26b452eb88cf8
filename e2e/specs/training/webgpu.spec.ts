import { expect } from '@playwright/test';
import { LESSONS } from '../../../src/lessons/lessons.ts';
import { COFFEE, paintClass, STROKES, shareAlong, TABLE } from '../../drivers/espressoStrokes.ts';
import { test } from '../../drivers/fixtures.ts';
import { provesTheMask } from '../../drivers/gradientPanel.ts';
import { goThrough } from '../../drivers/lessonSteps.ts';
import { LARGE_BUDGET, TINY } from '../../drivers/pageDriver.ts';
import { opensAlike } from '../../drivers/sharedLinks.ts';

// What other specs show on WASM, on WebGPU. A software adapter takes its time.
test.describe.configure({ timeout: 240_000 });

for (const lesson of LESSONS) {
  const title = `“${lesson.title}” can be gone through, every step done and none skipped`;
  test(title, { tag: '@long' }, async ({ driver }) => {
    await goThrough(driver, lesson, 'webgpu');
  });
}

test('learns painted strokes and shows what it learned', async ({ driver }) => {
  await driver.open({ ...TINY, backend: 'webgpu', picture: 'coffee' });
  await driver.clearAllLabels();
  await driver.setBrush(3);
  await paintClass(driver, TABLE);
  await paintClass(driver, COFFEE);
  await driver.button('Train').click();
  const { backend } = await driver.until(({ maskedAccuracy }) => maskedAccuracy === 1, 90_000);
  expect(backend).toBe('webgpu');
  // The figure and the prediction on the screen may be of different steps.
  const shares = async () => [await shareAlong(driver, TABLE, TABLE), await shareAlong(driver, COFFEE, COFFEE)];
  await expect.poll(shares, { timeout: 60_000 }).toEqual([1, 1]);
  const pixels = await driver.layerPixels('prediction');
  const at = ([x, y]: readonly [number, number]) => pixels.slice(4 * (y * 64 + x), 4 * (y * 64 + x) + 4);
  expect(at(STROKES[TABLE][1])[3]).toBeGreaterThan(0);
  expect(at(STROKES[TABLE][1])).not.toEqual(at(STROKES[COFFEE][1]));
});

test('unlabeled pixels are black under “ignore”, to the last bit, and not as background', async ({ driver }) => {
  await provesTheMask(driver, 'webgpu');
});

test('a link opens elsewhere to the same planes, classes and settings, and learns the same', { tag: '@long' }, async ({
  driver,
  browser,
  siteUrl,
}) => {
  await opensAlike(driver, browser, siteUrl, 'webgpu');
});

test('two learners take every step together', async ({ driver, page }) => {
  await driver.open({ ...TINY, backend: 'webgpu', picture: 'coffee' });
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Lab').click();
  const lab = page.getByRole('complementary', { name: 'Lab' });
  await lab.getByRole('tab', { name: 'Side by side' }).click();
  await driver.button('Train A and B').click();
  const { backend } = await driver.until(({ step }) => step >= 3, 90_000);
  expect(backend).toBe('webgpu');
  await driver.button('Pause').click();
  await driver.until(({ phase }) => phase === 'paused');
  const differences = lab.getByRole('list', { name: 'In what A and B differ' });
  await expect(differences).toContainText(/A and B (differ on|say the same)/);
  for (const layer of ['prediction', 'other-prediction'] as const) {
    const alphas = (await driver.layerPixels(layer)).filter((_, i) => i % 4 === 3);
    expect(
      alphas.some((alpha) => alpha > 0),
      layer,
    ).toBe(true);
  }
});
