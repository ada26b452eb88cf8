import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';

const LINE = [
  [5, 3],
  [58, 40],
] as const;

// What of it is the workbench's and not the screen's: `e2e/inMemory/labeling`.

test('classes are added, renamed, recoloured and removed, strokes cleared and restored, and undo brings all back', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const before = await driver.labels();
  await page.getByRole('button', { name: 'Add a class' }).click();
  await driver.button('Class 6').dblclick();
  await page.getByRole('textbox', { name: 'New name of Class 6' }).fill('Saucer rim');
  await page.keyboard.press('Enter');
  await expect(driver.button('Saucer rim')).toBeVisible();

  // The new class is the brush's class at once.
  await driver.paint(LINE);
  const painted = await driver.labels();
  const count = (id: number, planes: typeof painted) => planes.classIds.filter((c) => c === id).length;
  expect(count(5, painted)).toBeGreaterThan(20);

  const colour = page.getByLabel('Colour of Saucer rim', { exact: true });
  const former = await colour.inputValue();
  await colour.fill('#00ff88');
  const at = painted.classIds.lastIndexOf(5);
  await expect.poll(async () => (await driver.layerPixels('labels')).slice(4 * at + 1, 4 * at + 2)[0]).toBe(255);

  await page.getByRole('listitem').filter({ hasText: 'Saucer rim' }).hover();
  await page.getByRole('button', { name: 'Remove Saucer rim' }).click();
  // It has labels, so the page asks what becomes of them; unlabeled is what it offers first.
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Remove/ })
    .click();
  await expect(driver.button('Saucer rim')).toHaveCount(0);
  expect(count(5, await driver.labels())).toBe(0);
  // The message's own button mends it.
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  expect(await driver.labels()).toEqual(painted);
  await expect(colour).toHaveValue('#00ff88');

  for (const { item, labeled } of [
    { item: 'Clear my strokes', labeled: false },
    { item: 'Restore starter strokes', labeled: true },
  ]) {
    await driver.button('Strokes').click();
    await driver.button(item).click();
    const { classIds } = await driver.labels();
    expect(count(5, await driver.labels())).toBe(0);
    expect(classIds.every((id, i) => id === before.classIds[i])).toBe(labeled);
    expect(classIds).toContain(3);
  }
  await driver.button('Undo').click();
  await driver.button('Undo').click();
  expect(await driver.labels()).toEqual(painted);

  await page.keyboard.press('ControlOrMeta+z');
  await expect(colour).toHaveValue(former);
  for (let edit = 0; edit < 3; edit++) await page.keyboard.press('ControlOrMeta+z');
  expect(await driver.labels()).toEqual(before);
  await expect(driver.button('Class 6')).toHaveCount(0);
});

test('fields show each project’s own settings, those that an undone Reset brings back too, and refuse what makes no sense', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const optimiser = page.getByRole('combobox', { name: 'Optimiser' });
  const network = page.getByRole('combobox', { name: 'Network' });
  const extraClass = page.getByRole('radio', { name: 'Extra class' });
  await page.getByText('More settings').click();
  await driver.openExample('Coastlines from space');
  await optimiser.selectOption('sgd');
  await extraClass.check({ force: true });
  await driver.stepTo(1);
  await driver.openExample('Espresso');
  await expect(optimiser).toHaveValue('adamw');
  await expect(extraClass).not.toBeChecked();
  await driver.openExample('Coastlines from space');
  await expect(optimiser).toHaveValue('sgd');
  await expect(extraClass).toBeChecked();

  await driver.button('Step').click();
  await driver.until(({ step, phase }) => step === 2 && phase === 'paused');
  await driver.button('Reset').click();
  await driver.until((status) => status.step === 0);
  await optimiser.selectOption('adamw');
  await network.selectOption('context');
  await page.getByRole('button', { name: 'Undo reset' }).click();
  await expect(network).toHaveValue('unet');
  await expect(optimiser).toHaveValue('sgd');
  await driver.until((status) => status.step === 2);
  await expect(page.getByRole('alert')).toHaveCount(0);

  await page.getByRole('radio', { name: 'As background' }).check({ force: true });
  await expect(page.getByText('what you did not paint is erased')).toBeVisible();
  await page.getByRole('combobox', { name: 'Loss' }).selectOption('dice');
  await expect(page.getByRole('radio', { name: 'Zeroed input' })).toBeDisabled();
  await page.getByText('Zeroed input').hover();
  await expect(page.getByRole('tooltip')).toContainText('cross-entropy');
  await driver.stepTo(3);

  const budget = page.getByRole('textbox', { name: 'Step budget' });
  const value = await budget.inputValue();
  await budget.fill('lots');
  await budget.press('Enter');
  await expect(
    page.getByText(/^Step budget takes a whole number from .* “lots” was not taken, .* stays\.$/),
  ).toBeVisible();
  await expect(budget).toHaveValue(value);
});
