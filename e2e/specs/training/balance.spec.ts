import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { TINY, WASM } from '../../drivers/pageDriver.ts';
import { addPlain, openName, thumbnail } from '../../drivers/pictureStrip.ts';

const balance = (page: Page) => page.getByRole('combobox', { name: 'Class balance' });
const weightOf = (page: Page, name: string) => page.getByRole('slider', { name: `Weight of ${name}`, exact: true });

const strokes = (page: Page) => page.getByRole('combobox', { name: 'Strokes count' });

test('strokes weigh the same by choice, which the learner follows and the project keeps', async ({ driver, page }) => {
  await driver.open(WASM);
  await page.getByText('More settings').click();
  await balance(page).selectOption('None');
  await page.getByRole('checkbox', { name: 'Smoothness', exact: true }).uncheck();
  const firstLoss = async () => {
    await driver.stepTo(1);
    const { loss } = await driver.status();
    await driver.button('Reset').click();
    await driver.until(({ step }) => step === 0);
    return loss ?? Number.NaN;
  };
  const perPixel = await firstLoss();
  await strokes(page).selectOption('Per stroke');
  const perStroke = await firstLoss();
  expect(Number.isFinite(perStroke)).toBe(true);
  expect(Math.abs(perStroke - perPixel)).toBeGreaterThan(1e-4);

  // Of N labeled pixels each stroke is worth N / S, which is what the weights of a class begin with.
  const { classIds, strokeIds } = await driver.labels();
  const { classes } = await driver.project();
  const strokesOf = (id: number) => new Set(strokeIds.filter((_, i) => classIds[i] === id)).size;
  const raw = classes.map(({ id }) => 1 / strokesOf(id));
  const mean = raw.reduce((sum, weight) => sum + weight, 0) / raw.length;
  await balance(page).selectOption('1 / count');
  await balance(page).selectOption('Custom');
  for (const [i, { name }] of classes.entries()) {
    const text = String(Number(((raw[i] as number) / mean).toPrecision(3)));
    await expect(weightOf(page, name)).toHaveAttribute('aria-valuetext', text);
  }
  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  if (!(await strokes(page).isVisible())) await page.getByText('More settings').click();
  await expect(strokes(page)).toHaveValue('stroke');
  expect((await driver.project()).settings).toMatchObject({ strokeBalance: 'stroke', classBalance: 'custom' });
});

test('several pictures come in turn or by class, as is chosen', async ({ driver, page }) => {
  const order = page.getByRole('combobox', { name: 'Order of pictures' });
  await driver.open(WASM);
  await page.getByText('More settings').click();
  // With one picture there is nothing to take turns with.
  await expect(balance(page)).toBeVisible();
  await expect(order).toHaveCount(0);

  await addPlain(driver, 1, 2, 3);
  // The first class on two pictures, the second on the third.
  for (const [name, key] of [
    ['plain 1', '1'],
    ['plain 2', '1'],
    ['plain 3', '2'],
  ] as const) {
    await thumbnail(page, name).click();
    await expect.poll(() => openName(driver)).toBe(name);
    await driver.isReady();
    await page.keyboard.press(key);
    await driver.paint([
      [8, 8],
      [40, 8],
    ]);
  }
  const lossesOf = async () => {
    const losses: (number | null)[] = [];
    for (let step = 1; step <= 4; step++) {
      await driver.stepTo(step);
      losses.push((await driver.status()).loss);
    }
    await driver.button('Reset').click();
    await driver.until(({ step }) => step === 0);
    return losses;
  };
  const inTurn = await lossesOf();
  await order.selectOption('By class');
  expect(await lossesOf()).not.toEqual(inTurn);

  await driver.isSaved();
  // Without a picture in the address the last project comes back.
  await driver.open({ ...TINY, backend: 'wasm' });
  if (!(await order.isVisible())) await page.getByText('More settings').click();
  await expect(order).toHaveValue('classes');
  expect((await driver.project()).settings.pictureOrder).toBe('classes');
});

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
