import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { connectedPixels, insidePolygon, polylineDistancesPx } from '../../drivers/geometry.ts';
import { type PageDriver, type Point, UNLABELED, WASM } from '../../drivers/pageDriver.ts';
import { QUARTERS, quartersFile } from '../../drivers/pictures.ts';

const { width, height, isTop, isLeft } = QUARTERS;
const BACKGROUND = 0;
const OBJECT = 1;
/** What the screen's whole pixels may take from a position in the picture. */
const REACH_PX = 0.15;
const TRIANGLE = [
  [8, 6],
  [54, 12],
  [20, 42],
] as const;

const classIds = async (driver: PageDriver) => (await driver.labels()).classIds;

/** The planes have `classId` wherever a brush of this radius went along the polyline, and nothing elsewhere. */
function expectStroke(ids: readonly number[], points: readonly Point[], radiusPx: number, classId: number) {
  const distances = polylineDistancesPx(points, width, height);
  const wrong = ids.filter((id, i) => {
    const distance = distances[i] ?? Number.NaN;
    if (distance < radiusPx - REACH_PX) return id !== classId;
    return distance > radiusPx + REACH_PX && id !== UNLABELED;
  });
  expect(wrong).toEqual([]);
  expect(ids).toContain(classId);
}

/** The planes have `classId` where `inside` is true and `elsewhere` where it is not, but for a few on the border. */
function expectRegion(ids: readonly number[], inside: readonly boolean[], classId: number, borderPx = 0) {
  const wrong = ids.filter((id, i) => id !== (inside[i] ? classId : UNLABELED));
  expect(wrong.length).toBeLessThanOrEqual(borderPx);
  expect(ids.filter((id) => id === classId).length).toBeGreaterThan(borderPx);
}

