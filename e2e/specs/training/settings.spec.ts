import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';
import { addPlain } from '../../drivers/pictureStrip.ts';

const choice = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });
const weightOf = (page: Page, name: string) => page.getByRole('slider', { name: `Weight of ${name}`, exact: true });

/** What more settings there are, in sight. */
async function showMore(page: Page): Promise<void> {
  if (!(await choice(page, 'Class balance').isVisible())) await page.getByText('More settings').click();
}

test('what counts how much is chosen where it is shown, follows the classes, and is there after a reload', async ({
  driver,
  page,
}) => {
  await driver.open({ ...WASM, network: 'pretrained-8-2-1' });
  const settings = async () => (await driver.project()).settings;
  const recipe = (name: string) =>
    page.getByRole('radiogroup', { name: 'Recipe' }).getByRole('radio', { name, exact: true });
  const smooth = page.getByRole('checkbox', { name: 'Smoothness', exact: true });
  const smoothness = page.getByRole('slider', { name: 'Weight of the smoothness' });
  const rate = page.getByRole('textbox', { name: 'Fine-tuning rate' });
  const share = page.getByRole('textbox', { name: 'Frozen share' });
  await showMore(page);

  await test.step('smoothness is a switch and a weight; the recipes set both, and say when they no longer hold', async () => {
    await expect(recipe('Best masks')).toBeChecked();
    await expect(smooth).toBeChecked();
    await smooth.uncheck();
    await expect(recipe('Best masks')).not.toBeChecked();
    await expect(recipe('Plain')).not.toBeChecked();
    await recipe('Plain').check({ force: true });
    await expect(smooth).not.toBeChecked();
    await recipe('Best masks').check({ force: true });
    await expect(smooth).toBeChecked();
    await smoothness.focus();
    await page.keyboard.press('ArrowRight');
    await expect(recipe('Best masks')).not.toBeChecked();
    await expect(smoothness).toHaveValue('2.1');
  });

  await test.step('class weights begin with the automatic ones, take keys, and follow the classes', async () => {
    await expect(choice(page, 'Class balance')).toHaveValue('inverseSqrt');
    await choice(page, 'Class balance').selectOption('Custom');
    const { classes, settings: chosen } = await driver.project();
    for (const { id, name } of classes) {
      await expect(weightOf(page, name)).toHaveAttribute('aria-valuetext', String(chosen.customClassWeights[id]));
    }
    await weightOf(page, 'Coffee').press('Home');
    await expect(weightOf(page, 'Coffee')).toHaveAttribute('aria-valuetext', '0');
    await driver.button('Start from None').click();
    await expect(weightOf(page, 'Coffee')).toHaveAttribute('aria-valuetext', '1');
    await weightOf(page, 'Coffee').press('Home');
    await weightOf(page, 'Spoon').press('ArrowLeft');
    expect((await settings()).customClassWeights).toEqual({ 3: 0, 4: 0.891 });

    await page.getByRole('button', { name: 'Spoon', exact: true }).hover();
    await page.getByRole('button', { name: 'Remove Spoon', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(weightOf(page, 'Spoon')).toHaveCount(0);
    await driver.perform('Add a class');
    const added = (await driver.project()).classes.at(-1)?.name ?? '';
    await expect(weightOf(page, added)).toHaveAttribute('aria-valuetext', '1');
    await page.getByRole('combobox', { name: 'Loss', exact: true }).selectOption('Dice');
    await expect(page.getByText('Dice and squared error have no class weights.')).toBeVisible();
  });

  await test.step('pretrained layers have fields where they learn, and none where they are frozen', async () => {
    await expect(choice(page, 'Pretrained layers')).toHaveValue('fineTuned');
    await choice(page, 'Pretrained layers').selectOption('Frozen');
    await expect(rate).toHaveCount(0);
    await choice(page, 'Pretrained layers').selectOption('Fine-tuned');
    for (const [field, text] of [
      [share, '0'],
      [rate, '0.5'],
      [page.getByRole('textbox', { name: 'Weight average' }), '0.9'],
    ] as const) {
      await field.fill(text);
      await field.blur();
    }
    await choice(page, 'Strokes count').selectOption('Per stroke');
    await page.getByRole('checkbox', { name: 'Flip averaging' }).check();
    expect(await settings()).toMatchObject({
      strokeBalance: 'stroke',
      fineTuning: { rate: 0.5, frozenShare: 0 },
      weightAverage: 0.9,
      flipAveraging: true,
    });
  });

  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  await showMore(page);
  await expect(smoothness).toHaveValue('2.1');
  await expect(choice(page, 'Class balance')).toHaveValue('custom');
  await expect(weightOf(page, 'Coffee')).toHaveAttribute('aria-valuetext', '0');
  await expect(choice(page, 'Strokes count')).toHaveValue('stroke');
  await expect(choice(page, 'Pretrained layers')).toHaveValue('fineTuned');
  await expect(rate).toHaveValue('0.5');
  await expect(share).toHaveValue('0');
  await expect(page.getByRole('textbox', { name: 'Weight average' })).toHaveValue('0.9');
  await expect(page.getByRole('checkbox', { name: 'Flip averaging' })).toBeChecked();

  await test.step('what makes no sense cannot be chosen: layers that a network lacks, turns of a single picture', async () => {
    await choice(page, 'Network').selectOption('U-Net');
    await expect(choice(page, 'Pretrained layers')).toHaveCount(0);
    await expect(choice(page, 'Order of pictures')).toHaveCount(0);
    await addPlain(driver, 1, 2);
    await showMore(page);
    await choice(page, 'Order of pictures').selectOption('By class');
    expect((await settings()).pictureOrder).toBe('classes');
  });
});
