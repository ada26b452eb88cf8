import { expect, type Page } from '@playwright/test';
import { test } from './fixtures.ts';
import { PageDriver, WASM } from './pageDriver.ts';

/** The link that the page offers, without the address of the page. */
async function sharedFragment(page: Page, choose?: () => Promise<void>): Promise<string> {
  await page.keyboard.press('Shift+S');
  await choose?.();
  const address = await page.getByLabel('Link address').inputValue();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  return new URL(address).hash;
}

/** Another person's browser, with this address open. */
async function visit(page: Page, url: string): Promise<PageDriver> {
  const context = await page.context().browser()?.newContext();
  if (context === undefined) throw new Error('The page has a browser.');
  const visitor = new PageDriver(await context.newPage(), url);
  await visitor.page.goto(url);
  return visitor;
}

/** Losses of 20 steps from the first, one after the other. */
async function lossAtStep20(driver: PageDriver): Promise<number | null> {
  await driver.page.evaluate(() => window.unlabeled?.trainSteps(20));
  return (await driver.status()).loss;
}

test('a link opens elsewhere to the same planes, classes and settings, and learns the same', async ({
  driver,
  page,
  siteUrl,
}) => {
  await driver.open({ ...WASM, network: 'unet-8-2-1', size: '128' });
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
  const made = { labels: await driver.labels(), project: await driver.project() };
  const fragment = await sharedFragment(page);
  expect(fragment.length).toBeLessThan(8 * 1024);
  const loss = await lossAtStep20(driver);
  expect(loss).toBeGreaterThan(0);

  const visitor = await visit(page, `${siteUrl}?backend=wasm${fragment}`);
  await visitor.isReady();
  expect(await visitor.labels()).toEqual(made.labels);
  const { settings, classes, id } = await visitor.project();
  expect({ settings, classes }).toEqual({ settings: made.project.settings, classes: made.project.classes });
  expect(id).not.toBe(made.project.id);
  const again = (await lossAtStep20(visitor)) ?? Number.NaN;
  expect(Math.abs(again / (loss ?? 0) - 1)).toBeLessThan(1e-5);
});
