import { expect, type Page } from '@playwright/test';
import { decode } from 'fast-png';
import { strFromU8, unzipSync } from 'fflate';
import { downloadOf } from './downloads.ts';
import { test } from './fixtures.ts';
import { type PageDriver, type Point, UNLABELED, WASM } from './pageDriver.ts';
import { encodePng } from './tools/png.ts';

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

/** Chooses in the export dialog and downloads. */
async function exported(page: Page, kind: string, choices: Readonly<Record<string, string>> = {}) {
  await page.keyboard.press('ControlOrMeta+e');
  const dialog = exportDialog(page);
  await dialog.getByRole('radio', { name: new RegExp(`^${kind}`) }).check();
  for (const [label, option] of Object.entries(choices)) {
    await dialog.getByRole('combobox', { name: label, exact: true }).selectOption({ label: option });
  }
  const file = await downloadOf(page, () => dialog.getByRole('button', { name: 'Export', exact: true }).click());
  await expect(dialog).toHaveCount(0);
  return file;
}

const WORKING = { Size: 'Working (64 × 40)' };

/** The values of a palette PNG, as another program reads them. */
function maskOf(bytes: Uint8Array) {
  const { width, height, data, palette } = decode(bytes);
  if (palette === undefined) throw new Error('A mask has a palette.');
  return { width, height, values: [...data], palette };
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

  const overlay = await exported(page, 'Overlays');
  expect(overlay.name).toBe('cat-overlays.png');
  const { width, height, data, channels } = decode(overlay.bytes);
  expect([width, height, channels]).toEqual([64, 40, 3]);
  // Half the picture's red, half the class's, anywhere.
  const image = await driver.layerPixels('image');
  const redOf = new Map(
    (await driver.project()).classes.map(({ id, color }) => [id, Number(`0x${color.slice(1, 3)}`)]),
  );
  for (const [i, id] of final.entries()) {
    const mean = ((image[4 * i] ?? 0) + (redOf.get(id) ?? 0)) / 2;
    expect(Math.abs((data[3 * i] ?? 0) - mean)).toBeLessThanOrEqual(1);
  }

  const tables = unzipSync((await exported(page, 'Figures')).bytes);
  expect(Object.keys(tables).sort()).toEqual(['areas.csv', 'metrics.csv']);
  const rows = strFromU8(tables['areas.csv'] ?? new Uint8Array())
    .trim()
    .split('\r\n')
    .slice(1);
  const areas = rows.flatMap((row) => row.split(',').slice(3, 4).map(Number));
  expect(areas).toEqual([1, 2].map((id) => final.filter((other) => other === id).length));
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
