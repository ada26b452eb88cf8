import { strFromU8 } from 'fflate';
import { afterEach, expect, it } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import type { NamedFile, Point } from '../../drivers/pageDriver.ts';
import { encodePng } from '../../drivers/png.ts';
import { addPictures, paintClass } from '../acts.ts';
import { dense, entriesOf, exported, maskOf, orderOf, regionsOf, rgbOf } from '../exporting.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const LINE: readonly Point[] = [
  [5, 3],
  [58, 30],
];
const LOW_LINE: readonly Point[] = [
  [5, 35],
  [30, 35],
];
/** Twice the working size, so that a mask of the original size shows every pixel four times. */
const [WIDTH, HEIGHT] = [128, 80];
const WORKING = { size: 'working' } as const;

const picture = (name: string, blue: number): NamedFile => ({
  name: `${name}.png`,
  type: 'image/png',
  bytes: encodePng(WIDTH, HEIGHT, (x, y) => [2 * x, 3 * y, blue]),
});

let page: TestWorkbench;

afterEach(() => page.close());

const classIds = (): Uint8Array => page.script.getLabels()?.classIds ?? new Uint8Array();
const predicted = (): Uint8Array => page.script.getPrediction()?.classMap ?? new Uint8Array();

/** The labels where there are any, the prediction everywhere else. */
const final = (): number[] => {
  const classMap = predicted();
  return Array.from(classIds(), (id, i) => (id === UNLABELED ? (classMap[i] ?? UNLABELED) : id));
};

/** A plane of the working size at the original one. */
const doubled = (plane: readonly number[]): number[] =>
  Array.from({ length: WIDTH * HEIGHT }, (_, i) => plane[(i >> 8) * 64 + ((i % WIDTH) >> 1)] ?? Number.NaN);

/** A picture with strokes of two classes, whose ids are not their places in the list. */
async function openCat(): Promise<void> {
  page = await TestWorkbench.open();
  await addPictures(page, [picture('cat', 60)]);
  page.workbench.classes.add();
  page.paint(LINE);
  paintClass(page, 1, LOW_LINE);
  page.workbench.classes.remove(0);
  expect(page.state.document.classes.map(({ id }) => id)).toEqual([1, 2]);
  expect(new Set(classIds())).toEqual(new Set([1, 2, UNLABELED]));
}

/** A picture half under the colours of its classes, as RGB; `rgb` gives a channel of a pixel. */
function halfTinted(plane: readonly number[], rgb: (pixel: number, channel: number) => number): number[] {
  const colorOf = new Map(page.state.document.classes.map(({ id, color }) => [id, rgbOfColor(color)]));
  return plane.flatMap((id, pixel) =>
    [0, 1, 2].map((channel) => {
      const color = colorOf.get(id)?.[channel];
      return color === undefined ? rgb(pixel, channel) : Math.round((rgb(pixel, channel) + color) / 2);
    }),
  );
}

const rgbOfColor = (color: string): number[] => [1, 3, 5].map((i) => Number(`0x${color.slice(i, i + 2)}`));

it('label masks are the painted classes by their place in the list, at either size', async () => {
  await openCat();
  const expected = dense(page, classIds());
  expect(new Set(expected)).toEqual(new Set([0, 1, 255]));
  const file = await exported(page, 'labels', WORKING);
  expect(file.name).toBe('cat-labels.png');
  const working = maskOf(file.bytes);
  expect([working.width, working.height]).toEqual([64, 40]);
  expect(working.values).toEqual(expected);
  const colors = page.state.document.classes.map(({ color }) => rgbOfColor(color));
  expect(working.palette.slice(0, 2).map((entry) => entry.slice(0, 3))).toEqual(colors);

  const original = maskOf((await exported(page, 'labels')).bytes);
  expect([original.width, original.height]).toEqual([WIDTH, HEIGHT]);
  expect(original.values).toEqual(doubled(expected));
});

it('predictions and final masks are what is on the screen, tables count it; before a prediction there are none', async () => {
  await openCat();
  for (const what of ['predictions', 'final', 'overlays', 'metrics'] as const) {
    await page.workbench.exports.start(orderOf(what));
    const { id } = await page.isTold('There is no prediction to export yet: train first. Nothing was exported.');
    page.workbench.messages.dismiss(id);
  }
  expect(page.downloads).toEqual([]);
  await page.stepTo(1);
  expect(maskOf((await exported(page, 'predictions', WORKING)).bytes).values).toEqual(dense(page, predicted()));
  expect(maskOf((await exported(page, 'final', WORKING)).bytes).values).toEqual(dense(page, final()));

  const tables = entriesOf(await exported(page, 'metrics'));
  expect(Object.keys(tables).sort()).toEqual(['areas.csv', 'metrics.csv']);
  const rows = strFromU8(tables['areas.csv'] ?? new Uint8Array())
    .trim()
    .split('\r\n')
    .slice(1);
  const areas = rows.flatMap((row) => row.split(',').slice(3, 4).map(Number));
  expect(areas).toEqual([1, 2].map((id) => final().filter((other) => other === id).length));
});

