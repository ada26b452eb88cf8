import { crc32 } from 'node:zlib';
import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, UNLABELED, WASM } from '../../drivers/pageDriver.ts';
import { QUARTERS, quartersFile } from '../../drivers/pictures.ts';
import { encodeMaskPng, encodePng } from '../../drivers/png.ts';

const { width, height, isTop, isLeft } = QUARTERS;
/** The classes that a project of one's own starts with. */
const BACKGROUND = { id: 0, color: [0x5b, 0x83, 0xf7] } as const;
const OBJECT = { id: 1, color: [0xf5, 0x5f, 0x6e] } as const;
const STROKE = [
  [8, 8],
  [40, 8],
] as const;

test.beforeEach(async ({ driver }) => {
  await driver.open(WASM);
});

const maskDialog = (page: Page) => page.getByRole('dialog', { name: 'Import a mask' });
const chooseMask = (driver: PageDriver, bytes: Uint8Array, name = 'mask.png') =>
  driver.choose('Mask file', [{ name, type: 'image/png', bytes }]);

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

for (const { kind, encode } of [
  { kind: 'grey', encode: (grey: Buffer) => grey },
  { kind: 'palette', encode: asPalettePng },
]) {
  test(`a ${kind} mask becomes labels where it says something, in one edit`, async ({ driver, page }) => {
    await driver.addPictures([quartersFile()]);
    await driver.paint(STROKE);
    const before = await driver.labels();
    // 1 at the top right, 0 at the bottom left, unlabeled elsewhere.
    const maskAt = (i: number) => (isTop(i) === isLeft(i) ? UNLABELED : Number(isTop(i)));
    await chooseMask(driver, encode(encodeMaskPng(width, height, (x, y) => maskAt(y * width + x))));
    const becomes = maskDialog(page).getByRole('combobox');
    await expect(becomes).toHaveCount(3);
    for (const [i, value] of ['0', '1', '255'].entries()) await expect(becomes.nth(i)).toHaveValue(value);
    await maskDialog(page).getByRole('button', { name: 'Apply' }).click();
    await expect(maskDialog(page)).toHaveCount(0);
    expect((await driver.labels()).classIds).toEqual(
      before.classIds.map((id, i) => (maskAt(i) === UNLABELED ? id : maskAt(i))),
    );
    await page.keyboard.press('ControlOrMeta+z');
    expect(await driver.labels()).toEqual(before);
  });
}

test('a colour mask of the file’s size: colours of classes are known, others are mapped', async ({ driver, page }) => {
  // Twice as large as it is worked on.
  const [fileWidth, fileHeight] = [2 * width, 2 * height] as const;
  await driver.addPictures([
    { name: 'large.png', type: 'image/png', bytes: encodePng(fileWidth, fileHeight, (x, y) => [x, y, 0]) },
  ]);
  expect(await driver.labels()).toMatchObject({ width, height });
  const before = await driver.project();
  const colors = [BACKGROUND.color, OBJECT.color, [0, 200, 0], [200, 0, 200]] as const;
  const quarterOf = (x: number, y: number) => (y < fileHeight / 2 ? 0 : 2) + (x < fileWidth / 2 ? 0 : 1);
  const mask = encodePng(fileWidth, fileHeight, (x, y) => colors[quarterOf(x, y)] ?? []);
  await chooseMask(driver, mask);
  const becomes = (color: string) => maskDialog(page).getByRole('combobox', { name: `What ${color} becomes` });
  await expect(becomes('#5b83f7')).toHaveValue('0');
  await expect(becomes('#f55f6e')).toHaveValue('1');
  await expect(becomes('#00c800')).toHaveValue('new');
  await becomes('#c800c8').selectOption('Object');
  await becomes('#5b83f7').selectOption('Unlabeled');
  await maskDialog(page).getByRole('button', { name: 'Apply' }).click();
  const { classes } = await driver.project();
  expect(classes).toHaveLength(3);
  expect(classes[2]?.color).toBe('#00c800');
  const expected = (i: number) => (isTop(i) ? [UNLABELED, OBJECT.id] : [classes[2]?.id, OBJECT.id])[isLeft(i) ? 0 : 1];
  const { classIds } = await driver.labels();
  expect(classIds).toEqual(classIds.map((_, i) => expected(i)));
  await page.keyboard.press('ControlOrMeta+z');
  expect(await driver.project()).toEqual(before);
});

test('a mask of another size, a photograph, and a mask that is not applied change nothing', async ({
  driver,
  page,
}) => {
  await driver.addPictures([quartersFile()]);
  await driver.paint(STROKE);
  const [labels, project] = [await driver.labels(), await driver.project()];
  const photograph = encodePng(width, height, (x, y) => [4 * x, 5 * y, 90]);
  for (const { bytes, says } of [
    {
      bytes: encodeMaskPng(width, height + 1, () => 1),
      says: 'This mask has 64 × 49 pixels, but the picture has 64 × 48',
    },
    { bytes: photograph, says: 'it is a photograph, not a mask' },
    { bytes: photograph.subarray(0, 100), says: '.' },
  ]) {
    await chooseMask(driver, bytes);
    await expect(page.getByRole('alert')).toContainText(says);
    await expect(maskDialog(page)).toHaveCount(0);
    await page.getByRole('alert').getByRole('button', { name: 'Dismiss the message' }).click();
    await expect(page.getByRole('alert')).toHaveCount(0);
  }
  for (const leave of ['Cancel', 'Escape']) {
    await chooseMask(
      driver,
      encodeMaskPng(width, height, () => 1),
    );
    await expect(maskDialog(page)).toBeVisible();
    if (leave === 'Cancel') await maskDialog(page).getByRole('button', { name: 'Cancel' }).click();
    else await page.keyboard.press('Escape');
    await expect(maskDialog(page)).toHaveCount(0);
  }
  expect(await driver.labels()).toEqual(labels);
  expect(await driver.project()).toEqual(project);
});
