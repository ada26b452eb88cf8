import { expect } from '@playwright/test';
import { LESSONS } from '../../../src/lessons/lessons.ts';
import { COFFEE, paintClass, STROKES, shareAlong, TABLE } from '../../drivers/espressoStrokes.ts';
import { test } from '../../drivers/fixtures.ts';
import { goThrough } from '../../drivers/lessonSteps.ts';
import { TINY } from '../../drivers/pageDriver.ts';

// The road from stroke to screen on WebGPU; what the learner promises there is held beside it, in `src/segmentation` and
// `src/training`. A software adapter takes its time.
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
