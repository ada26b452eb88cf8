import { expect } from '@playwright/test';
import { INSECURE_HOST } from '../../../.config/browser/launchOptions.ts';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, TINY } from '../../drivers/pageDriver.ts';

/** What the page should say about WebGPU: that it does without, and `advice` on how to get it. */
async function expectNoticeAndTraining(driver: PageDriver, advice: string) {
  const notice = driver.page.getByRole('status').filter({ hasText: 'WebGPU' });
  await expect(notice).toBeVisible();
  await expect(notice).toContainText('WebAssembly');
  await notice.getByRole('button', { name: 'What to do' }).click();
  await expect(driver.page.getByRole('status').filter({ hasText: advice })).toBeVisible();
  await driver.button('Train').click();
  await driver.until(({ backend, maskedAccuracy }) => backend === 'wasm' && (maskedAccuracy ?? 0) > 0.8);
}

test('without a WebGPU adapter the page says so and trains all the same', async ({ driver, page }) => {
  await driver.open({ ...TINY, picture: 'coffee' });
  expect(await page.evaluate(() => navigator.gpu.requestAdapter())).toBeNull();
  await expectNoticeAndTraining(driver, 'graphics acceleration');
});

test('a backend that was asked for and cannot run is told, and painting goes on', async ({ driver, page }) => {
  await driver.goTo({ ...TINY, backend: 'webgpu', picture: 'coffee' });
  await expect(page.getByRole('alert').filter({ hasText: 'WebGPU' })).toBeVisible();
  const { labeledPixels } = await driver.until((status) => status.labeledPixels > 0);
  await driver.paint([
    [20, 20],
    [45, 22],
  ]);
  expect((await driver.status()).labeledPixels).toBeGreaterThan(labeledPixels);
});

test.describe('over plain http', () => {
  test.use({ host: INSECURE_HOST });

  test('the page says that WebGPU needs https, and trains all the same', async ({ driver, page }) => {
    await driver.open({ ...TINY, picture: 'coffee' });
    expect(await page.evaluate(() => 'gpu' in navigator)).toBe(false);
    await expectNoticeAndTraining(driver, 'https://');
  });
});
