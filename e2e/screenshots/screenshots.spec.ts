import path from 'node:path';
import { REPOSITORY } from '../../.config/run/stages.mjs';
import { test } from '../drivers/fixtures.ts';

// The README's pictures of the page at work: real training on the first picture a visitor sees.

const PICTURES = [
  { name: 'desktop-light', width: 1366, height: 768, colorScheme: 'light' },
  { name: 'desktop-dark', width: 1366, height: 768, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
] as const;

const STEPS = 70;

for (const { name, width, height, colorScheme } of PICTURES) {
  test(name, async ({ driver, page }) => {
    test.setTimeout(600_000);
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await driver.open({ backend: 'wasm' });
    await driver.button('Train').click();
    await driver.until(({ step }) => step >= STEPS, 500_000);
    await page.mouse.move(0, 0);
    // A photograph as PNG would be three times as large.
    const file = path.join(REPOSITORY, 'e2e', 'screenshots', `${name}.jpg`);
    await page.screenshot({ path: file, type: 'jpeg', quality: 90 });
  });
}
