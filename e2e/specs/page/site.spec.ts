import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { TINY } from '../../drivers/pageDriver.ts';

test('the built site trains from a sub-path and asks nobody else for anything', async ({ driver, page, siteUrl }) => {
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  await driver.open({ ...TINY, backend: 'wasm', picture: 'chelsea' });
  await driver.button('Train').click();
  await driver.until(({ step }) => step >= 3);
  const outside = urls.filter((url) => !url.startsWith(siteUrl) && !/^(blob|data):/.test(url));
  expect(outside).toEqual([]);
  expect(urls.some((url) => url.endsWith('.wasm'))).toBe(true);
});

test('carries a content-security policy and its packages’ licences', async ({ page, siteUrl }) => {
  await page.goto(siteUrl);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain('unsafe-inline');
  const licences = await (await page.request.get(`${siteUrl}licenses.txt`)).text();
  for (const name of [
    '@tensorflow/tfjs-core 4.22.0 (Apache-2.0)',
    'react-dom 19',
    'zustand',
    'valibot',
    'MoveNet Lightning (Apache-2.0)',
  ]) {
    expect(licences).toContain(name);
  }
});

test('tells about an address that makes no sense, and opens as usual', async ({ driver, page }) => {
  await driver.open({ ...TINY, backend: 'wasm', network: 'perceptron' });
  await expect(page.getByRole('status').filter({ hasText: 'perceptron' })).toBeVisible();
  expect((await driver.labels()).width).toBe(64);
});
