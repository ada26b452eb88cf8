import { expect, type Page } from '@playwright/test';
import { generateScene } from '../../../src/samples/scenes/generateScene.ts';
import { sceneId } from '../../../src/settings/scene.ts';
import { EASY_SCENE } from '../../drivers/easyScene.ts';
import { test } from '../../drivers/fixtures.ts';
import { LARGE_BUDGET, type PageDriver, TINY, UNLABELED } from '../../drivers/pageDriver.ts';

const SIDE_PX = EASY_SCENE.sizePx;
const WASM_128 = { ...TINY, backend: 'wasm', size: String(SIDE_PX) } as const;

async function openTruth(driver: PageDriver, parameters: Readonly<Record<string, string>>): Promise<void> {
  await driver.open(parameters);
  await driver.button('Lab').click();
  await driver.page.getByRole('tab', { name: 'Hidden truth' }).click();
}

/** Intersection over union of a class, counted here. */
function iou(truth: ArrayLike<number>, classMap: readonly number[], classId: number): number {
  const both = classMap.filter((id, i) => id === classId && truth[i] === classId).length;
  return both / classMap.filter((id, i) => id === classId || truth[i] === classId).length;
}

/** The figure under a name in the panel. */
const figure = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Masked and true accuracy' }).locator('dl > div', { hasText: name }).locator('dd');

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

test('a picture without an exact mask offers those that have one, and a scene to play on', async ({ driver, page }) => {
  await openTruth(driver, { ...WASM_128, picture: 'coffee' });
  const panel = page.getByRole('tabpanel', { name: 'Hidden truth' });
  const game = page.getByRole('region', { name: 'Game' });
  await panel.getByRole('button', { name: /Coastlines/ }).click();
  await driver.isOpen('Coastlines from space');
  await expect(panel.getByText('Press Train: the gap shows')).toBeVisible();
  await game.getByRole('button', { name: 'Play' }).click();
  await driver.until(({ labeledPixels }) => labeledPixels === 0);
  await expect(game.getByRole('meter', { name: 'True mean IoU' })).toHaveJSProperty('value', 0);
  await game.getByRole('button', { name: 'Give up' }).click();
  await expect(game.getByRole('button', { name: 'Play' })).toBeEnabled();
  await driver.openExample('Espresso');
  await panel.getByRole('button', { name: 'Make a scene' }).click();
  await expect.poll(async () => (await driver.project()).name).toMatch(/^Scene \d+$/);
  await driver.isReady();
  await expect(game.getByRole('button', { name: 'Play' })).toBeEnabled();
});

test('the figures are what a count of the pixels gives, what is wrong is shown to the pixel, and a round is won and told', async ({
  driver,
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { mask } = generateScene(EASY_SCENE);
  await openTruth(driver, { backend: 'wasm', size: String(SIDE_PX), picture: sceneId(EASY_SCENE) });
  await driver.stepTo(4);
  const { classMap } = (await driver.prediction()) ?? { classMap: [] };
  const { classIds } = await driver.labels();
  const labeled = classIds.flatMap((id, i) => (id === UNLABELED ? [] : [i]));
  const masked = labeled.filter((i) => classMap[i] === classIds[i]).length / labeled.length;
  const wrong = classMap.filter((id, i) => id !== mask[i]).length;
  const ious = [0, 1, 2].map((id) => iou(mask, classMap, id));
  await expect(figure(page, 'painted pixels')).toHaveText(percent(masked));
  await expect(figure(page, 'all pixels')).toHaveText(percent(1 - wrong / mask.length));
  await expect(figure(page, 'true mean IoU')).toHaveText(percent(ious.reduce((sum, x) => sum + x, 0) / 3));
  const classes = page.getByRole('region', { name: 'True IoU of each class' });
  for (const [id, name] of ['Field A', 'Field B', 'Field C'].entries()) {
    await expect(classes.getByRole('listitem').filter({ hasText: name })).toContainText(percent(ious[id] ?? 0));
  }
  await expect(page.getByText(`${wrong.toLocaleString('en')} pixels of the picture`)).toBeVisible();

  await page.getByRole('button', { name: 'Show what is wrong' }).click();
  await expect(page.getByRole('button', { name: 'Show what is wrong', pressed: true })).toBeVisible();
  await expect
    .poll(async () => {
      const pixels = await driver.layerPixels('prediction');
      return classMap.filter((id, i) => (pixels[4 * i + 3] !== 0) !== (id !== mask[i])).length;
    })
    .toBe(0);

  const game = page.getByRole('region', { name: 'Game' });
  await game.getByRole('button', { name: 'Play' }).click();
  await driver.until(({ labeledPixels, step }) => labeledPixels === 0 && step === 0);
  await page.keyboard.press('ControlOrMeta+z');
  await driver.until(({ labeledPixels }) => labeledPixels > 0);
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Train').click();
  const won = game.getByText('90 % with');
  await expect(won).toBeVisible({ timeout: 90_000 });
  await driver.button('Pause').click();
  const painted = (await driver.status()).labeledPixels;
  await expect(won).toHaveText(new RegExp(`^90 % with ${painted} pixels`));
  await expect(game.getByText('Your best so far.')).toBeVisible();
  await expect(game.getByText(`${painted} pixels`, { exact: true })).toBeVisible();
  await game.getByRole('button', { name: 'Copy result' }).click();
  await expect(page.getByText('Copied.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`with ${painted} pixels painted`);
});