it('overlays have the pixels of the original file under the classes, or those of the working size', async () => {
  await openCat();
  await page.stepTo(1);
  const original = await exported(page, 'overlays');
  expect(original.name).toBe('cat-overlays.png');
  const overlay = rgbOf(original.bytes);
  expect([overlay.width, overlay.height, overlay.isOpaque]).toEqual([WIDTH, HEIGHT, true]);
  const colorAt = (pixel: number) => [2 * (pixel % WIDTH), 3 * Math.floor(pixel / WIDTH), 60];
  expect(overlay.rgb).toEqual(halfTinted(doubled(final()), (pixel, channel) => colorAt(pixel)[channel] ?? 0));

  const working = rgbOf((await exported(page, 'overlays', WORKING)).bytes);
  expect([working.width, working.height, working.isOpaque]).toEqual([64, 40, true]);
  const { pixels } = (await page.workbench.picture?.open()) ?? { pixels: [] };
  expect(working.rgb).toEqual(halfTinted(final(), (pixel, channel) => pixels[4 * pixel + channel] ?? 0));
});

it('cleaning up takes small regions and holes out of final masks, and no painted pixel', async () => {
  // Noise, and a network that looks at little more than a pixel: the prediction is full of specks.
  page = await TestWorkbench.open({ size: '64', network: 'context-8-1-1', backend: 'wasm', picture: 'coffee' });
  const noise = encodePng(64, 40, (x, y) =>
    [0, 1, 2].map((c) => Math.imul(x * 64 + y * 3 + c + 7, 0x9e37_79b1) >>> 24),
  );
  await addPictures(page, [{ name: 'noise.png', type: 'image/png', bytes: noise }]);
  page.workbench.painting.setBrushDiameter(1);
  page.paint(LINE);
  paintClass(page, page.state.document.classes[1]?.id ?? -1, LOW_LINE);
  await page.stepTo(8);
  const labels = dense(page, classIds());
  const isPainted = ({ pixels }: { readonly pixels: readonly number[] }) =>
    pixels.some((pixel) => labels[pixel] !== UNLABELED);
  const smallOf = (values: readonly number[], minAreaPx: number) =>
    regionsOf(values, 64).filter((region) => region.pixels.length < minAreaPx && !isPainted(region));
  const holesOf = (values: readonly number[], maxAreaPx: number) =>
    regionsOf(values, 64).filter(
      (region) =>
        region.pixels.length <= maxAreaPx && region.around.size === 1 && !region.isAtEdge && !isPainted(region),
    );
  const cleaned = async (minAreaPx: number, maxHolePx: number) =>
    maskOf((await exported(page, 'final', { ...WORKING, cleanUp: { minAreaPx, maxHolePx } })).bytes).values;
  const plain = maskOf((await exported(page, 'final', WORKING)).bytes).values;
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

it('a data set has the folders of its library, the test picture apart', async () => {
  await openCat();
  const cat = dense(page, classIds());
  await addPictures(page, [picture('dog', 200)]);
  page.paint(LINE);
  const dog = dense(page, classIds());
  page.workbench.pictures.setUse(page.state.document.pictureId ?? '', 'test');
  // Nothing is painted here: it is left out.
  await addPictures(page, [picture('empty', 0)]);

  const file = await exported(page, 'dataset', WORKING);
  expect(file.name).toBe('dataset-mmsegmentation.zip');
  const entries = entriesOf(file);
  const TEXTS = ['README.txt', 'classes.txt', 'palette.json'];
  expect(Object.keys(entries).sort()).toEqual(
    [...TEXTS, 'ann_dir/train/cat.png', 'ann_dir/val/dog.png', 'img_dir/train/cat.png', 'img_dir/val/dog.png'].sort(),
  );
  const entry = (path: string) => entries[path] ?? new Uint8Array();
  expect(maskOf(entry('ann_dir/train/cat.png')).values).toEqual(cat);
  expect(maskOf(entry('ann_dir/val/dog.png')).values).toEqual(dog);
  expect(strFromU8(entry('classes.txt'))).toBe(page.state.document.classes.map(({ name }) => `${name}\n`).join(''));

  const fastai = entriesOf(await exported(page, 'dataset', { layout: 'fastai' }));
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

it('a cancelled export downloads nothing; the next one does', async () => {
  await openCat();
  const { exports } = page.workbench;
  const cancelled = exports.start(orderOf('labels'));
  expect(page.state.project.exporting).toEqual({ done: 0, total: 1 });
  exports.cancel();
  await cancelled;
  expect(page.state.project.exporting).toBeNull();
  expect(page.state.view.messages.filter(({ tone }) => tone === 'error')).toEqual([]);
  expect(page.downloads).toEqual([]);
  await exported(page, 'dataset');
});

it('an export of many pictures is cancelled between two of them; labels, training and the next export go on', async () => {
  await openCat();
  await addPictures(page, [picture('dog', 200), picture('cow', 120), picture('owl', 20)]);
  await page.stepTo(1);
  const { exports } = page.workbench;
  const progress: unknown[] = [];
  const leave = page.workbench.store.subscribe(({ project: { exporting } }) => {
    progress.push(exporting);
    if (exporting?.done === 1) exports.cancel();
  });
  await exports.start(orderOf('predictions'));
  leave();
  expect(progress.filter((each) => each !== null).at(-1)).toEqual({ done: 1, total: 4 });
  expect(page.state.project.exporting).toBeNull();
  expect(page.downloads).toEqual([]);

  page.paint(LINE);
  expect(new Set(classIds()).size).toBe(2);
  await page.stepTo(2);
  const file = await exported(page, 'predictions');
  expect(Object.keys(entriesOf(file)).filter((path) => path.endsWith('.png'))).toHaveLength(4);
});
