import { type Browser, expect, type Page } from '@playwright/test';
import { PageDriver, WASM } from './pageDriver.ts';

/** Most characters of a link's fragment. */
const MOST = 8 * 1024;

/** The fragment of the link that the page offers, once `choose` has been done in its dialog. */
export async function sharedFragment(page: Page, choose: () => Promise<void> = async () => undefined): Promise<string> {
  await page.keyboard.press('Shift+S');
  await choose();
  const field = page.getByLabel('Link address');
  await expect(field).toHaveAttribute('aria-busy', 'false');
  const address = await field.inputValue();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  return new URL(address).hash;
}

/** Another person's browser. */
export async function visitor(browser: Browser, siteUrl: string): Promise<PageDriver> {
  const context = await browser.newContext();
  return new PageDriver(await context.newPage(), siteUrl);
}

/** The loss of step 20. */
async function lossOfStep20({ page }: PageDriver): Promise<number> {
  const metrics = await page.evaluate(() => window.unlabeled?.trainSteps(20));
  expect(metrics?.step).toBe(20);
  return metrics?.loss ?? Number.NaN;
}

/** A link made on one page opens on another to the same planes, classes and settings, and to the same loss at step 20. */
export async function opensAlike(
  driver: PageDriver,
  browser: Browser,
  siteUrl: string,
  backend: 'wasm' | 'webgpu',
): Promise<void> {
  const { page } = driver;
  await driver.open({ ...WASM, size: '128', backend });
  await driver.paint([
    [30, 20],
    [70, 60],
  ]);
  await driver.setBrush(9);
  await page.keyboard.press('3');
  await driver.paint([
    [90, 12],
    [100, 50],
  ]);
  await page.keyboard.press('u');
  await driver.paint([
    [60, 40],
    [80, 60],
  ]);
  await driver.perform('Add a class');
  await page.getByRole('radio', { name: 'As background' }).check();
  const labels = await driver.labels();
  const { settings, classes, id } = await driver.project();
  const fragment = await sharedFragment(page);
  expect(fragment.length).toBeLessThan(MOST);
  const loss = await lossOfStep20(driver);

  const other = await visitor(browser, siteUrl);
  await other.page.goto(`${siteUrl}?backend=${backend}${fragment}`);
  await other.isReady();
  expect(await other.labels()).toEqual(labels);
  const opened = await other.project();
  expect({ settings: opened.settings, classes: opened.classes }).toEqual({ settings, classes });
  expect(opened.id).not.toBe(id);
  const lossThere = await lossOfStep20(other);
  for (const each of [driver, other]) expect((await each.status()).backend).toBe(backend);
  expect(Math.abs(lossThere / loss - 1)).toBeLessThan(1e-5);
}
