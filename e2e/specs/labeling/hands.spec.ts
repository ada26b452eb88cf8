import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { polylineDistancesPx } from '../../drivers/geometry.ts';
import { drawWithPen, touches } from '../../drivers/hands.ts';
import { labeledCount, type PageDriver, type Point, UNLABELED, WASM } from '../../drivers/pageDriver.ts';

const LINE = [
  [5, 5],
  [58, 40],
] as const;

/** What the screen's whole pixels may take from a position in the picture. */
const REACH_PX = 0.15;

/** How far from a polyline a class was painted, and how near to it was not. */
async function distancesOf(driver: PageDriver, classId: number, points: readonly Point[]) {
  const { classIds, width, height } = await driver.labels();
  const distances = polylineDistancesPx(points, width, height);
  const painted = distances.filter((_, i) => classIds[i] === classId);
  const missed = distances.filter((_, i) => classIds[i] !== classId);
  return { farthestPainted: Math.max(...painted), nearestMissed: Math.min(...missed) };
}

test('a mouse and a pen paint, zoom and move the picture', async ({ driver, page }) => {
  await driver.open(WASM);

  await test.step('the right button takes labels away, Escape takes the stroke back', async () => {
    const before = await driver.labels();
    const [from, to] = await driver.screenPoints(LINE);
    if (from === undefined || to === undefined) throw new Error('A line has two ends.');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 5 });
    expect(await driver.labels()).not.toEqual(before);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(await driver.labels()).toEqual(before);

    await driver.paint(LINE, 5, 'right');
    expect(labeledCount(await driver.labels())).toBeLessThan(labeledCount(before));
  });

  await test.step('the wheel zooms at the pointer, Space-drag moves the picture, F fits it', async () => {
    const box = async () => (await driver.layer('labels').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const before = await driver.labels();
    const fitted = await box();
    const point = await driver.screenPoint([20, 20]);
    await page.mouse.move(point.x, point.y);
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => (await box()).width).toBeGreaterThan(fitted.width * 1.2);
    const zoomed = await driver.screenPoint([20, 20]);
    expect(zoomed.x).toBeCloseTo(point.x, 0);
    expect(zoomed.y).toBeCloseTo(point.y, 0);

    const atZoom = await box();
    await page.keyboard.down('Space');
    await page.mouse.down();
    await page.mouse.move(point.x + 60, point.y + 30, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Space');
    await expect.poll(async () => Math.round((await box()).x - atZoom.x)).toBe(60);
    expect(await driver.labels()).toEqual(before);

    await page.keyboard.press('f');
    await expect.poll(box).toEqual(fitted);
  });

  await test.step('Shift-click draws a straight line from where the last stroke ended', async () => {
    await driver.clearAllLabels();
    await driver.setBrush(3);
    await driver.click([8, 36]);
    await page.keyboard.down('Shift');
    await driver.click([50, 10]);
    await page.keyboard.up('Shift');
    const { farthestPainted, nearestMissed } = await distancesOf(driver, 0, [
      [8, 36],
      [50, 10],
    ]);
    expect(farthestPainted).toBeLessThan(1.5 + REACH_PX);
    expect(nearestMissed).toBeGreaterThan(1.5 - REACH_PX);
  });

  await test.step('Shift with the wheel changes the brush and does not zoom', async () => {
    await driver.setBrush(9);
    const size = page.getByRole('slider', { name: /^Size/ });
    const { x, y } = await driver.screenPoint([30, 20]);
    const zoom = (await driver.layer('labels').boundingBox())?.width;
    await page.mouse.move(x, y);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, -120);
    await expect(size).toHaveAttribute('aria-valuetext', '11 px');
    await page.mouse.wheel(0, 120);
    await page.mouse.wheel(0, 120);
    await expect(size).toHaveAttribute('aria-valuetext', '7 px');
    await page.keyboard.up('Shift');
    expect((await driver.layer('labels').boundingBox())?.width).toBe(zoom);
  });

  await test.step('a pen paints as broad as it presses', async () => {
    await driver.clearAllLabels();
    await driver.setBrush(12);
    const points = [
      [8, 24],
      [32, 24],
      [56, 24],
    ] as const;
    const screen = await driver.screenPoints(points);
    const pressures = [0.2, 0.2, 1];
    await drawWithPen(
      page,
      screen.map((point, i) => ({ ...point, pressure: pressures[i] ?? 0 })),
    );
    const { classIds } = await driver.labels();
    const breadthAt = (x: number) =>
      Array.from({ length: 43 }, (_, y) => classIds[y * 64 + x]).filter((id) => id === 0);
    // The brush's diameter times a quarter and three quarters of the pressure: 4.8 px at first, 12 px in the end.
    expect(breadthAt(12).length).toBeGreaterThanOrEqual(4);
    expect(breadthAt(12).length).toBeLessThanOrEqual(5);
    expect(breadthAt(30).length).toBeLessThanOrEqual(5);
    expect(breadthAt(44).length).toBeGreaterThan(6);
    expect(breadthAt(56).length).toBeGreaterThanOrEqual(11);
    expect(breadthAt(56).length).toBeLessThanOrEqual(13);
    expect(classIds[24 * 64 + 20]).toBe(0);
    expect(classIds.filter((id) => id !== 0 && id !== UNLABELED)).toEqual([]);
  });
});

test('fingers paint one by one, and zoom in pairs', async ({ driver, page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await driver.open(WASM);

  await test.step('one finger paints', async () => {
    await driver.clearAllLabels();
    const [from, to] = await driver.screenPoints(LINE);
    if (from === undefined || to === undefined) throw new Error('A line has two ends.');
    const touch = await touches(page);
    await touch('touchStart', [{ ...from, id: 1 }]);
    for (let i = 1; i <= 8; i++) {
      const at = { x: from.x + ((to.x - from.x) * i) / 8, y: from.y + ((to.y - from.y) * i) / 8 };
      // A finger presses harder and lighter as well, and paints alike.
      await touch('touchMove', [{ ...at, id: 1, force: i / 8 }]);
    }
    await touch('touchEnd', []);
    const { classIds } = await driver.labels();
    for (const [x, y] of LINE) expect(classIds[y * 64 + x]).toBe(0);
    expect(classIds.filter((id) => id === 0).length).toBeGreaterThan(50);
  });

  await test.step('two fingers zoom and paint nothing', async () => {
    const before = await driver.labels();
    const width = async () => (await driver.layer('labels').boundingBox())?.width ?? 0;
    const fitted = await width();
    const [a, b] = await driver.screenPoints([
      [25, 20],
      [40, 25],
    ]);
    if (a === undefined || b === undefined) throw new Error('The picture is not on the screen.');
    const touch = await touches(page);
    await touch('touchStart', [{ ...a, id: 1 }]);
    await touch('touchStart', [
      { ...a, id: 1 },
      { ...b, id: 2 },
    ]);
    for (let i = 1; i <= 5; i++) {
      await touch('touchMove', [
        { x: a.x - 12 * i, y: a.y - 8 * i, id: 1 },
        { x: b.x + 12 * i, y: b.y + 8 * i, id: 2 },
      ]);
    }
    await touch('touchEnd', []);
    await expect.poll(width).toBeGreaterThan(fitted * 1.2);
    expect(await driver.labels()).toEqual(before);
  });
});
