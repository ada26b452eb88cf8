import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, WASM } from '../../drivers/pageDriver.ts';

const panelOf = (page: Page) => page.getByRole('tabpanel', { name: 'Timeline' });
const slider = (page: Page) => panelOf(page).getByRole('slider', { name: 'Back in time' });
const badge = (page: Page) => page.getByText(/^You see step \d+ of \d+$/);

async function openTimeline(driver: PageDriver): Promise<void> {
  await driver.button('Lab').click();
  await driver.page.getByRole('tab', { name: 'Timeline' }).click();
}

/** Presses where a step lies on the line, and drags from there. */
async function dragTo(page: Page, share: number): Promise<void> {
  const box = await slider(page).boundingBox();
  if (box === null) throw new Error('The line is not on the screen.');
  const inset = 10;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width - inset, y);
  await page.mouse.down();
  await page.mouse.move(box.x + inset + share * (box.width - 2 * inset), y, { steps: 4 });
  await page.mouse.up();
}

test('the timeline leads back by drag and keys and to now, tells what happened, and branches off', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.stepTo(1);
  const first = await driver.prediction();
  await driver.paint([
    [20, 20],
    [30, 30],
  ]);
  await driver.stepTo(8);
  const today = await driver.prediction();
  // The panel is opened late: the snapshots are there.
  await openTimeline(driver);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'now, step 8');

  await dragTo(page, 1 / 8);
  await expect(badge(page)).toHaveText('You see step 1 of 8');
  expect(await driver.prediction()).toEqual(first);
  expect(first?.classMap).not.toEqual(today?.classMap);
  await expect.poll(() => driver.layerPixels('prediction')).not.toEqual([]);

  await page.getByRole('button', { name: 'Now', exact: true }).first().click();
  await expect(badge(page)).toBeHidden();
  expect(await driver.prediction()).toEqual(today);

  await slider(page).focus();
  await page.keyboard.press('Home');
  await expect(badge(page)).toHaveText('You see step 1 of 8');
  await page.keyboard.press('ArrowRight');
  await expect(badge(page)).toHaveText('You see step 6 of 8');
  await page.keyboard.press('End');
  await expect(badge(page)).toBeHidden();

  // Who leaves the panel is back in the present.
  await page.keyboard.press('ArrowLeft');
  await expect(badge(page)).toHaveText('You see step 6 of 8');
  await page.getByRole('tab', { name: 'Side by side' }).click();
  await expect(badge(page)).toBeHidden();
  expect(await driver.prediction()).toEqual(today);

  await page.getByRole('tab', { name: 'Timeline' }).click();
  const panel = panelOf(page);
  const happened = panel.getByRole('region', { name: 'What happened' }).getByRole('listitem');
  await expect(happened).toHaveCount(1);
  await happened.getByRole('button').click();
  await expect(badge(page)).toHaveText('You see step 1 of 8');
  await panel.getByLabel('Also take the strokes back to then: one edit').check();
  await panel.getByRole('button', { name: 'Branch from here' }).click();
  await driver.until(({ step, phase }) => step === 1 && phase === 'paused');
  await expect(badge(page)).toBeHidden();
  await expect(slider(page)).toHaveAttribute('aria-valuetext', 'now, step 1');
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await driver.until(({ step }) => step === 8);

  await test.step('a change of settings is a mark, and other classes leave nothing to go back to', async () => {
    await page.getByRole('radio', { name: 'All-pixel mean' }).check();
    await driver.stepTo(9);
    await expect(happened.filter({ hasText: 'Unlabeled pixels: All-pixel mean' })).toBeVisible();
    await slider(page).focus();
    await page.keyboard.press('Home');
    await expect(panel.getByText('one change of settings.')).toBeVisible();
    await page.getByRole('radio', { name: 'Extra class' }).check();
    await expect(badge(page)).toBeHidden();
    await expect(panel.getByText('Press Train, or take a step')).toBeVisible();
  });
});
