import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';

test('the built site trains from a sub-path, asks nobody else for anything, and tells about an address that makes no sense', async ({
  driver,
  page,
  siteUrl,
}) => {
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  await driver.open({ size: '64', network: 'perceptron', backend: 'wasm', picture: 'chelsea' });
  await expect(page.getByRole('status').filter({ hasText: 'perceptron' })).toBeVisible();
  expect((await driver.labels()).width).toBe(64);
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
