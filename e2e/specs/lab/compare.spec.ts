import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { LARGE_BUDGET, WASM } from '../../drivers/pageDriver.ts';

const lab = (page: Page) => page.getByRole('complementary', { name: 'Lab' });
const differences = (page: Page) => lab(page).getByRole('list', { name: 'In what A and B differ' });
const canvas = (page: Page, layer: string, nth = 0) => page.locator(`canvas[data-layer="${layer}"]`).nth(nth);

/** Pixels of a layer that are not transparent. */
const painted = (page: Page, layer: string, nth = 0) =>
  canvas(page, layer, nth).evaluate((element) => {
    const source = element as HTMLCanvasElement;
    // Until its pane is laid out.
    if (source.width * source.height === 0) return 0;
    const copy = new OffscreenCanvas(source.width, source.height).getContext('2d');
    copy?.drawImage(source, 0, 0);
    const pixels = copy?.getImageData(0, 0, source.width, source.height).data ?? [];
    return Array.from({ length: pixels.length / 4 }, (_, i) => pixels[4 * i + 3] ?? 0).filter((alpha) => alpha > 0)
      .length;
  });

test('two learners side by side: words, curves and figures, both on the picture, by a divider or in a pane each', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.setStepBudget(LARGE_BUDGET);
  await driver.button('Lab').click();
  await lab(page).getByRole('tab', { name: 'Side by side' }).click();
  await driver.button('Train A and B').click();
  await driver.until(({ step }) => step >= 30);
  // Before long B erases what was not painted.
  await expect(differences(page)).toContainText(/B calls (\d+|over 99) % “table”\./, { timeout: 60_000 });
  await driver.button('Pause').click();
  await driver.until(({ phase }) => phase === 'paused');
  const panel = lab(page);
  const divider = page.getByRole('slider', { name: 'Divider: A on its left, B on its right' });

  await test.step('the difference in words, both curves, both predictions, or only where they differ', async () => {
    await expect(differences(page)).toContainText(/A and B differ on \d+ % of the picture\./);
    const accuracy = panel
      .getByRole('table')
      .getByRole('row', { name: /Accuracy, labeled px/ })
      .getByRole('cell');
    const [a, b] = (await accuracy.allTextContents()).map(Number.parseFloat);
    expect(a).toBeGreaterThan(b as number);
    await expect(panel.getByRole('img', { name: 'Losses of A and B over the steps' }).locator('canvas')).toBeVisible();
    await panel.getByRole('radio', { name: 'Accuracy' }).check();
    await expect(panel.getByRole('img', { name: /Accuracies of A and B/ }).locator('canvas')).toBeVisible();
    expect(await painted(page, 'other-prediction')).toBeGreaterThan(0);
    // What both say is not coloured any more.
    const all = await painted(page, 'prediction');
    expect(all).toBeGreaterThan(0);
    await panel.getByRole('button', { name: 'Only differences' }).click();
    await expect.poll(() => painted(page, 'prediction')).toBeLessThan(all);
    expect(await painted(page, 'prediction')).toBe(await painted(page, 'other-prediction'));
  });

  await test.step('the divider moves by mouse and keyboard', async () => {
    await expect(divider).toHaveAttribute('aria-valuenow', '50');
    const clip = (layer: string) => canvas(page, layer).evaluate((element) => element.parentElement?.style.clipPath);
    const [atFirst, otherAtFirst] = [await clip('prediction'), await clip('other-prediction')];
    const box = await divider.boundingBox();
    if (box === null) throw new Error('The divider is not on the screen.');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 100, y, { steps: 5 });
    await page.mouse.up();
    const percent = Number(await divider.getAttribute('aria-valuenow'));
    expect(percent).toBeLessThan(50);
    expect(await clip('prediction')).not.toBe(atFirst);
    expect(await clip('other-prediction')).not.toBe(otherAtFirst);
    await divider.press('ArrowRight');
    await expect(divider).toHaveAttribute('aria-valuenow', String(percent + 1));
    // The bare picture's divider is another one, and is not there meanwhile.
    await page.keyboard.press('Escape');
    await page.locator('body').press('d');
    await expect(page.getByText('The line stands between A and B')).toBeVisible();
  });

  await test.step('two panes move together, share the cursor, and both can be painted on', async () => {
    await panel.getByRole('radio', { name: 'Two panes' }).check();
    await expect(page.locator('canvas[data-layer="labels"]')).toHaveCount(2);
    const boxOf = async (nth: number) => {
      const box = await canvas(page, 'labels', nth).boundingBox();
      const pane = await canvas(page, 'cursor', nth).boundingBox();
      if (box === null || pane === null) throw new Error('A pane is not on the screen.');
      return { left: box.x - pane.x, top: box.y - pane.y, width: box.width, height: box.height, paneX: pane.x };
    };
    const boxes = async () => [await boxOf(0), await boxOf(1)] as const;
    const inPane = ({ paneX: _, ...box }: Awaited<ReturnType<typeof boxOf>>) => box;
    await expect.poll(async () => (await boxes())[0].width).toBeLessThan(340);
    const [a, b] = await boxes();
    expect(inPane(b)).toEqual(inPane(a));
    expect(b.paneX).toBeGreaterThan(a.paneX + a.width - 2);

    // The pointer in the right pane; the footprint in both, at the same place.
    const pointer = { x: b.paneX + b.left + b.width * 0.5, y: 300 };
    await page.mouse.move(pointer.x, pointer.y);
    for (const nth of [0, 1]) await expect.poll(() => painted(page, 'cursor', nth)).toBeGreaterThan(0);
    expect(await painted(page, 'cursor', 0)).toBe(await painted(page, 'cursor', 1));

    // Zoomed in the right pane, the left follows.
    await page.mouse.wheel(0, -400);
    await expect.poll(async () => (await boxes())[0].width).toBeGreaterThan(a.width + 10);
    const [zoomedA, zoomedB] = await boxes();
    expect(inPane(zoomedA)).toEqual(inPane(zoomedB));

    const before = (await driver.status()).labeledPixels;
    await page.keyboard.press('5');
    await page.mouse.down();
    await page.mouse.move(pointer.x + 40, pointer.y + 30, { steps: 6 });
    await page.mouse.up();
    await driver.until(({ labeledPixels }) => labeledPixels > before);
    expect(await painted(page, 'labels', 0)).toBe(await painted(page, 'labels', 1));
    await page.mouse.move(2, 2);
    await expect.poll(() => painted(page, 'cursor', 0)).toBe(0);
  });

  await test.step('without room for two panes there is one, with the divider; with room again, two', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(page.locator('canvas[data-layer="labels"]')).toHaveCount(1);
    await expect(divider).toBeVisible();
    await expect(panel.getByRole('radio', { name: 'Two panes' })).toHaveCount(0);
    await page.setViewportSize({ width: 1366, height: 768 });
    await expect(page.locator('canvas[data-layer="labels"]')).toHaveCount(2);
    await panel.getByRole('radio', { name: 'Divider' }).check();
    await expect(page.locator('canvas[data-layer="labels"]')).toHaveCount(1);
    await page.setViewportSize({ width: 390, height: 844 });
    await driver.perform('A and B in a pane each');
    await expect(page.locator('canvas[data-layer="labels"]')).toHaveCount(1);
    await page.setViewportSize({ width: 1366, height: 768 });
  });

  await test.step('another difference begins both anew and is named; A goes on alone', async () => {
    const names = page.getByRole('note', { name: 'What is compared' });
    await panel.getByRole('combobox', { name: 'What differs' }).selectOption('Optimiser');
    await driver.until(({ step, phase }) => phase === 'training' && step >= 1);
    await driver.button('Pause').click();
    await driver.until(({ phase }) => phase === 'paused');
    await expect(names.first()).toHaveText(/A\s*AdamW\s*B\s*SGD/);
    await expect(panel.getByRole('combobox', { name: 'Optimiser of B' }).locator('option:disabled')).toHaveText([
      'AdamW',
    ]);
    await driver.button('Go on with A alone').click();
    await expect(names).toHaveCount(0);
    await expect(page.locator('canvas[data-layer="other-prediction"]').filter({ visible: true })).toHaveCount(0);
    await expect(driver.button('Train A and B')).toBeVisible();
  });
});
