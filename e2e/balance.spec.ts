import { expect, type Page } from '@playwright/test';
import { test } from './fixtures.ts';
import { WASM } from './pageDriver.ts';

const balance = (page: Page) => page.getByRole('combobox', { name: 'Class balance' });
const weightOf = (page: Page, name: string) => page.getByRole('slider', { name: `Weight of ${name}`, exact: true });

test('class weights are set by hand: they begin with the automatic ones, follow the classes and are kept', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await page.getByText('More settings').click();
  await expect(balance(page)).toHaveValue('inverseSqrt');
  await balance(page).selectOption('Custom');

  // 1/√count of the starter strokes, scaled to mean 1.
  const { classIds } = await driver.labels();
  const { classes } = await driver.project();
  const raw = classes.map(({ id }) => 1 / Math.sqrt(classIds.filter((other) => other === id).length));
  const mean = raw.reduce((sum, weight) => sum + weight, 0) / raw.length;
  for (const [i, { name }] of classes.entries()) {
    const text = String(Number(((raw[i] as number) / mean).toPrecision(3)));
    await expect(weightOf(page, name)).toHaveAttribute('aria-valuetext', text);
  }

  // By keys: nothing at all, and one step below neutral.
  await weightOf(page, 'Coffee').press('Home');
  await driver.button('Start from None').click();
  await expect(weightOf(page, 'Coffee')).toHaveAttribute('aria-valuetext', '1');
  await weightOf(page, 'Coffee').press('Home');
  await weightOf(page, 'Spoon').press('ArrowLeft');
  const weights = async () => (await driver.project()).settings.customClassWeights;
  expect(await weights()).toEqual({ 3: 0, 4: 0.891 });

  // A loss on the weighted labels, and a class of weight 0 that is counted as ever.
  await driver.stepTo(1);
  expect((await driver.status()).maskedAccuracy).not.toBeNull();

  // A class that goes takes its weight with it; one that comes weighs 1.
  await page.getByRole('button', { name: 'Spoon', exact: true }).hover();
  await page.getByRole('button', { name: 'Remove Spoon', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(weightOf(page, 'Spoon')).toHaveCount(0);
  expect(await weights()).toEqual({ 3: 0 });
  await driver.perform('Add a class');
  const added = (await driver.project()).classes.at(-1)?.name ?? '';
  await expect(weightOf(page, added)).toHaveAttribute('aria-valuetext', '1');

  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  if (!(await balance(page).isVisible())) await page.getByText('More settings').click();
  await expect(balance(page)).toHaveValue('custom');
  await expect(weightOf(page, 'Coffee')).toHaveAttribute('aria-valuetext', '0');
  expect((await driver.project()).settings).toMatchObject({ classBalance: 'custom', customClassWeights: { 3: 0 } });

  await page.getByRole('combobox', { name: 'Loss', exact: true }).selectOption('Dice');
  await expect(page.getByText('Dice and squared error have no class weights.')).toBeVisible();
});
