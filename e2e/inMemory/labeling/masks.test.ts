import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UNLABELED } from '../../../src/labels/planes.ts';
import { QUARTERS, quartersFile } from '../../drivers/pictures.ts';
import { encodeMaskPng, encodePng } from '../../drivers/png.ts';
import { addPictures, fileOf } from '../acts.ts';
import { classIdsOf, labelsOf, projectOf } from '../facts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const { width, height, isTop, isLeft } = QUARTERS;
/** The classes that a project of one's own starts with. */
const BACKGROUND = { id: 0, color: [0x5b, 0x83, 0xf7] } as const;
const OBJECT = { id: 1, color: [0xf5, 0x5f, 0x6e] } as const;

let page: TestWorkbench;

beforeEach(async () => {
  page = await TestWorkbench.open();
});

afterEach(() => page.close());

const importMask = (bytes: Uint8Array) =>
  page.workbench.pictures.importMask(fileOf({ name: 'mask.png', type: 'image/png', bytes }));

/** What the dialog asks, and what it suggests for each. */
function asked() {
  expect(page.state.view.dialog).toEqual({ name: 'importMask' });
  const { pendingMask } = page.workbench.pictures;
  if (pendingMask === null) throw new Error('No mask is pending.');
  return pendingMask;
}

async function openQuarters(): Promise<void> {
  await addPictures(page, [quartersFile()]);
  page.paint([
    [8, 8],
    [40, 8],
  ]);
}

/** The grey mask as a palette PNG: colour type 3, and the palette (here: all black) between header and pixels. */
function asPalettePng(grey: Buffer): Buffer {
  const header = Buffer.from(grey.subarray(0, 33));
  header.writeUInt8(3, 25);
  header.writeUInt32BE(crc32(header.subarray(12, 29)), 29);
  const palette = Buffer.concat([Buffer.from('PLTE'), Buffer.alloc(3 * 256)]);
  const framed = Buffer.alloc(palette.length + 8);
  framed.writeUInt32BE(palette.length - 4, 0);
  framed.set(palette, 4);
  framed.writeUInt32BE(crc32(palette), palette.length + 4);
  return Buffer.concat([header, framed, grey.subarray(33)]);
}

it.each<[kind: string, encode: (grey: Buffer) => Buffer]>([
  ['grey', (grey) => grey],
  ['palette', asPalettePng],
])('a %s mask becomes labels where it says something, in one edit', async (_, encode) => {
  await openQuarters();
  const before = labelsOf(page);
  // 1 at the top right, 0 at the bottom left, unlabeled elsewhere.
  const maskAt = (i: number) => (isTop(i) === isLeft(i) ? UNLABELED : Number(isTop(i)));
  await importMask(encode(encodeMaskPng(width, height, (x, y) => maskAt(y * width + x))));
  const { mapping } = asked();
  expect(mapping).toEqual([0, 1, 255]);
  page.workbench.pictures.applyMask(mapping);
  expect(classIdsOf(page)).toEqual([...before.classIds].map((id, i) => (maskAt(i) === UNLABELED ? id : maskAt(i))));
  page.workbench.history.undo();
  expect(labelsOf(page)).toEqual(before);
});

it('a colour mask of the file’s size: colours of classes are known, others are mapped', async () => {
  // Twice as large as it is worked on.
  const [fileWidth, fileHeight] = [2 * width, 2 * height] as const;
  const bytes = encodePng(fileWidth, fileHeight, (x, y) => [x, y, 0]);
  await addPictures(page, [{ name: 'large.png', type: 'image/png', bytes }]);
  expect(labelsOf(page)).toMatchObject({ width, height });
  const before = projectOf(page);
  const colors = [BACKGROUND.color, OBJECT.color, [0, 200, 0], [200, 0, 200]] as const;
  const quarterOf = (x: number, y: number) => (y < fileHeight / 2 ? 0 : 2) + (x < fileWidth / 2 ? 0 : 1);
  await importMask(encodePng(fileWidth, fileHeight, (x, y) => colors[quarterOf(x, y)] ?? []));
  const { entries, mapping } = asked();
  const suggested = Object.fromEntries(entries.map(({ color }, i) => [color, mapping[i]]));
  expect(suggested).toEqual({ '#5b83f7': 0, '#f55f6e': 1, '#00c800': 'new', '#c800c8': 'new' });
  const chosen = new Map([...Object.entries(suggested), ['#c800c8', OBJECT.id], ['#5b83f7', UNLABELED]] as const);
  page.workbench.pictures.applyMask(entries.map(({ color }) => chosen.get(color) ?? UNLABELED));
  const { classes } = projectOf(page);
  expect(classes).toHaveLength(3);
  expect(classes[2]?.color).toBe('#00c800');
  const expected = (i: number) => (isTop(i) ? [UNLABELED, OBJECT.id] : [classes[2]?.id, OBJECT.id])[isLeft(i) ? 0 : 1];
  expect(classIdsOf(page)).toEqual(classIdsOf(page).map((_, i) => expected(i)));
  page.workbench.history.undo();
  expect(projectOf(page)).toEqual(before);
});

const photograph = encodePng(width, height, (x, y) => [4 * x, 5 * y, 90]);

it.each([
  [
    'of another size',
    encodeMaskPng(width, height + 1, () => 1),
    'This mask has 64 × 49 pixels, but the picture has 64 × 48',
  ],
  ['that is a photograph', photograph, 'it is a photograph, not a mask'],
  ['that is cut short', photograph.subarray(0, 100), '.'],
])('a mask %s is refused in a sentence and changes nothing', async (_, bytes, says) => {
  await openQuarters();
  const before = [labelsOf(page), projectOf(page)];
  await importMask(bytes);
  expect(await page.isTold(says)).toMatchObject({ tone: 'error' });
  expect(page.state.view.dialog).toBeNull();
  expect([labelsOf(page), projectOf(page)]).toEqual(before);
});

it('a mask that is left aside changes nothing, now or later', async () => {
  await openQuarters();
  const before = [labelsOf(page), projectOf(page)];
  await importMask(encodeMaskPng(width, height, () => 1));
  const { mapping } = asked();
  page.workbench.pictures.dropMask();
  page.workbench.pictures.applyMask(mapping);
  expect([labelsOf(page), projectOf(page)]).toEqual(before);
});
