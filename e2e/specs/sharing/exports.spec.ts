import { expect, type Page } from '@playwright/test';
import { decode } from 'fast-png';
import { strFromU8, unzipSync } from 'fflate';
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

/** Class ids as a mask has them: places in the class list. */
async function dense(driver: PageDriver, classIds: readonly number[]): Promise<number[]> {
  const ids = (await driver.project()).classes.map(({ id }) => id);
  return classIds.map((id) => (ids.includes(id) ? ids.indexOf(id) : 255));
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

test('label masks are the painted classes by their place in the list, at either size', async ({ driver, page }) => {
  await paintCat(driver, page);
  const { classIds } = await driver.labels();
  const expected = await dense(driver, classIds);
  expect(new Set(expected)).toEqual(new Set([0, 1, 255]));
  const file = await exported(page, 'Labels', WORKING);
  expect(file.name).toBe('cat-labels.png');
  const working = maskOf(file.bytes);
  expect([working.width, working.height]).toEqual([64, 40]);
  expect(working.values).toEqual(expected);
  const colors = (await driver.project()).classes.map(({ color }) =>
    [1, 3, 5].map((i) => Number(`0x${color.slice(i, i + 2)}`)),
  );
  expect(working.palette.slice(0, 2).map((entry) => entry.slice(0, 3))).toEqual(colors);

  const original = maskOf((await exported(page, 'Labels')).bytes);
  expect([original.width, original.height]).toEqual([WIDTH, HEIGHT]);
  const doubled = original.values.map((_, i) => expected[(i >> 8) * 64 + ((i % WIDTH) >> 1)]);
  expect(original.values).toEqual(doubled);
});

test('predictions and final masks are what is on the screen, tables count it', async ({ driver, page }) => {
  await paintCat(driver, page);
  await page.keyboard.press('ControlOrMeta+e');
  for (const kind of ['Predictions', 'Final masks', 'Overlays', 'Figures']) {
    await expect(exportDialog(page).getByRole('radio', { name: new RegExp(`^${kind}`) })).toBeDisabled();
  }
  await page.keyboard.press('Escape');
  await expect(exportDialog(page)).toHaveCount(0);
  await driver.stepTo(1);
  const prediction = (await driver.prediction())?.classMap ?? [];
  const { classIds } = await driver.labels();
  const final = classIds.map((id, i) => (id === UNLABELED ? (prediction[i] ?? UNLABELED) : id));
  expect(maskOf((await exported(page, 'Predictions', WORKING)).bytes).values).toEqual(await dense(driver, prediction));
  expect(maskOf((await exported(page, 'Final masks', WORKING)).bytes).values).toEqual(await dense(driver, final));

  const tables = unzipSync((await exported(page, 'Figures')).bytes);
  expect(Object.keys(tables).sort()).toEqual(['areas.csv', 'metrics.csv']);
  const rows = strFromU8(tables['areas.csv'] ?? new Uint8Array())
    .trim()
    .split('\r\n')
    .slice(1);
  const areas = rows.flatMap((row) => row.split(',').slice(3, 4).map(Number));
  expect(areas).toEqual([1, 2].map((id) => final.filter((other) => other === id).length));
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

test('overlays have the pixels of the original file under the classes, or those of the working size', async ({
  driver,
  page,
}) => {
  await paintCat(driver, page);
  await driver.stepTo(1);
  const prediction = (await driver.prediction())?.classMap ?? [];
  const { classIds } = await driver.labels();
  const final = classIds.map((id, i) => (id === UNLABELED ? (prediction[i] ?? UNLABELED) : id));

  const original = await exported(page, 'Overlays');
  expect(original.name).toBe('cat-overlays.png');
  const overlay = rgbOf(original.bytes);
  expect([overlay.width, overlay.height]).toEqual([WIDTH, HEIGHT]);
  const doubled = Array.from({ length: WIDTH * HEIGHT }, (_, i) => final[(i >> 8) * 64 + ((i % WIDTH) >> 1)] ?? 0);
  const colorAt = (pixel: number) => [2 * (pixel % WIDTH), 3 * Math.floor(pixel / WIDTH), 60];
  const expected = await halfTinted(driver, doubled, (pixel, channel) => colorAt(pixel)[channel] ?? 0);
  expect(overlay.rgb).toEqual(expected);

  const working = rgbOf((await exported(page, 'Overlays', WORKING)).bytes);
  expect([working.width, working.height]).toEqual([64, 40]);
  const image = await driver.layerPixels('image');
  expect(working.rgb).toEqual(await halfTinted(driver, final, (pixel, channel) => image[4 * pixel + channel] ?? 0));
});

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

/** The 4-connected regions of a mask. */
function regionsOf(values: readonly number[], width: number) {
  const height = values.length / width;
  const seen = new Set<number>();
  return values.flatMap((value, start) => {
    if (seen.has(start)) return [];
    const pixels = [start];
    const around = new Set<number>();
    let isAtEdge = false;
    seen.add(start);
    // Grows while it is walked through.
    for (const pixel of pixels) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      isAtEdge ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
      for (const [nextX, nextY] of [
        [x - 1, y],
        [x + 1, y],
        [x, y - 1],
        [x, y + 1],
      ] as const) {
        if (nextX < 0 || nextY < 0 || nextX >= width || nextY >= height) continue;
        const next = nextY * width + nextX;
        if (values[next] !== value) around.add(values[next] ?? UNLABELED);
        else if (!seen.has(next)) {
          seen.add(next);
          pixels.push(next);
        }
      }
    }
    return [{ pixels, around, isAtEdge }];
  });
}

test('cleaning up takes small regions and holes out of final masks, and no painted pixel', async ({ driver, page }) => {
  // Noise, and a network that looks at little more than a pixel: the prediction is full of specks.
  await driver.open({ ...WASM, network: 'context-8-1-1' });
  const noise = encodePng(64, 40, (x, y) =>
    [0, 1, 2].map((c) => Math.imul(x * 64 + y * 3 + c + 7, 0x9e37_79b1) >>> 24),
  );
  await driver.addPictures([{ name: 'noise.png', type: 'image/png', bytes: noise }]);
  await driver.setBrush(1);
  await driver.paint(LINE);
  await page.keyboard.press('2');
  await driver.paint([
    [5, 35],
    [30, 35],
  ]);
  await driver.stepTo(8);
  const labels = await dense(driver, (await driver.labels()).classIds);
  const isPainted = ({ pixels }: { readonly pixels: readonly number[] }) =>
    pixels.some((pixel) => labels[pixel] !== UNLABELED);
  const smallOf = (values: readonly number[], minAreaPx: number) =>
    regionsOf(values, 64).filter((region) => region.pixels.length < minAreaPx && !isPainted(region));
  const holesOf = (values: readonly number[], maxAreaPx: number) =>
    regionsOf(values, 64).filter(
      (region) =>
        region.pixels.length <= maxAreaPx && region.around.size === 1 && !region.isAtEdge && !isPainted(region),
    );
  const cleaned = async (minAreaPx: number, maxHolePx: number) => {
    await openExport(page, 'Final masks', WORKING);
    const dialog = exportDialog(page);
    await dialog.getByRole('checkbox', { name: 'Clean up small regions' }).check();
    await dialog.getByRole('textbox', { name: 'Smallest region, px' }).fill(String(minAreaPx));
    await dialog.getByRole('textbox', { name: 'Largest hole filled, px' }).fill(String(maxHolePx));
    return maskOf((await downloadExport(page)).bytes).values;
  };
  const plain = maskOf((await exported(page, 'Final masks', WORKING)).bytes).values;
  expect(smallOf(plain, 4).length).toBeGreaterThan(0);
  expect(holesOf(plain, 20).length).toBeGreaterThan(0);

  expect(await cleaned(1, 0)).toEqual(plain);
  const withoutSpecks = await cleaned(4, 0);
  expect(smallOf(withoutSpecks, 4)).toEqual([]);
  const withoutHoles = await cleaned(1, 20);
  expect(holesOf(withoutHoles, 20)).toEqual([]);
  // Holes alone: specks at the edge stay.
  expect(smallOf(withoutHoles, 4).length).toBeGreaterThan(0);
  for (const values of [withoutSpecks, withoutHoles]) {
    expect(values.filter((_, i) => labels[i] !== UNLABELED)).toEqual(labels.filter((value) => value !== UNLABELED));
  }
});

test('a data set has the folders of its library, the test picture apart', async ({ driver, page }) => {
  await paintCat(driver, page);
  const cat = await dense(driver, (await driver.labels()).classIds);
  await driver.addPictures([picture('dog', 200)]);
  await driver.paint(LINE);
  const dog = await dense(driver, (await driver.labels()).classIds);
  await page.keyboard.press('Shift+T');
  await expect.poll(async () => (await driver.project()).pictures[1]?.use).toBe('test');
  // Nothing is painted here: it is left out.
  await driver.addPictures([picture('empty', 0)]);

  const file = await exported(page, 'Dataset', WORKING);
  expect(file.name).toBe('dataset-mmsegmentation.zip');
  const entries = unzipSync(file.bytes);
  const TEXTS = ['README.txt', 'classes.txt', 'palette.json'];
  expect(Object.keys(entries).sort()).toEqual(
    [...TEXTS, 'ann_dir/train/cat.png', 'ann_dir/val/dog.png', 'img_dir/train/cat.png', 'img_dir/val/dog.png'].sort(),
  );
  const entry = (path: string) => entries[path] ?? new Uint8Array();
  expect(maskOf(entry('ann_dir/train/cat.png')).values).toEqual(cat);
  expect(maskOf(entry('ann_dir/val/dog.png')).values).toEqual(dog);
  const names = (await driver.project()).classes.map(({ name }) => `${name}\n`);
  expect(strFromU8(entry('classes.txt'))).toBe(names.join(''));

  const fastai = unzipSync((await exported(page, 'Dataset', { Layout: 'fast.ai' })).bytes);
  expect(Object.keys(fastai).sort()).toEqual(
    [
      ...TEXTS,
      'codes.txt',
      'valid.txt',
      'images/cat.png',
      'images/dog.png',
      'labels/cat_P.png',
      'labels/dog_P.png',
    ].sort(),
  );
  expect(strFromU8(fastai['valid.txt'] ?? new Uint8Array())).toBe('dog.png\n');
  // At the original size the file is the one that was chosen.
  expect(Buffer.from(fastai['images/cat.png'] ?? [])).toEqual(picture('cat', 60).bytes);
});

test('a cancelled export downloads nothing; the next one does', async ({ driver, page }) => {
  await paintCat(driver, page);
  const downloads: string[] = [];
  page.on('download', (download) => downloads.push(download.suggestedFilename()));
  // The worker that writes the export comes when the test lets it.
  let letCome: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letCome = resolve;
  });
  await page.route(/exportWorker/, async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.press('ControlOrMeta+e');
  const dialog = exportDialog(page);
  const go = dialog.getByRole('button', { name: 'Export', exact: true });
  await go.click();
  await expect(dialog.getByRole('progressbar')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  letCome();
  await expect(go).toBeEnabled();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(exportDialog(page)).toHaveCount(0);
  const file = await exported(page, 'Dataset');
  expect(downloads).toEqual([file.name]);
});

test('an export of many pictures is cancelled between two of them; labels, training and the next export go on', async ({
  driver,
  page,
}) => {
  await paintCat(driver, page);
  await driver.addPictures([picture('dog', 200), picture('cow', 120), picture('owl', 20)]);
  await driver.stepTo(1);
  const downloads: string[] = [];
  page.on('download', (download) => downloads.push(download.suggestedFilename()));
  await openExport(page, 'Predictions');
  const dialog = exportDialog(page);
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
  await dialog.getByRole('button', { name: 'Export', exact: true }).click();
  expect(await cancelledAt).toEqual({ text: 'Exporting picture 2 of 4', value: 1 });
  await expect(dialog.getByRole('progressbar')).toHaveCount(0);
  await expect(dialog.getByRole('button', { name: 'Export', exact: true })).toBeEnabled();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  await driver.paint(LINE);
  expect(new Set((await driver.labels()).classIds).size).toBe(2);
  await driver.stepTo(2);
  const file = await exported(page, 'Predictions');
  expect(Object.keys(unzipSync(file.bytes)).filter((path) => path.endsWith('.png'))).toHaveLength(4);
  expect(downloads).toEqual([file.name]);
});
