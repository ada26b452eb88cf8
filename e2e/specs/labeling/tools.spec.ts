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

test.beforeEach(async ({ driver }) => {
  await driver.open(WASM);
  await driver.addPictures([quartersFile()]);
  await driver.isOpen('My pictures');
});

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

test('the brush paints what it covers, however fast it goes; the unlabeled brush takes it away', async ({
  driver,
  page,
}) => {
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
});

test('the line tool paints on release, with Shift along a multiple of 45°', async ({ driver, page }) => {
  await page.keyboard.press('k');
  await driver.setBrush(3);
  const [from, to] = await driver.screenPoints([
    [10, 10],
    [50, 14],
  ]);
  if (from === undefined || to === undefined) throw new Error('A line has two ends.');
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 4 });
  expect((await driver.status()).labeledPixels).toBe(0);
  await page.mouse.up();
  const free = [
    [10, 10],
    [50, 14],
  ] as const;
  expectStroke(await classIds(driver), free, 1.5, BACKGROUND);
  await page.keyboard.press('ControlOrMeta+z');
  expect((await driver.status()).labeledPixels).toBe(0);

  await page.keyboard.down('Shift');
  await driver.paint(free, 4);
  await page.keyboard.up('Shift');
  const level = [
    [10, 10],
    [50, 10],
  ] as const;
  expectStroke(await classIds(driver), level, 1.5, BACKGROUND);
});

const TRIANGLE = [
  [8, 6],
  [54, 12],
  [20, 42],
] as const;

test('a polygon is closed by Enter, a double click or its first corner', async ({ driver, page }) => {
  await page.keyboard.press('g');
  const inside = insidePolygon(TRIANGLE, width, height);
  const undo = async () => {
    await page.keyboard.press('ControlOrMeta+z');
    expect((await driver.status()).labeledPixels).toBe(0);
  };

  // Backspace takes a wrong corner back.
  for (const corner of [TRIANGLE[0], TRIANGLE[1], [60, 44] as const]) await driver.click(corner);
  await page.keyboard.press('Backspace');
  await driver.click(TRIANGLE[2]);
  expect((await driver.status()).labeledPixels).toBe(0);
  await page.keyboard.press('Enter');
  expectRegion(await classIds(driver), inside, BACKGROUND, 12);
  await undo();

  for (const corner of TRIANGLE) await driver.click(corner);
  await driver.click([8.3, 6.2]);
  expectRegion(await classIds(driver), inside, BACKGROUND, 12);
  await undo();

  for (const corner of TRIANGLE.slice(0, 2)) await driver.click(corner);
  const last = await driver.screenPoint(TRIANGLE[2]);
  await page.mouse.dblclick(last.x, last.y);
  expectRegion(await classIds(driver), inside, BACKGROUND, 12);
  await undo();

  for (const corner of TRIANGLE) await driver.click(corner);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  expect((await driver.status()).labeledPixels).toBe(0);
});

test('the lasso fills its outline, and takes it away with the right button', async ({ driver, page }) => {
  await page.keyboard.press('o');
  await driver.paint([...TRIANGLE, TRIANGLE[0]], 12);
  expectRegion(await classIds(driver), insidePolygon(TRIANGLE, width, height), BACKGROUND, 12);
  await driver.paint([...TRIANGLE, TRIANGLE[0]], 12, 'right');
  expect((await driver.status()).labeledPixels).toBe(0);
});

test('flood fill stops where the colour differs by more than the tolerance', async ({ driver, page }) => {
  await page.keyboard.press('h');
  const tolerance = page.getByRole('slider', { name: 'Tolerance' });
  const share = QUARTERS.redDistance / (255 * Math.sqrt(3));
  await tolerance.fill(String(Math.ceil(100 * share)));
  await driver.click([5, 5]);
  const everyPixel = Array.from({ length: width * height }, (_, i) => i);
  expectRegion(await classIds(driver), everyPixel.map(isLeft), BACKGROUND);
  await page.keyboard.press('ControlOrMeta+z');

  await tolerance.fill(String(Math.floor(100 * share)));
  await page.keyboard.press('2');
  await driver.click([5, 5]);
  const topLeft = everyPixel.map((i) => isTop(i) && isLeft(i));
  expectRegion(await classIds(driver), topLeft, OBJECT);
  await driver.click([20, 20], 'right');
  expect((await driver.status()).labeledPixels).toBe(0);
});

