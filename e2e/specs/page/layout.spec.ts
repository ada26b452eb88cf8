import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';

/** Mean of the page's background channels, 0–255. */
async function backgroundLightness(page: Page): Promise<number> {
  const pixel = await page.screenshot({ clip: { x: 0, y: 0, width: 4, height: 4 } });
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
    return (red + green + blue) / 3;
  }, pixel.toString('base64'));
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });

  test('nothing scrolls sideways, Train is within reach, and a finger paints and follows the history', async ({
    driver,
    page,
  }) => {
    await driver.open(WASM);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await expect(driver.button('Train')).toBeInViewport({ ratio: 1 });
    await expect(driver.layer('labels')).toBeInViewport({ ratio: 0.9 });
    const { labeledPixels: before } = await driver.status();
    const places = Array.from({ length: 18 }, (_, i) => [6 + 3 * i, 20 + (i % 2)] as const);
    for (const { x, y } of await driver.screenPoints(places)) await page.touchscreen.tap(x, y);
    expect((await driver.status()).labeledPixels).toBeGreaterThan(before);
    await driver.perform('Clear all labels of the picture');

    for (const width of [390, 360]) {
      await test.step(`the history opens from the commands, fits ${width} px, and is followed`, async () => {
        await page.setViewportSize({ width, height: 844 });
        await driver.button('Commands').tap();
        await page.getByRole('combobox', { name: 'Find a command' }).fill('history');
        await page.getByRole('option', { name: /^History/ }).tap();
        const history = page.getByRole('dialog', { name: 'History' });
        await expect(history.locator('[aria-current=step]')).toBeInViewport({ ratio: 1 });
        const box = await history.boundingBox();
        expect(box?.x).toBeGreaterThanOrEqual(0);
        // The picture is seen changing.
        const picture = await page.locator('main').boundingBox();
        expect(box?.y).toBeGreaterThan((picture?.y ?? Number.NaN) + (picture?.height ?? Number.NaN) / 2);
        expect((box?.x ?? Number.NaN) + (box?.width ?? Number.NaN)).toBeLessThanOrEqual(width);
        expect((box?.y ?? Number.NaN) + (box?.height ?? Number.NaN)).toBeLessThanOrEqual(844);

        const first = history.getByRole('button', { name: 'Before the first edit' });
        expect((await first.boundingBox())?.height).toBeGreaterThanOrEqual(44);
        await first.tap();
        await expect(first).toHaveAttribute('aria-current', 'step');
        expect((await driver.status()).labeledPixels).toBe(before);
        await history
          .getByRole('button', { name: /^Clear/ })
          .last()
          .tap();
        expect((await driver.status()).labeledPixels).toBe(0);
        await driver.button('Commands').tap();
        await expect(history).toHaveCount(0);
        await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      });
    }

    await page.getByRole('button', { name: 'Lab', exact: true }).tap();
    for (const width of [360, 390]) {
      await test.step(`every panel of the lab has its tab in sight at ${width} px`, async () => {
        await page.setViewportSize({ width, height: 844 });
        const tabs = await page.getByRole('tablist', { name: 'Lab' }).getByRole('tab').all();
        expect(tabs.length).toBeGreaterThan(1);
        for (const tab of tabs) await expect(tab).toBeInViewport({ ratio: 1 });
      });
    }
  });
});

test('is light or dark as the system or the person wishes', async ({ driver, page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await driver.open(WASM);
  expect(await backgroundLightness(page)).toBeLessThan(90);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => backgroundLightness(page)).toBeGreaterThan(165);
  await page.getByRole('button', { name: /^Colours/ }).click();
  await page.getByRole('button', { name: /^Colours/ }).click();
  await expect.poll(() => backgroundLightness(page)).toBeLessThan(90);
});

test('works by keyboard, except where text is typed; menus and dialogs close with Escape, and the next key opens them again', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const pressed = (name: string) => page.getByRole('button', { name, exact: true, pressed: true });
  await page.keyboard.press('2');
  await expect(pressed('Ceramic')).toBeVisible();
  await page.keyboard.press('u');
  await expect(pressed('Unlabeled brush')).toBeVisible();
  await page.keyboard.press('x');
  await expect(pressed('Ceramic')).toBeVisible();

  const size = page.getByRole('slider', { name: /^Size/ });
  const former = Number(await size.inputValue());
  await page.keyboard.press(']');
  expect(Number(await size.inputValue())).toBeGreaterThan(former);

  await page.keyboard.press('s');
  await driver.until(({ step, phase }) => step === 1 && phase === 'paused');
  await page.keyboard.press('Shift+R');
  await driver.until(({ step }) => step === 0);

  await page.getByRole('button', { name: 'Ceramic', exact: true }).dblclick();
  await page.keyboard.type('suture');
  await page.keyboard.press('Enter');
  await expect(pressed('suture')).toBeVisible();
  expect((await driver.status()).step).toBe(0);

  await page.getByRole('button', { name: /^Backend/ }).click();
  await expect(page.getByText('never leave this device')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('never leave this device')).toBeHidden();
  await page.keyboard.press('Shift+?');
  await expect(page.getByRole('dialog')).toContainText('Undo');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  const menu = page.getByRole('dialog', { name: 'Strokes' });
  await driver.button('Strokes').focus();
  for (let times = 0; times < 10; times++) {
    await page.keyboard.press('Enter');
    await expect(menu).toBeVisible();
    // In one go: the page has no time between them.
    await Promise.all(['Escape', 'Enter'].map((key) => page.keyboard.press(key)));
    await expect(menu).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(menu).toBeHidden();
  }
});
