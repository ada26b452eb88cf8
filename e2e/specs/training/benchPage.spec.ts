import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';

test('?bench measures in place of the page, says what it could not, and has its text copied', async ({
  page,
  context,
  siteUrl,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${siteUrl}?bench`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // This browser has no adapter: the figures of one are in the run below.
  await expect(page.getByRole('status')).toHaveText('Done.', { timeout: 30_000 });
  const text = (await page.locator('pre').textContent()) ?? '';
  expect(text).toMatch(/^The bench ended early\. .*(no WebGPU|no graphics adapter)/);
  await page.getByRole('button', { name: 'Copy the text' }).click();
  await expect(page.getByRole('status')).toHaveText('Copied.');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});