test('superpixels keep to the colours’ borders; a drag paints all that it touches', async ({ driver, page }) => {
  await page.keyboard.press('j');
  const middle = await driver.screenPoint([40, 12]);
  await page.mouse.move(middle.x, middle.y);
  await expect(async () => {
    await driver.click([40, 12]);
    expect((await driver.status()).labeledPixels).toBeGreaterThan(0);
  }).toPass();
  const patch = await classIds(driver);
  const painted = patch.flatMap((id, i) => (id === BACKGROUND ? [i] : []));
  expect(painted).toContain(12 * width + 40);
  // A patch of the green quarter, and not all of it.
  expect(painted.filter((i) => !isTop(i) || isLeft(i))).toEqual([]);
  expect(painted.length).toBeLessThan((width * height) / 8);

  await driver.paint([
    [34, 3],
    [61, 3],
    [61, 21],
  ]);
  const more = await classIds(driver);
  expect(more.filter((id) => id === BACKGROUND).length).toBeGreaterThan(painted.length);
  for (const [x, y] of [
    [34, 3],
    [50, 3],
    [61, 12],
    [61, 21],
  ] as const) {
    expect(more[y * width + x]).toBe(BACKGROUND);
  }
  await driver.paint([[40, 12]], 1, 'right');
  expect((await classIds(driver))[12 * width + 40]).toBe(UNLABELED);
});

test.describe('with a prediction', () => {
  test.beforeEach(async ({ driver, page }) => {
    await driver.setBrush(3);
    await driver.paint([
      [4, 4],
      [4, 40],
    ]);
    await page.keyboard.press('2');
    await driver.paint([
      [50, 4],
      [50, 40],
    ]);
    await driver.stepTo(6);
  });

  test('the picker takes the label’s class, else the predicted one, else unlabeled', async ({ driver, page }) => {
    const chosen = (name: string) => page.getByRole('button', { name, exact: true, pressed: true });
    await expect(chosen('Object')).toBeVisible();
    await page.keyboard.press('i');
    await driver.click([4, 20]);
    await expect(chosen('Background')).toBeVisible();
    // Once it has picked, the brush paints on.
    await expect(chosen('Class brush')).toBeVisible();
    const predicted = (await driver.prediction())?.classMap[30 * width + 58];
    await page.keyboard.press('i');
    await driver.click([58, 30]);
    await expect(chosen(predicted === OBJECT ? 'Object' : 'Background')).toBeVisible();
    await driver.button('Reset').click();
    await driver.until(({ step }) => step === 0);
    await page.keyboard.press('i');
    await driver.click([58, 30]);
    await expect(chosen('Unlabeled')).toBeVisible();
  });

  /** What accepting should give: the person's labels, else the prediction where `isTaken`, else nothing. */
  function accepted(
    before: readonly number[],
    prediction: { classMap: number[] },
    isTaken: (index: number) => boolean,
  ): number[] {
    return before.map((id, i) => (id === UNLABELED && isTaken(i) ? (prediction.classMap[i] ?? UNLABELED) : id));
  }

  test('accepting takes the prediction over where it is sure enough, and can be undone', async ({ driver, page }) => {
    const before = await driver.labels();
    const prediction = await driver.prediction();
    if (prediction === null) throw new Error('There is a prediction.');
    const middling = prediction.confidence.toSorted((a, b) => a - b)[width * height * 0.5] ?? 0;
    const leastShare = Math.round((100 * middling) / 255) / 100;
    const isSure = (i: number) => (prediction.confidence[i] ?? 0) >= 255 * leastShare;

    await page.keyboard.press('a');
    await page.getByRole('slider', { name: 'Confidence' }).fill(String(leastShare));
    await driver.button('Accept all').click();
    const all = await driver.labels();
    expect(all.classIds).toEqual(accepted(before.classIds, prediction, isSure));
    expect(all.classIds).toContain(UNLABELED);
    expect(all.classIds).not.toEqual(before.classIds);
    await page.keyboard.press('ControlOrMeta+z');
    expect(await driver.labels()).toEqual(before);

    // Of one component, by a click, below the tool's options.
    const start = before.classIds.findIndex((id, i) => i > 5 * width && isSure(i) && id === UNLABELED);
    const [x, y] = [start % width, Math.floor(start / width)];
    const classId = prediction.classMap[start];
    const component = connectedPixels([x, y], width, height, (i) => isSure(i) && prediction.classMap[i] === classId);
    await driver.click([x, y]);
    expect(await classIds(driver)).toEqual(accepted(before.classIds, prediction, (i) => component[i] === true));
    await page.keyboard.press('ControlOrMeta+z');
    expect(await driver.labels()).toEqual(before);

    // Of an outline, by a drag.
    await driver.paint([...TRIANGLE, TRIANGLE[0]], 12);
    const inside = insidePolygon(TRIANGLE, width, height);
    const wanted = accepted(before.classIds, prediction, (i) => isSure(i) && inside[i] === true);
    const outlined = await driver.labels();
    expect(outlined.classIds.filter((id, i) => id !== wanted[i]).length).toBeLessThanOrEqual(12);
    expect(outlined.classIds).not.toEqual(before.classIds);
    await page.keyboard.press('ControlOrMeta+z');
    expect(await driver.labels()).toEqual(before);
  });

  test('accepting nothing says so', async ({ driver, page }) => {
    await page.keyboard.press('a');
    await page.getByRole('slider', { name: 'Confidence' }).fill('1');
    const before = await driver.labels();
    await driver.click([30, 24]);
    await expect(page.getByRole('status').filter({ hasText: 'nothing was accepted' })).toBeVisible();
    expect(await driver.labels()).toEqual(before);
  });
});

