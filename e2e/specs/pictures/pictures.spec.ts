import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { WITHOUT_GPU } from '../../../.config/browser/launchOptions.ts';
import { test } from '../../drivers/fixtures.ts';
import { labeledCount, type PageDriver, UNLABELED, WASM } from '../../drivers/pageDriver.ts';
import { addPlain, leaf, names, openName, pictures, strip, thumbnail } from '../../drivers/pictureStrip.ts';
import { plainFile, QUARTERS, quartersFile, turnedJpeg } from '../../drivers/pictures.ts';
import { openProjectMenu } from '../../drivers/smallProject.ts';

// What of pictures is the workbench's and not the screen's: `e2e/inMemory/pictures`.

const FAKE_CAMERA = [...(WITHOUT_GPU.args ?? []), '--use-fake-device-for-media-stream'];
test.use({ launchOptions: { ...WITHOUT_GPU, args: FAKE_CAMERA } });

const { width, height } = QUARTERS;

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

/** Opens the first example again, so that pictures that come make a project of their own. */
async function openEspresso(driver: PageDriver): Promise<void> {
  await (await openProjectMenu(driver.page)).getByRole('button', { name: /^Espresso/ }).click();
  await driver.isOpen('Espresso');
}

/** A channel's values in the middles of the picture's quarters: top left, top right, bottom left, bottom right. */
async function quarters(driver: PageDriver, channel = 0) {
  const planes = await driver.labels();
  const rgba = await driver.layerPixels('image');
  const [stepX, stepY] = [Math.floor(planes.width / 4), Math.floor(planes.height / 4)];
  const valueIn = (x: number, y: number) => rgba[4 * (y * planes.width + x) + channel] ?? Number.NaN;
  const values = [1, 3].flatMap((row) => [1, 3].map((column) => valueIn(column * stepX, row * stepY)));
  return { sizePx: [planes.width, planes.height], values };
}

test('pictures come by file dialog, drop, paste, as folders and from the camera, the first of each on the screen', async ({
  driver,
  page,
  context,
}, testInfo) => {
  await driver.open(WASM);

  await test.step('by file dialog', async () => {
    const chooser = page.waitForEvent('filechooser');
    await driver.button('Add pictures').click();
    const asFiles = [plainFile(1), plainFile(2)].map(({ name, type, bytes }) => {
      return { name, mimeType: type, buffer: Buffer.from(bytes) };
    });
    await (await chooser).setFiles(asFiles);
    await driver.isOpen('My pictures');
    await expect.poll(() => names(driver)).toEqual(['plain 1', 'plain 2']);
    expect(await openName(driver)).toBe('plain 1');
  });

  await test.step('by drop, in the order in which people count, and by paste', async () => {
    await driver.drop([plainFile(10), plainFile(3)]);
    await expect.poll(() => names(driver)).toEqual(['plain 1', 'plain 2', 'plain 3', 'plain 10']);
    await expect.poll(() => openName(driver)).toBe('plain 3');
    await driver.paste([plainFile(5)]);
    await expect.poll(() => openName(driver)).toBe('plain 5');
    await expect(strip(page).getByRole('listitem')).toHaveCount(5);
    // What does not open is named and keeps nothing else out.
    await driver.paste([{ name: 'diary.png', type: 'image/png', bytes: Buffer.from('Dear diary') }, plainFile(6)]);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('“diary.png”: ');
    await expect.poll(() => openName(driver)).toBe('plain 6');
    expect(await pictures(driver)).toHaveLength(6);
    await alert.getByRole('button', { name: 'Dismiss the message' }).click();
  });

  await test.step('as a JPEG that is turned upright as its camera says', async () => {
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

  const folder = await writeFolder(testInfo.outputPath());
  const hasFolder = async () => {
    await driver.isOpen('My pictures');
    await expect.poll(() => names(driver)).toEqual(['plain 1', 'plain 2', 'plain 10', 'quarters']);
    await expect(page.getByRole('alert')).toHaveCount(0);
  };

  await test.step('as a chosen folder, in order and nothing else', async () => {
    await openEspresso(driver);
    await page.getByLabel('Folder of pictures', { exact: true }).setInputFiles(folder);
    await hasFolder();
  });

  await test.step('as a dropped folder, too', async () => {
    await openEspresso(driver);
    const at = await driver.screenPoint([32, 20]);
    const session = await context.newCDPSession(page);
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, ...at, data });
    }
    await hasFolder();
  });

  await test.step('as a snapshot of the camera', async () => {
    await openEspresso(driver);
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
});

test('keys leaf through the pictures, and the strip and the scores tell the state of each', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await addPlain(driver, 1, 2, 3);
  const [first, second, third] = ['plain 1', 'plain 2', 'plain 3'] as const;
  const paintHalves = async () => {
    for (const [key, imageX] of [
      ['1', 8],
      ['2', 39],
    ] as const) {
      await page.keyboard.press(key);
      await driver.paint([
        [imageX, 6],
        [imageX, 40],
      ]);
    }
  };
  await paintHalves();
  const painted = await driver.labels();
  const shareOf = (labels: typeof painted) => Math.round((100 * labeledCount(labels)) / labels.classIds.length);
  expect(shareOf(painted)).toBeGreaterThan(1);
  await expect(thumbnail(page, first)).toHaveAccessibleName(`${first}: ${shareOf(painted)} % labeled`);
  await expect(thumbnail(page, first)).toHaveAttribute('aria-current', 'true');

  await leaf(driver, 'PageDown', second);
  expect((await driver.status()).labeledPixels).toBe(0);
  // Undo goes to where the stroke is.
  await leaf(driver, 'ControlOrMeta+z', first);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  expect(await driver.labels()).toEqual(painted);
  await leaf(driver, '.', second);
  await page.keyboard.press('Shift+D');
  await page.keyboard.press('Shift+T');
  await expect(thumbnail(page, second)).toHaveAccessibleName(`${second}: 0 % labeled, test picture, done`);
  await page.keyboard.press('Shift+D');
  await page.keyboard.press('Shift+T');
  await expect(thumbnail(page, second)).toHaveAccessibleName(`${second}: 0 % labeled`);
  await leaf(driver, 'PageUp', first);
  await leaf(driver, ',', third);
  await driver.perform('Leave the picture out of training');
  await expect(thumbnail(page, third)).toHaveAccessibleName(`${third}: 0 % labeled, left out`);

  const training = page.getByText('Training on 2 pictures');
  await expect(training).toBeHidden();
  await thumbnail(page, second).click();
  await expect.poll(() => openName(driver)).toBe(second);
  await driver.isReady();
  await paintHalves();
  await expect(training).toBeVisible();
  await page.keyboard.press('Shift+T');
  await expect(training).toBeHidden();
  await driver.stepTo(1);
  const { classIds } = await driver.labels();
  const classMap = (await driver.prediction())?.classMap ?? [];
  const labeled = classIds.flatMap((id, i) => (id === UNLABELED ? [] : [id === classMap[i]]));
  const percents = ((100 * labeled.filter((isRight) => isRight).length) / labeled.length).toFixed(1);
  const scores = page.getByRole('region', { name: 'Scores' }).getByRole('paragraph');
  await expect(scores.filter({ hasText: 'Test picture' })).toHaveText(`Test picture${percents} %`);
});
