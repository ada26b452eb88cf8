import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { WITHOUT_GPU } from '../../../.config/browser/launchOptions.ts';
import { test } from '../../drivers/fixtures.ts';
import { labeledCount, type PageDriver, type Point, UNLABELED, WASM } from '../../drivers/pageDriver.ts';
import { addPlain, leaf, names, openName, pictures, strip, thumbnail } from '../../drivers/pictureStrip.ts';
import { plainFile, QUARTERS, quartersFile, turnedJpeg } from '../../drivers/pictures.ts';
import { encodeGreyPng16 } from '../../drivers/png.ts';
import { encodeGreyTiff16 } from '../../drivers/tiff.ts';

const FAKE_CAMERA = [...(WITHOUT_GPU.args ?? []), '--use-fake-device-for-media-stream'];
test.use({ launchOptions: { ...WITHOUT_GPU, args: FAKE_CAMERA } });

const { width, height } = QUARTERS;
const STROKE = [
  [8, 8],
  [40, 8],
] as const satisfies readonly Point[];

test.beforeEach(async ({ driver }) => {
  await driver.open(WASM);
});

test('pictures come by file dialog, drop and paste, the first of each on the screen', async ({ driver, page }) => {
  const chooser = page.waitForEvent('filechooser');
  await driver.button('Add pictures').click();
  const asFiles = [plainFile(1), plainFile(2)].map(({ name, type, bytes }) => {
    return { name, mimeType: type, buffer: Buffer.from(bytes) };
  });
  await (await chooser).setFiles(asFiles);
  await driver.isOpen('My pictures');
  await expect.poll(() => names(driver)).toEqual(['plain 1', 'plain 2']);
  expect(await openName(driver)).toBe('plain 1');

  // Those of a drop come in the order in which people count.
  await driver.drop([plainFile(10), plainFile(3)]);
  await expect.poll(() => names(driver)).toEqual(['plain 1', 'plain 2', 'plain 3', 'plain 10']);
  await expect.poll(() => openName(driver)).toBe('plain 3');
  await driver.paste([plainFile(5)]);
  await expect.poll(() => openName(driver)).toBe('plain 5');
  await expect(strip(page).getByRole('listitem')).toHaveCount(5);
  // What does not open is named and keeps nothing else out.
  await driver.paste([{ name: 'diary.png', type: 'image/png', bytes: Buffer.from('Dear diary') }, plainFile(6)]);
  await expect(page.getByRole('alert')).toContainText('“diary.png”: ');
  await expect.poll(() => openName(driver)).toBe('plain 6');
  expect(await pictures(driver)).toHaveLength(6);
});

/** A folder with a text beside its pictures, three of them in a folder of its own. */
async function writeFolder(folder: string): Promise<string> {
  await mkdir(path.join(folder, 'leaves', 'more'), { recursive: true });
  for (const number of [10, 2, 1]) {
    const { name, bytes } = plainFile(number);
    await writeFile(path.join(folder, 'leaves', 'more', name), bytes);
  }
  const { name, bytes } = quartersFile();
  await writeFile(path.join(folder, 'leaves', name), bytes);
  await writeFile(path.join(folder, 'leaves', 'notes.txt'), 'Dear diary');
  return path.join(folder, 'leaves');
}

