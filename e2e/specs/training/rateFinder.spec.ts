import { expect, type Locator, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, WASM } from '../../drivers/pageDriver.ts';

const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Find a learning rate' });

/** Opens the finder and waits for the end of its search. */
async function find(driver: PageDriver): Promise<Locator> {
  await driver.button('Find a learning rate').click();
  const dialog = dialogOf(driver.page);
  await expect(dialog.getByRole('status')).toContainText('Suggested', { timeout: 60_000 });
  return dialog;
}

/** Pixels of the plot that have the curve's colour. */
function curvePixels(dialog: Locator): Promise<number> {
  return dialog.locator('canvas').evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error('The plot is a canvas.');
    const probe = document.createElement('span');
    probe.style.color = 'var(--loss)';
    document.body.append(probe);
    const [r = 0, g = 0, b = 0] = getComputedStyle(probe).color.match(/\d+/g)?.map(Number) ?? [];
    probe.remove();
    const bytes = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let count = 0;
    for (let i = 0; i < bytes.length; i += 4) {
      if (bytes[i] === r && bytes[i + 1] === g && bytes[i + 2] === b) count++;
    }
    return count;
  });
}

test('the search is plotted, and fits a phone; another rate is a click or a key away; Stop and Escape end it; it waits for a stroke', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.stepTo(1);
  const before = await driver.prediction();
  const dialog = await find(driver);
  const use = dialog.getByRole('button', { name: /^Use / });
  const field = page.getByRole('textbox', { name: 'Learning rate' });
  const rate = async () => (await use.textContent())?.replace('Use ', '') ?? '';
  await expect.poll(() => curvePixels(dialog)).toBeGreaterThan(100);
  expect(Number(await rate())).toBeGreaterThan(1e-6);

  await test.step('on a phone the plot stays within the window', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await expect.poll(async () => (await dialog.boundingBox())?.width).toBeLessThanOrEqual(360);
    await expect.poll(() => curvePixels(dialog)).toBeGreaterThan(50);
    const box = await dialog.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
    expect(await dialog.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    await expect(use).toBeInViewport();
    await page.setViewportSize({ width: 1366, height: 768 });
  });

  await test.step('a click on the curve and an arrow key choose another rate, and Enter takes it', async () => {
    const plot = await dialog.getByRole('img', { name: /Curve of the loss/ }).boundingBox();
    if (plot === null) throw new Error('The plot is on the screen.');
    await page.mouse.click(plot.x + 0.6 * plot.width, plot.y + 0.5 * plot.height);
    const clicked = Number(await rate());
    // Six decades over the plot's width.
    expect(Math.log10(clicked)).toBeGreaterThan(-3);
    expect(Math.log10(clicked)).toBeLessThan(-2);
    await dialog.getByRole('slider').focus();
    await page.keyboard.press('ArrowRight');
    await expect(use).not.toHaveText(`Use ${clicked}`);
    const chosen = await rate();
    expect(Number(chosen)).toBeGreaterThanOrEqual(clicked);
    await use.press('Enter');
    await expect(dialog).toHaveCount(0);
    await expect(field).toHaveValue(chosen);
    expect(await driver.status()).toMatchObject({ step: 1, phase: 'paused' });
    expect(await driver.prediction()).toEqual(before);
  });

  await driver.perform('Find a learning rate');
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect(dialog.getByRole('status')).toContainText('stopped');
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await driver.until(({ phase, step }) => phase === 'paused' && step === 1);

  await driver.clearAllLabels();
  await expect(driver.button('Find a learning rate')).toBeDisabled();
  await page.keyboard.press('1');
  await driver.paint([
    [5, 10],
    [30, 10],
  ]);
  await expect(driver.button('Find a learning rate')).toBeEnabled();
});
