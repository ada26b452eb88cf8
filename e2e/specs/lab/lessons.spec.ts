import { expect } from '@playwright/test';
import { LESSONS } from '../../../src/lessons/lessons.ts';
import { test } from '../../drivers/fixtures.ts';
import { card, goThrough, startLesson } from '../../drivers/lessonSteps.ts';
import { WASM } from '../../drivers/pageDriver.ts';

/** The one that a new visitor is offered; the rest take three quarters of a minute together, and are long. */
const FIRST_LESSON = 'first-strokes';

for (const lesson of LESSONS) {
  const tag = lesson.id === FIRST_LESSON ? [] : ['@long'];
  test(`“${lesson.title}” can be gone through, every step done and none skipped`, { tag }, async ({ driver }) => {
    await goThrough(driver, lesson, 'wasm');
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
