import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';

test('?bench=ours tests the adapter, times a step, and holds it against the roofline', { tag: '@long' }, async ({
  page,
  siteUrl,
}) => {
  test.setTimeout(600_000);
  await page.goto(`${siteUrl}?bench=ours&size=64`);
  await expect(page.getByRole('listitem').filter({ hasText: 'Trying the kernels' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('status')).toHaveText('Done.', { timeout: 500_000 });
  const text = (await page.locator('pre').textContent()) ?? '';
  expect(text).toContain('Self-test: every kernel agrees with the processor');
  expect(text).toMatch(/^Tuning: sums \d+, .*found in/m);
  expect(text).toMatch(/^A step of the default network at 64 px: [\d.]+ ms on WebGPU .*, [\d.]+ ms on WebAssembly$/m);
  expect(text).toMatch(/^ours +webgpu +adam +bench +64 /m);
  expect(text).toMatch(/^ours +webgpu +adam +default +64 /m);
  expect(text).toMatch(/^ours +wasm +adam +default +64 /m);
  expect(text).toContain("of the roofline's ");
  expect(text).not.toContain('Could not be measured');
});
