import { expect, type Page } from '@playwright/test';
import { decode } from 'fast-png';
import { unzipSync } from 'fflate';
import { downloadOf } from '../../drivers/downloads.ts';
import { test } from '../../drivers/fixtures.ts';
import { type NamedFile, type PageDriver, type Point, UNLABELED, WASM } from '../../drivers/pageDriver.ts';
import { turnedJpeg } from '../../drivers/pictures.ts';
import { encodePng } from '../../drivers/png.ts';
import { encodeGreyTiff16 } from '../../drivers/tiff.ts';

const LINE: readonly Point[] = [
  [5, 3],
  [58, 30],
];
/** Twice the working size, so that a mask of the original size shows every pixel four times. */
const [WIDTH, HEIGHT] = [128, 80];

const picture = (name: string, blue: number) => ({
  name: `${name}.png`,
  type: 'image/png',
  bytes: encodePng(WIDTH, HEIGHT, (x, y) => [2 * x, 3 * y, blue]),
});

const exportDialog = (page: Page) => page.getByRole('dialog', { name: 'Export' });

/** Chooses in the export dialog. */
async function openExport(page: Page, kind: string, choices: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.keyboard.press('ControlOrMeta+e');
  const dialog = exportDialog(page);
  await dialog.getByRole('radio', { name: new RegExp(`^${kind}`) }).check();
  for (const [label, option] of Object.entries(choices)) {
    await dialog.getByRole('combobox', { name: label, exact: true }).selectOption({ label: option });
  }
}

/** Downloads what is chosen. */
async function downloadExport(page: Page): Promise<NamedFile> {
  const dialog = exportDialog(page);
  const file = await downloadOf(page, () => dialog.getByRole('button', { name: 'Export', exact: true }).click());
  await expect(dialog).toHaveCount(0);
  return file;
}

/** Chooses in the export dialog and downloads. */
async function exported(page: Page, kind: string, choices: Readonly<Record<string, string>> = {}): Promise<NamedFile> {
  await openExport(page, kind, choices);
  return await downloadExport(page);
}

const WORKING = { Size: 'Working (64 × 40)' };

/** The values of a palette PNG, as another program reads them. */
function maskOf(bytes: Uint8Array) {
  const { width, height, data, palette } = decode(bytes);
  if (palette === undefined) throw new Error('A mask has a palette.');
  return { width, height, values: [...data], palette };
}

/** The RGB bytes of a PNG, all of whose pixels are opaque. */
function rgbOf(bytes: Uint8Array) {
  const { width, height, data, channels } = decode(bytes);
  const pixels = Array.from({ length: width * height }, (_, i) => [...data.subarray(channels * i, channels * (i + 1))]);
  expect(pixels.every((pixel) => (pixel[3] ?? 255) === 255)).toBe(true);
  return { width, height, rgb: pixels.flatMap((pixel) => pixel.slice(0, 3)) };
}

/** A picture with strokes of two classes, whose ids are not their places in the list. */
async function paintCat(driver: PageDriver, page: Page): Promise<void> {
  await driver.open(WASM);
  await driver.addPictures([picture('cat', 60)]);
  await page.getByRole('button', { name: 'Add a class' }).click();
  await driver.paint(LINE);
  await page.keyboard.press('2');
  await driver.paint([
    [5, 35],
    [30, 35],
  ]);
  // Nothing is painted with it, so nothing is asked.
  await page.getByRole('listitem').filter({ hasText: 'Background' }).hover();
  await page.getByRole('button', { name: 'Remove Background' }).click();
  await expect.poll(async () => (await driver.project()).classes.map(({ id }) => id)).toEqual([1, 2]);
  expect(new Set((await driver.labels()).classIds)).toEqual(new Set([1, 2, UNLABELED]));
}