test('a chosen folder brings its pictures in order and nothing else', async ({ driver, page }, testInfo) => {
  const folder = await writeFolder(testInfo.outputPath());
  await page.getByLabel('Folder of pictures', { exact: true }).setInputFiles(folder);
  await driver.isOpen('My pictures');
  await expect.poll(() => names(driver)).toEqual(['plain 1', 'plain 2', 'plain 10', 'quarters']);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a dropped folder does so, too', async ({ driver, page, context }, testInfo) => {
  const files = [await writeFolder(testInfo.outputPath())];
  const at = await driver.screenPoint([32, 20]);
  const session = await context.newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at, data: { items: [], files, dragOperationsMask: 1 } });
  }
  await driver.isOpen('My pictures');
  await expect.poll(() => names(driver)).toEqual(['plain 1', 'plain 2', 'plain 10', 'quarters']);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('each picture has its own labels; keys leaf through them; the strip tells their state', async ({
  driver,
  page,
}) => {
  await addPlain(driver, 1, 2, 3);
  const [first, second, third] = ['plain 1', 'plain 2', 'plain 3'] as const;
  await driver.paint(STROKE);
  const painted = await driver.labels();
  const share = Math.round((100 * labeledCount(painted)) / painted.classIds.length);
  expect(share).toBeGreaterThan(1);
  await expect(thumbnail(page, first)).toHaveAccessibleName(`${first}: ${share} % labeled`);
  await expect(thumbnail(page, first)).toHaveAttribute('aria-current', 'true');

  await leaf(driver, 'PageDown', second);
  expect((await driver.status()).labeledPixels).toBe(0);
  // Undo goes to where the stroke is.
  await leaf(driver, 'ControlOrMeta+z', first);
  expect((await driver.status()).labeledPixels).toBe(0);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  expect(await driver.labels()).toEqual(painted);
  await leaf(driver, 'PageDown', second);
  await page.keyboard.press('Shift+D');
  await page.keyboard.press('Shift+T');
  await expect(thumbnail(page, second)).toHaveAccessibleName(`${second}: 0 % labeled, test picture, done`);
  expect((await pictures(driver))[1]).toMatchObject({ done: true, use: 'test' });
  await page.keyboard.press('Shift+D');
  await page.keyboard.press('Shift+T');
  await expect(thumbnail(page, second)).toHaveAccessibleName(`${second}: 0 % labeled`);

  await leaf(driver, '.', third);
  await leaf(driver, 'PageDown', first);
  expect(await driver.labels()).toEqual(painted);
  await leaf(driver, 'PageUp', third);
  await leaf(driver, ',', second);
  await thumbnail(page, first).click();
  await expect.poll(() => openName(driver)).toBe(first);

  await leaf(driver, 'PageUp', third);
  await driver.perform('Leave the picture out of training');
  await expect(thumbnail(page, third)).toHaveAccessibleName(`${third}: 0 % labeled, left out`);
});

test('keys in quick succession add up', async ({ driver, page }) => {
  await addPlain(driver, 1, 2, 3, 4, 5);
  const press = (key: string, times: number) =>
    page.evaluate(
      ([code, count]) => {
        for (let i = 0; i < count; i++)
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key: code, code, bubbles: true }));
      },
      [key, times] as const,
    );
  await press('PageDown', 3);
  await expect.poll(() => openName(driver)).toBe('plain 4');
  await press('PageDown', 3);
  await expect.poll(() => openName(driver)).toBe('plain 2');
  await press('PageUp', 2);
  await expect.poll(() => openName(driver)).toBe('plain 5');
});

/** Paints the left and the right of a picture with these classes' keys. */
async function paintHalves(driver: PageDriver, leftKey: string, rightKey: string): Promise<void> {
  for (const [key, imageX] of [
    [leftKey, 8],
    [rightKey, 39],
  ] as const) {
    await driver.page.keyboard.press(key);
    await driver.paint([
      [imageX, 6],
      [imageX, 40],
    ]);
  }
}

/** Share of the open picture's labeled pixels that its prediction gets right, counted here. */
async function countedAccuracy(driver: PageDriver): Promise<number> {
  const { classIds } = await driver.labels();
  const classMap = (await driver.prediction())?.classMap ?? [];
  const labeled = classIds.flatMap((id, i) => (id === UNLABELED ? [] : [id === classMap[i]]));
  return labeled.filter((isRight) => isRight).length / labeled.length;
}

test('a network learns from two pictures, and both are scored', async ({ driver, page }) => {
  await addPlain(driver, 1, 2);
  await paintHalves(driver, '1', '2');
  await driver.stepTo(2);
  await leaf(driver, 'PageDown', 'plain 2');
  await paintHalves(driver, '1', '2');
  const training = page.getByText('Training on 2 pictures');
  await expect(training).toBeVisible();
  // The learner hears of a use that is undone as well.
  await page.keyboard.press('Shift+T');
  await expect(training).toBeHidden();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(training).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(training).toBeHidden();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(training).toBeVisible();
  await driver.stepTo(4);
  for (const name of ['plain 1', 'plain 2']) {
    await leaf(driver, 'PageDown', name);
    await expect.poll(async () => (await driver.prediction())?.step).toBe(4);
    const accuracy = await countedAccuracy(driver);
    await expect.poll(async () => (await driver.status()).maskedAccuracy).toBeCloseTo(accuracy, 6);
  }
});