test('a locked class neither loses nor gains a pixel', async ({ driver, page }) => {
  await driver.setBrush(9);
  await driver.paint([
    [10, 24],
    [50, 24],
  ]);
  const locked = await classIds(driver);
  await page.keyboard.press('Shift+L');
  await driver.paint([
    [10, 10],
    [50, 10],
  ]);
  await expect(page.getByRole('status').filter({ hasText: 'locked' })).toBeVisible();
  expect(await classIds(driver)).toEqual(locked);

  await page.keyboard.press('2');
  await driver.paint([
    [30, 4],
    [30, 44],
  ]);
  const crossed = await classIds(driver);
  expect(crossed.map((id) => (id === BACKGROUND ? id : UNLABELED))).toEqual(locked);
  expect(crossed).toContain(OBJECT);
  await driver.paint(
    [
      [20, 24],
      [40, 24],
    ],
    6,
    'right',
  );
  expect(await classIds(driver)).toEqual(crossed);
});

test('painting only what is unlabeled leaves labels alone; filling the rest leaves nothing out', async ({
  driver,
  page,
}) => {
  await driver.setBrush(9);
  await driver.paint([
    [10, 24],
    [50, 24],
  ]);
  const first = await classIds(driver);
  await page.keyboard.press('Shift+U');
  await page.keyboard.press('2');
  await driver.paint([
    [30, 4],
    [30, 44],
  ]);
  const crossed = await classIds(driver);
  expect(crossed.map((id) => (id === BACKGROUND ? id : UNLABELED))).toEqual(first);
  expect(crossed).toContain(OBJECT);

  await page.keyboard.press('Shift+F');
  const filled = await classIds(driver);
  expect(filled).toEqual(first.map((id) => (id === UNLABELED ? OBJECT : id)));
  await driver.perform('Clear the chosen class’s labels in this picture');
  expect(await classIds(driver)).toEqual(first);
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  expect(await classIds(driver)).toEqual(crossed);
});