test('an export is chosen in its dialog, cancelled, and downloaded', async ({ driver, page }) => {
  await paintCat(driver, page);
  const dialog = exportDialog(page);
  const go = dialog.getByRole('button', { name: 'Export', exact: true });
  const downloads: string[] = [];
  page.on('download', (download) => downloads.push(download.suggestedFilename()));

  await test.step('what needs a prediction cannot be chosen before there is one', async () => {
    await page.keyboard.press('ControlOrMeta+e');
    for (const kind of ['Predictions', 'Final masks', 'Overlays', 'Figures']) {
      await expect(dialog.getByRole('radio', { name: new RegExp(`^${kind}`) })).toBeDisabled();
    }
  });

  await test.step('cancelled before its worker has come, it downloads nothing', async () => {
    let letCome: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letCome = resolve;
    });
    await page.route(/exportWorker/, async (route) => {
      await held;
      await route.continue();
    });
    await go.click();
    await expect(dialog.getByRole('progressbar')).toBeVisible();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    letCome();
    await expect(go).toBeEnabled();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toHaveCount(0);
    await page.unroute(/exportWorker/);
  });

  await test.step('the next one downloads what is painted, or a data set, as is chosen', async () => {
    const labels = await exported(page, 'Labels', WORKING);
    expect(labels.name).toBe('cat-labels.png');
    const { classIds } = await driver.labels();
    const ids = (await driver.project()).classes.map(({ id }) => id);
    const expected = classIds.map((id) => (ids.includes(id) ? ids.indexOf(id) : UNLABELED));
    expect(maskOf(labels.bytes).values).toEqual(expected);
    const fastai = await exported(page, 'Dataset', { Layout: 'fast.ai' });
    expect(Object.keys(unzipSync(fastai.bytes))).toContain('valid.txt');
    expect(downloads).toEqual([labels.name, fastai.name]);
  });

  await test.step('of many pictures it is cancelled between two of them, and the next one is whole', async () => {
    await driver.addPictures([picture('dog', 200), picture('cow', 120), picture('owl', 20)]);
    await driver.stepTo(1);
    await openExport(page, 'Predictions');
    // A person's hand is slower than four small pictures: the press comes in the moment in which the second begins.
    const cancelledAt = dialog.evaluate(
      (element) =>
        new Promise<{ text: string; value: number }>((resolve) => {
          const observer = new MutationObserver(() => {
            const progress = element.querySelector('progress');
            if (progress === null || progress.value < 1) return;
            observer.disconnect();
            const cancel = [...element.querySelectorAll('button')].find(({ textContent }) => textContent === 'Cancel');
            cancel?.click();
            resolve({ text: progress.parentElement?.textContent ?? '', value: progress.value });
          });
          observer.observe(element, { subtree: true, childList: true, attributes: true, characterData: true });
        }),
    );
    await go.click();
    expect(await cancelledAt).toEqual({ text: 'Exporting picture 2 of 4', value: 1 });
    await expect(dialog.getByRole('progressbar')).toHaveCount(0);
    await expect(go).toBeEnabled();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    expect(downloads).toHaveLength(2);
  });

  await test.step('regions of final masks are cleaned up as is typed', async () => {
    const maskNamed = (file: NamedFile) => maskOf(unzipSync(file.bytes)['final-masks/cat.png'] ?? new Uint8Array());
    const plain = maskNamed(await exported(page, 'Final masks', WORKING));
    await openExport(page, 'Final masks', WORKING);
    await dialog.getByRole('checkbox', { name: 'Clean up small regions' }).check();
    await dialog.getByRole('textbox', { name: 'Smallest region, px' }).fill(String(WIDTH * HEIGHT));
    await dialog.getByRole('textbox', { name: 'Largest hole filled, px' }).fill('0');
    const cleaned = maskNamed(await downloadExport(page));
    expect(cleaned.values).not.toEqual(plain.values);
    expect(downloads).toHaveLength(4);
  });
});

/** A picture half under the colours of its classes, as RGB; `rgb` gives a channel of a pixel. */
async function halfTinted(
  driver: PageDriver,
  classIds: readonly number[],
  rgb: (pixel: number, channel: number) => number,
): Promise<number[]> {
  const { classes } = await driver.project();
  const colorOf = new Map(
    classes.map(({ id, color }) => [id, [1, 3, 5].map((i) => Number(`0x${color.slice(i, i + 2)}`))]),
  );
  return classIds.flatMap((id, pixel) =>
    [0, 1, 2].map((channel) => {
      const color = colorOf.get(id)?.[channel];
      return color === undefined ? rgb(pixel, channel) : Math.round((rgb(pixel, channel) + color) / 2);
    }),
  );
}

test('overlays of turned and of 16-bit pictures are as they are shown, as large as their masks', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const cells = encodeGreyTiff16(60, 32, (x, y) => 1000 + 40 * x + 300 * y, 6);
  await driver.addPictures([{ name: 'cells.tif', type: 'image/tiff', bytes: cells }]);
  await driver.paint(LINE);
  await driver.addPictures([await turnedJpeg(page)]);
  await driver.stepTo(1);
  const overlays = unzipSync((await exported(page, 'Overlays')).bytes);
  const masks = unzipSync((await exported(page, 'Final masks')).bytes);
  for (const name of ['phone', 'cells']) {
    await expect.poll(async () => (await driver.project()).pictures.find(({ isOpen }) => isOpen)?.name).toBe(name);
    const overlay = rgbOf(overlays[`overlays/${name}.png`] ?? new Uint8Array());
    const mask = maskOf(masks[`final-masks/${name}.png`] ?? new Uint8Array());
    const { width, height } = await driver.labels();
    expect(height).toBeGreaterThan(width);
    expect([overlay.width, overlay.height]).toEqual([width, height]);
    expect([mask.width, mask.height]).toEqual([width, height]);
    const ids = (await driver.project()).classes.map(({ id }) => id);
    // Neither is larger than the working size: what is on the screen has its file's own pixels.
    const image = await driver.layerPixels('image');
    const classIds = mask.values.map((value) => ids[value] ?? UNLABELED);
    expect(overlay.rgb).toEqual(
      await halfTinted(driver, classIds, (pixel, channel) => image[4 * pixel + channel] ?? 0),
    );
    await page.keyboard.press('PageUp');
  }
});
