import { expect, type Locator, type Page } from '@playwright/test';
import { LESSONS } from '../src/lessons/lessons.ts';
import { test } from './fixtures.ts';
import { type PageDriver, TINY, WASM } from './pageDriver.ts';

/** A long test on a software adapter. */
const LESSON_MS = 180_000;

const card = (page: Page, title: string): Locator => page.getByRole('region', { name: `Lesson: ${title}` });

async function startLesson(driver: PageDriver, title: string): Promise<Locator> {
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
async function takeStep(driver: PageDriver, lesson: Locator, id: string, index: number): Promise<void> {
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
    const { steps } = LESSONS.find((each) => each.id === id) ?? { steps: [] };
    const next = index === steps.length - 1 ? 'Finish' : 'Next';
    const step = steps[index];
    const wanted = step?.isDone === undefined ? next : (step.offer?.label ?? next);
    await lesson.getByRole('button', { name: wanted, exact: true }).click();
  }
}

for (const { id, title, steps } of LESSONS) {
  test(`“${title}” can be gone through on WebGPU, every step done and none skipped`, async ({ driver, page }) => {
    test.setTimeout(LESSON_MS);
    await driver.open({ ...TINY, backend: 'webgpu', picture: 'earth' });
    const lesson = await startLesson(driver, title);
    for (const [index, { text }] of steps.entries()) {
      await expect(lesson.getByRole('status')).toContainText(text.slice(0, 60));
      await takeStep(driver, lesson, id, index);
      await goesOn(lesson, text);
    }
    await expect(lesson.getByRole('button', { name: 'Close' })).toBeVisible();
    expect((await driver.status()).backend).toBe('webgpu');
    await lesson.getByRole('button', { name: 'Close' }).click();
    await driver.button('Lessons').click();
    const entry = page.getByRole('dialog', { name: 'Lessons' }).getByRole('button', { name: title });
    await expect(entry.getByLabel('Gone through')).toBeVisible();
  });
}

test('a first visitor is offered a lesson once, and is not asked again', async ({ driver, page }) => {
  const { picture: _, ...anyPicture } = WASM;
  await driver.open(anyPicture);
  const offer = page.getByRole('region', { name: 'A first lesson' });
  await expect(offer).toBeVisible();
  await offer.getByRole('button', { name: 'No, thanks' }).click();
  await expect(offer).toBeHidden();
  await driver.open(anyPicture);
  await expect(page.getByRole('region', { name: 'A first lesson' })).toBeHidden();
});

test('a step that was not done is not ticked; a lesson can be left, and what was painted stays', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const lesson = await startLesson(driver, 'Your first strokes');
  const [first] = LESSONS[0]?.steps ?? [];
  await expect(lesson.getByRole('status')).toContainText(first?.text.slice(0, 40) ?? '');
  await page.keyboard.press('u');
  await driver.paint([
    [4, 4],
    [30, 4],
  ]);
  await expect(lesson.getByText('Done')).toBeHidden();
  await page.keyboard.press('1');
  await driver.paint([
    [4, 4],
    [30, 4],
  ]);
  await expect(lesson.getByRole('status')).not.toContainText(first?.text.slice(0, 40) ?? '');
  await lesson.getByRole('button', { name: 'Leave the lesson' }).click();
  await expect(lesson).toBeHidden();
  expect((await driver.status()).labeledPixels).toBeGreaterThan(0);
});

test('another project ends the lesson', async ({ driver, page }) => {
  await driver.open(WASM);
  const lesson = await startLesson(driver, 'Is 99 % good?');
  await driver.openExample('Retina');
  await expect(lesson).toBeHidden();
  await expect(page.getByRole('region', { name: /^Lesson/ })).toBeHidden();
});

test('a link that is shared in the middle of a lesson begins it for whoever opens it', async ({ driver, page }) => {
  await driver.open(WASM);
  await startLesson(driver, 'Your first strokes');
  await driver.button('Share').click();
  const dialog = page.getByRole('dialog', { name: 'Share' });
  await expect(dialog.getByRole('checkbox', { name: 'Begins the lesson' })).toBeChecked();
  const link = await dialog.getByLabel('Link address').inputValue();
  const other = await page.context().newPage();
  await other.goto(link);
  await expect(card(other, 'Your first strokes')).toBeVisible();
  await other.close();
});
