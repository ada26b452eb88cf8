import { expect } from '@playwright/test';
import { LESSONS } from '../../../src/lessons/lessons.ts';
import { test } from '../../drivers/fixtures.ts';
import { card, goThrough, startLesson } from '../../drivers/lessonSteps.ts';
import { WASM } from '../../drivers/pageDriver.ts';

test('a first visitor is offered a lesson, can leave it, and goes through it, every step done and none skipped', async ({
  driver,
  page,
}) => {
  const { picture: _, ...anyPicture } = WASM;
  const [first] = LESSONS;
  if (first === undefined) throw new Error('There is a first lesson.');
  await driver.open(anyPicture);
  const offer = page.getByRole('region', { name: 'A first lesson' });
  await expect(offer).toBeVisible();
  await offer.getByRole('button', { name: 'No, thanks' }).click();
  await expect(offer).toBeHidden();
  await driver.open(anyPicture);
  await expect(offer).toBeHidden();

  await test.step('a step that was not done is not ticked; a lesson can be left', async () => {
    const lesson = await startLesson(driver, first.title);
    const text = first.steps[0]?.text.slice(0, 40) ?? '';
    await expect(lesson.getByRole('status')).toContainText(text);
    await page.keyboard.press('u');
    await driver.paint([
      [4, 4],
      [30, 4],
    ]);
    await expect(lesson.getByText('Done')).toBeHidden();
    await driver.button('Share').click();
    const dialog = page.getByRole('dialog', { name: 'Share' });
    await expect(dialog.getByRole('checkbox', { name: 'Begins the lesson' })).toBeChecked();
    const link = await dialog.getByLabel('Link address').inputValue();
    await page.keyboard.press('Escape');
    await lesson.getByRole('button', { name: 'Leave the lesson' }).click();
    await expect(lesson).toBeHidden();
    // Whoever opens the link begins it.
    await page.goto('about:blank');
    await page.goto(link);
    await expect(card(page, first.title)).toBeVisible();
  });

  await goThrough(driver, first, 'wasm');
});
