import { type Browser, expect, type Page } from '@playwright/test';
import { PageDriver } from './pageDriver.ts';

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
