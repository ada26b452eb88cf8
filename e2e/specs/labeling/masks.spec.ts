import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { UNLABELED, WASM } from '../../drivers/pageDriver.ts';
import { QUARTERS, quartersFile } from '../../drivers/pictures.ts';
import { encodeMaskPng, encodePng } from '../../drivers/png.ts';

const { width, height, isTop, isLeft } = QUARTERS;
const OBJECT = 1;
/** Those of the classes that a project of one's own starts with, and two more. */
const COLORS = [
  [0x5b, 0x83, 0xf7],
  [0xf5, 0x5f, 0x6e],
  [0, 200, 0],
  [200, 0, 200],
] as const;

const maskDialog = (page: Page) => page.getByRole('dialog', { name: 'Import a mask' });

// Masks of every kind, and those that are refused: `e2e/inMemory/labeling/masks.test.ts`.
test('a mask’s values are asked for in a dialog, and become what a person chooses', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.addPictures([quartersFile()]);
  const before = await driver.labels();
  const choose = (bytes: Uint8Array) => driver.choose('Mask file', [{ name: 'mask.png', type: 'image/png', bytes }]);
  for (const leave of ['Cancel', 'Escape']) {
    await choose(encodeMaskPng(width, height, () => 1));
    await expect(maskDialog(page)).toBeVisible();
    if (leave === 'Cancel') await maskDialog(page).getByRole('button', { name: 'Cancel' }).click();
    else await page.keyboard.press('Escape');
    await expect(maskDialog(page)).toHaveCount(0);
  }
  await choose(encodePng(width, height, (x, y) => [4 * x, 5 * y, 90]));
  await expect(page.getByRole('alert')).toContainText('it is a photograph, not a mask');
  await page.getByRole('alert').getByRole('button', { name: 'Dismiss the message' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(await driver.labels()).toEqual(before);

  await choose(encodePng(width, height, (x, y) => COLORS[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] ?? []));
  const becomes = (color: string) => maskDialog(page).getByRole('combobox', { name: `What ${color} becomes` });
  await expect(becomes('#5b83f7')).toHaveValue('0');
  await expect(becomes('#f55f6e')).toHaveValue('1');
  await expect(becomes('#00c800')).toHaveValue('new');
  await becomes('#c800c8').selectOption('Object');
  await becomes('#5b83f7').selectOption('Unlabeled');
  await maskDialog(page).getByRole('button', { name: 'Apply' }).click();
  await expect(maskDialog(page)).toHaveCount(0);
  const { classes } = await driver.project();
  expect(classes).toHaveLength(3);
  const expected = (i: number) => (isTop(i) ? [UNLABELED, OBJECT] : [classes[2]?.id, OBJECT])[isLeft(i) ? 0 : 1];
  const { classIds } = await driver.labels();
  expect(classIds).toEqual(classIds.map((_, i) => expected(i)));
});
