import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';
import { decodedFrames, Film } from './filming.ts';
import { test } from './fixtures.ts';
import type { Point } from './pageDriver.ts';
import { REPOSITORY } from './tools/stages.mjs';

// The README's pictures of the page at work: real training on the first picture a visitor sees.

const PICTURES = [
  { name: 'desktop-light', width: 1366, height: 768, colorScheme: 'light' },
  { name: 'desktop-dark', width: 1366, height: 768, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
] as const;

const STEPS = 70;

const TABLE = '1';
const CERAMIC = '2';
const PORCELAIN = '3';
const COFFEE = '4';
const SPOON = '5';

/** What is painted first: the spoon is forgotten. */
const FIRST_STROKES: readonly (readonly [key: string, ...points: Point[]])[] = [
  [TABLE, [36, 215], [56, 280], [84, 318]],
  [TABLE, [32, 104], [90, 58], [138, 28]],
  [TABLE, [428, 205], [420, 150], [398, 108], [374, 82]],
  [CERAMIC, [132, 84], [101, 125], [90, 165]],
  [CERAMIC, [115, 252], [160, 288], [220, 306]],
  [CERAMIC, [376, 245], [389, 195]],
  [CERAMIC, [186, 178], [215, 190], [255, 196], [295, 187]],
  [PORCELAIN, [190, 62], [222, 45], [262, 43], [292, 58], [312, 84]],
  [PORCELAIN, [160, 112], [178, 137], [210, 157], [250, 168]],
  [COFFEE, [205, 95], [240, 90], [285, 98]],
];

/** Where the network is then wrong. */
const CORRECTIONS: readonly (readonly [key: string, ...points: Point[]])[] = [
  [SPOON, [300, 226], [296, 248], [312, 268], [334, 252], [322, 222]],
  [SPOON, [352, 64], [352, 84]],
  [COFFEE, [200, 134], [235, 151], [285, 147]],
];

const FILM = {
  viewport: { width: 1024, height: 640 },
  widthPx: 768,
  quality: 0.55,
  firstMs: 800,
  maxBytes: 1.5e6,
} as const;

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

test('painted, trained, corrected', async ({ driver, page }) => {
  test.setTimeout(600_000);
  await page.setViewportSize(FILM.viewport);
  await page.emulateMedia({ colorScheme: 'light' });
  await driver.open({ backend: 'wasm', picture: 'coffee' });
  await driver.clearAllLabels();
  await page.keyboard.press('b');
  await driver.setBrush(8);
  const film = new Film(page);
  await film.take(FILM.firstMs);
  for (const [key, ...points] of FIRST_STROKES) {
    await page.keyboard.press(key);
    await film.paint(driver, points, 160);
  }
  await driver.button('Train').click();
  for (let step = 1; step <= 36; step += step < 8 ? 2 : 4) await filmAt(step, 180);
  for (const [key, ...points] of CORRECTIONS) {
    await page.keyboard.press(key);
    await film.paint(driver, points, 260);
  }
  const { step } = await driver.status();
  for (let more = 2; more <= 40; more += 5) await filmAt(step + more, 180);
  await driver.until(({ phase }) => phase === 'finished', 500_000);
  await film.take(2400);
  const bytes = await film.develop(FILM.widthPx, FILM.quality);
  expect(await decodedFrames(page, bytes)).toEqual({
    count: film.frameCount,
    firstMs: FILM.firstMs,
    width: FILM.widthPx,
  });
  expect(bytes.length).toBeLessThan(FILM.maxBytes);
  writeFileSync(path.join(REPOSITORY, 'e2e', 'screenshots', 'paint-train-correct.webp'), bytes);

  async function filmAt(step: number, durationMs: number): Promise<void> {
    await driver.until((status) => status.step >= step, 500_000);
    await film.take(durationMs);
  }
});