test('nothing is learned from a test picture, which is scored apart', async ({ driver, page }) => {
  const reset = async () => {
    await driver.button('Reset').click();
    await driver.until(({ step }) => step === 0);
  };
  await addPlain(driver, 1, 2);
  await paintHalves(driver, '1', '2');
  await driver.stepTo(3);
  const alone = await driver.prediction();
  await reset();

  await leaf(driver, 'PageDown', 'plain 2');
  await page.keyboard.press('Shift+T');
  // The contrary of what the other picture says: to learn from it would show.
  await paintHalves(driver, '2', '1');
  await driver.stepTo(3);
  const percents = (100 * (await countedAccuracy(driver))).toFixed(1);
  const testScore = page.getByRole('region', { name: 'Scores' }).getByRole('paragraph');
  await expect(testScore.filter({ hasText: 'Test picture' })).toHaveText(`Test picture${percents} %`);
  await leaf(driver, 'PageUp', 'plain 1');
  // The same labels to learn from and the same seed: the same network.
  await expect.poll(() => driver.prediction()).toEqual(alone);
  await reset();

  await leaf(driver, 'PageDown', 'plain 2');
  await page.keyboard.press('Shift+T');
  await leaf(driver, 'PageUp', 'plain 1');
  await driver.stepTo(3);
  expect(await driver.prediction()).not.toEqual(alone);
});

/** Samples of four quarters; 0.35 % of each end are far less than a quarter, so that black is 1000 and white 5000. */
const valueAt = (x: number, y: number) => (y < height / 2 ? [1000, 2000] : [3000, 5000])[x < width / 2 ? 0 : 1] ?? 0;
/** 255 · (value − 1000) / 4000, rounded. */
const STRETCHED = { topLeft: 0, topRight: 64, bottomLeft: 128, bottomRight: 255 } as const;

/** A channel's values in the middles of the picture's quarters: top left, top right, bottom left, bottom right. */
async function quarters(driver: PageDriver, channel = 0) {
  const planes = await driver.labels();
  const rgba = await driver.layerPixels('image');
  const [stepX, stepY] = [Math.floor(planes.width / 4), Math.floor(planes.height / 4)];
  const valueIn = (x: number, y: number) => rgba[4 * (y * planes.width + x) + channel] ?? Number.NaN;
  const values = [1, 3].flatMap((row) => [1, 3].map((column) => valueIn(column * stepX, row * stepY)));
  return { sizePx: [planes.width, planes.height], values };
}

test('PNG and TIFF files of 16 bits are stretched, turned ones upright', async ({ driver }) => {
  const { topLeft, topRight, bottomLeft, bottomRight } = STRETCHED;
  await driver.addPictures([
    { name: 'deep.png', type: 'image/png', bytes: encodeGreyPng16(width, height, valueAt) },
    { name: 'deeper.tif', type: 'image/tiff', bytes: encodeGreyTiff16(width, height, valueAt) },
    // As many systems hand a TIFF over: without a type. 6: to be turned by 90° clockwise.
    { name: 'turned.tiff', type: '', bytes: encodeGreyTiff16(width, height, valueAt, 6) },
  ]);
  const upright = { sizePx: [width, height], values: [topLeft, topRight, bottomLeft, bottomRight] };
  expect(await quarters(driver)).toEqual(upright);
  await leaf(driver, 'PageDown', 'deeper');
  expect(await quarters(driver)).toEqual(upright);
  await leaf(driver, 'PageDown', 'turned');
  expect(await quarters(driver)).toEqual({
    sizePx: [height, width],
    values: [bottomLeft, topLeft, bottomRight, topRight],
  });
});

test('a JPEG is turned upright as its camera says', async ({ driver, page }) => {
  await driver.addPictures([await turnedJpeg(page)]);
  // Red and green of the former bottom left, top left, bottom right and top right.
  for (const [channel, expected] of [
    [200, 200, 40, 40],
    [60, 40, 40, 200],
  ].entries()) {
    const { sizePx, values } = await quarters(driver, channel);
    expect(sizePx).toEqual([height, width]);
    for (const [i, value] of values.entries()) expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(8);
  }
});

test('a snapshot of the camera becomes a picture', async ({ driver, page, context }) => {
  await context.grantPermissions(['camera']);
  await driver.perform('Take a picture with the camera');
  const dialog = page.getByRole('dialog', { name: 'Camera' });
  await dialog.getByRole('button', { name: 'Take snapshot' }).click();
  await expect(dialog.getByRole('status')).toHaveText('1 picture added.');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await driver.isOpen('My pictures');
  await expect.poll(() => openName(driver)).toMatch(/^camera \d{4}-\d\d-\d\d /);
  // The fake camera's moving picture is not of one colour.
  expect(new Set(await driver.layerPixels('image')).size).toBeGreaterThan(4);
});
