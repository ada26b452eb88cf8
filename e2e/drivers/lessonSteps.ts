import { expect, type Locator, type Page } from '@playwright/test';
import type { Lesson } from '../../src/lessons/lesson.ts';
import { type PageDriver, TINY } from './pageDriver.ts';

export const card = (page: Page, title: string): Locator => page.getByRole('region', { name: `Lesson: ${title}` });

/** Begins a lesson as it is offered in the list. */
export async function startLesson(driver: PageDriver, title: string): Promise<Locator> {
  const { page } = driver;
  await driver.button('Lessons').click();
  await page.getByRole('dialog', { name: 'Lessons' }).getByRole('button', { name: title }).click();
  const lesson = card(page, title);
  await expect(lesson).toBeVisible();
  await driver.isReady();
  return lesson;
}

/** Waits until a step is ticked and gone, or the lesson is over. */
async function goesOn(lesson: Locator, text: string): Promise<void> {
  await expect(lesson.getByRole('status')).not.toContainText(text.slice(0, 60), { timeout: 90_000 });
}

/** Does a step as its learner would: paints where the text says so, else takes the offer or reads on. */
async function takeStep(driver: PageDriver, shown: Locator, { id, steps }: Lesson, index: number): Promise<void> {
  const { page } = driver;
  if (id === 'first-strokes' && index === 0) {
    await page.keyboard.press('1');
    await driver.paint([
      [4, 4],
      [30, 4],
    ]);
  } else if (id === 'first-strokes' && index === 1) {
    await page.keyboard.press('3');
    await driver.paint([
      [24, 18],
      [34, 18],
    ]);
  } else if ((id === 'first-strokes' && index === 4) || (id === 'where-next' && index === 3)) {
    // While it trains, a stroke is learned at once and there would be nothing to press.
    await driver.until(({ phase }) => phase === 'finished');
    await driver.paint([
      [50, 36],
      [58, 36],
    ]);
  } else {
    const next = index === steps.length - 1 ? 'Finish' : 'Next';
    const step = steps[index];
    const wanted = step?.isDone === undefined ? next : (step.offer?.label ?? next);
    await shown.getByRole('button', { name: wanted, exact: true }).click();
  }
}

/** Goes through a lesson to its end, every step done and none skipped. */
export async function goThrough(driver: PageDriver, lesson: Lesson, backend: 'webgpu' | 'wasm'): Promise<void> {
  const { title, steps } = lesson;
  const { page } = driver;
  await driver.open({ ...TINY, backend, picture: 'earth' });
  const shown = await startLesson(driver, title);
  for (const [index, { text }] of steps.entries()) {
    await expect(shown.getByRole('status')).toContainText(text.slice(0, 60));
    await takeStep(driver, shown, lesson, index);
    await goesOn(shown, text);
  }
  await expect(shown.getByRole('button', { name: 'Close' })).toBeVisible();
  expect((await driver.status()).backend).toBe(backend);
  await shown.getByRole('button', { name: 'Close' }).click();
  await driver.button('Lessons').click();
  const entry = page.getByRole('dialog', { name: 'Lessons' }).getByRole('button', { name: title });
  await expect(entry.getByLabel('Gone through')).toBeVisible();
}