// What each tool paints to the pixel, and what it refuses: `e2e/inMemory/labeling/tools.test.ts`.
test('every tool paints where the pointer is, as its options and Shift say', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.addPictures([quartersFile()]);
  await driver.isOpen('My pictures');
  const undo = async () => {
    await page.keyboard.press('ControlOrMeta+z');
    expect((await driver.status()).labeledPixels).toBe(0);
  };

  await test.step('the brush, however fast it goes', async () => {
    await page.keyboard.press('2');
    await driver.setBrush(5);
    const stroke = [
      [6, 6],
      [57, 20],
      [10, 40],
    ] as const;
    // From corner to corner in one move of the mouse.
    await driver.paint(stroke, 1);
    expectStroke(await classIds(driver), stroke, 2.5, OBJECT);
    await page.keyboard.press('u');
    await driver.setBrush(9);
    await driver.paint(stroke, 1);
    expect((await driver.status()).labeledPixels).toBe(0);
    await page.keyboard.press('1');
  });

  await test.step('the line, with Shift along a multiple of 45°', async () => {
    await page.keyboard.press('k');
    await driver.setBrush(3);
    await page.keyboard.down('Shift');
    await driver.paint(
      [
        [10, 10],
        [50, 14],
      ],
      4,
    );
    await page.keyboard.up('Shift');
    const level = [
      [10, 10],
      [50, 10],
    ] as const;
    expectStroke(await classIds(driver), level, 1.5, BACKGROUND);
    await undo();
  });

  await test.step('the polygon, closed by a double click and by its first corner', async () => {
    await page.keyboard.press('g');
    const inside = insidePolygon(TRIANGLE, width, height);
    for (const corner of TRIANGLE) await driver.click(corner);
    await driver.click([8.3, 6.2]);
    expectRegion(await classIds(driver), inside, BACKGROUND, 12);
    await undo();
    for (const corner of TRIANGLE.slice(0, 2)) await driver.click(corner);
    const last = await driver.screenPoint(TRIANGLE[2]);
    await page.mouse.dblclick(last.x, last.y);
    expectRegion(await classIds(driver), inside, BACKGROUND, 12);
    await undo();
  });

  await test.step('the lasso, with the right button to take labels away', async () => {
    await page.keyboard.press('o');
    await driver.paint([...TRIANGLE, TRIANGLE[0]], 12);
    expectRegion(await classIds(driver), insidePolygon(TRIANGLE, width, height), BACKGROUND, 12);
    await driver.paint([...TRIANGLE, TRIANGLE[0]], 12, 'right');
    expect((await driver.status()).labeledPixels).toBe(0);
  });

  await test.step('flood fill, as far as its slider says', async () => {
    await page.keyboard.press('h');
    const tolerance = page.getByRole('slider', { name: 'Tolerance' });
    const share = QUARTERS.redDistance / (255 * Math.sqrt(3));
    const everyPixel = Array.from({ length: width * height }, (_, i) => i);
    for (const { percent, isFilled } of [
      { percent: Math.ceil(100 * share), isFilled: isLeft },
      { percent: Math.floor(100 * share), isFilled: (i: number) => isTop(i) && isLeft(i) },
    ]) {
      await tolerance.fill(String(percent));
      await driver.click([5, 5]);
      expectRegion(await classIds(driver), everyPixel.map(isFilled), BACKGROUND);
      await undo();
    }
  });

  await test.step('superpixels, once they are cut', async () => {
    await page.keyboard.press('j');
    const middle = await driver.screenPoint([40, 12]);
    await page.mouse.move(middle.x, middle.y);
    await expect(async () => {
      await driver.click([40, 12]);
      expect((await driver.status()).labeledPixels).toBeGreaterThan(0);
    }).toPass();
    expect((await classIds(driver))[12 * width + 40]).toBe(BACKGROUND);
    await undo();
  });

  await test.step('the picker, after which the brush paints on', async () => {
    const chosen = (name: string) => page.getByRole('button', { name, exact: true, pressed: true });
    await page.keyboard.press('b');
    await driver.paint([
      [4, 4],
      [4, 40],
    ]);
    await page.keyboard.press('2');
    await driver.paint([
      [50, 4],
      [50, 40],
    ]);
    await expect(chosen('Object')).toBeVisible();
    await page.keyboard.press('i');
    await driver.click([4, 20]);
    await expect(chosen('Background')).toBeVisible();
    await expect(chosen('Class brush')).toBeVisible();
    await page.keyboard.press('i');
    await driver.click([30, 24]);
    await expect(chosen('Unlabeled')).toBeVisible();
  });

  await test.step('accepting, everywhere and by a click, as sure as its slider says', async () => {
    await driver.stepTo(2);
    const before = await classIds(driver);
    const prediction = await driver.prediction();
    if (prediction === null) throw new Error('There is a prediction.');
    const { classMap, confidence } = prediction;
    const middling = confidence.toSorted((a, b) => a - b)[width * height * 0.5] ?? 0;
    const leastShare = Math.round((100 * middling) / 255) / 100;
    const isSure = (i: number) => (confidence[i] ?? 0) >= 255 * leastShare;
    const accepted = (isTaken: (index: number) => boolean) =>
      before.map((id, i) => (id === UNLABELED && isTaken(i) ? (classMap[i] ?? UNLABELED) : id));
    await page.keyboard.press('a');
    await page.getByRole('slider', { name: 'Confidence' }).fill(String(leastShare));
    await driver.button('Accept all').click();
    expect(await classIds(driver)).toEqual(accepted(isSure));
    expect(await classIds(driver)).not.toEqual(before);
    await page.keyboard.press('ControlOrMeta+z');

    // Below the tool's options, which float over the picture.
    const start = before.findIndex((id, i) => i > 5 * width && isSure(i) && id === UNLABELED);
    const [x, y] = [start % width, Math.floor(start / width)];
    const isAlike = (i: number) => isSure(i) && classMap[i] === classMap[start];
    const component = connectedPixels([x, y], width, height, isAlike);
    await driver.click([x, y]);
    expect(await classIds(driver)).toEqual(accepted((i) => component[i] === true));
  });
});
