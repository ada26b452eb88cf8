import { expect } from '@playwright/test';
import { LESSONS } from '../src/lessons/lessons.ts';
import { test } from './fixtures.ts';
import { provesTheMask } from './gradientPanel.ts';
import { goThrough } from './lessonSteps.ts';
import { LARGE_BUDGET, TINY } from './pageDriver.ts';

// What other specs show on WASM, on WebGPU. A software adapter takes its time.
test.describe.configure({ timeout: 240_000 });

const FIRST_LESSON = 'first-strokes';

for (const lesson of LESSONS) {
  const tag = lesson.id === FIRST_LESSON ? [] : ['@long'];
  test(`“${lesson.title}” can be gone through, every step done and none skipped`, { tag }, async ({ driver }) => {
    await goThrough(driver, lesson, 'webgpu');
  });
}

test('unlabeled pixels are black under “ignore”, to the last bit, and not as background', async ({ driver }) => {
  await provesTheMask(driver, 'webgpu');
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
