import { expect, type Page } from '@playwright/test';
import { closeDialog } from '../../drivers/commandChecks.ts';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, UNLABELED, WASM } from '../../drivers/pageDriver.ts';
import { plainFile } from '../../drivers/pictures.ts';

const TABLE = 0;
const CERAMIC = 1;
const COFFEE = 3;

const names = async (driver: PageDriver) => (await driver.project()).classes.map(({ name }) => name);
const count = async (driver: PageDriver, classId: number) =>
  (await driver.labels()).classIds.filter((id) => id === classId).length;

/** Opens a class's menu, whose button shows under the pointer. */
async function openMenu(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).hover({ position: { x: 60, y: 10 } });
  await page.getByRole('button', { name: `More about ${name}`, exact: true }).click();
}

/** Opens a class's menu and takes one of its items, and one of those that this leads to. */
async function choose(page: Page, name: string, ...items: readonly (string | RegExp)[]): Promise<void> {
  await openMenu(page, name);
  const menu = page.getByRole('dialog', { name: `Class ${name}` });
  for (const item of items) await menu.getByRole('button', { name: item, exact: true }).click();
}

test('the menu of a class renames, locks, moves, fills and clears', async ({ driver, page }) => {
  await driver.open(WASM);
  await choose(page, 'Coffee', 'Rename');
  await page.getByRole('textbox', { name: 'New name of Coffee' }).fill('  Crema  ');
  await page.keyboard.press('Enter');
  expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Crema', 'Spoon']);
  // A name that is nothing, and one that was left with Escape, are no names.
  for (const [typed, key] of [
    ['   ', 'Enter'],
    ['Tea', 'Escape'],
  ] as const) {
    await choose(page, 'Crema', 'Rename');
    await page.getByRole('textbox', { name: 'New name of Crema' }).fill(typed);
    await page.keyboard.press(key);
    expect(await names(driver)).toContain('Crema');
  }

  await choose(page, 'Crema', 'Move up');
  expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Crema', 'Porcelain', 'Spoon']);
  await choose(page, 'Table', 'Move down');
  expect(await names(driver)).toEqual(['Ceramic', 'Table', 'Crema', 'Porcelain', 'Spoon']);
  await openMenu(page, 'Ceramic');
  await expect(driver.button('Move up')).toBeDisabled();
  await closeDialog(page);
  // Keys follow the list, labels stay with their class.
  await page.keyboard.press('1');
  await expect(page.getByRole('button', { name: 'Ceramic', exact: true, pressed: true })).toBeVisible();

  await choose(page, 'Spoon', 'Lock its pixels');
  await openMenu(page, 'Spoon');
  for (const item of ['Remove', 'Clear its pixels here']) await expect(driver.button(item)).toBeDisabled();
  await driver.button('Unlock').click();
  await expect(page.getByRole('button', { name: 'Lock Spoon', exact: true, pressed: false })).toHaveCount(1);

  const crema = await count(driver, COFFEE);
  await choose(page, 'Crema', 'Fill the rest with it');
  expect(await count(driver, UNLABELED)).toBe(0);
  await choose(page, 'Crema', 'Clear its pixels here');
  expect(await count(driver, COFFEE)).toBe(0);
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  expect(await count(driver, COFFEE)).toBe(crema);
  for (let move = 0; move < 3; move++) await page.keyboard.press('ControlOrMeta+z');
  expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Coffee', 'Spoon']);
});

test('dragging a class puts it elsewhere in the list', async ({ driver, page }) => {
  await driver.open(WASM);
  const labels = await driver.labels();
  const at = async (name: string) => {
    const box = await driver.button(name).boundingBox();
    if (box === null) throw new Error(`${name} is not on the screen.`);
    return { x: box.x + 60, y: box.y + box.height / 2 };
  };
  const from = await at('Spoon');
  const to = await at('Ceramic');
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x, from.y - 10, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => names(driver)).toEqual(['Table', 'Spoon', 'Ceramic', 'Porcelain', 'Coffee']);
  expect(await driver.labels()).toEqual(labels);
  await page.keyboard.press('ControlOrMeta+z');
  expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Coffee', 'Spoon']);
});

test('Alt and the arrow keys move the focused class, which keeps the focus and tells its place', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const labels = await driver.labels();
  const spoon = page.getByRole('button', { name: 'Spoon', exact: true });
  const spoken = page.getByRole('status').filter({ hasText: 'Spoon: place' });
  await spoon.focus();
  const steps = [
    ['ArrowUp', ['Table', 'Ceramic', 'Porcelain', 'Spoon', 'Coffee']],
    ['ArrowUp', ['Table', 'Ceramic', 'Spoon', 'Porcelain', 'Coffee']],
    ['ArrowDown', ['Table', 'Ceramic', 'Porcelain', 'Spoon', 'Coffee']],
    ['ArrowDown', ['Table', 'Ceramic', 'Porcelain', 'Coffee', 'Spoon']],
    // It is the last one.
    ['ArrowDown', ['Table', 'Ceramic', 'Porcelain', 'Coffee', 'Spoon']],
    ['ArrowUp', ['Table', 'Ceramic', 'Porcelain', 'Spoon', 'Coffee']],
  ] as const;
  for (const [key, order] of steps) {
    await page.keyboard.press(`Alt+${key}`);
    expect(await names(driver)).toEqual(order);
    await expect(spoon).toBeFocused();
    await expect(spoken).toHaveText(`Spoon: place ${order.indexOf('Spoon') + 1} of 5.`);
  }
  // The key is the focused row's: which class paints stays, and without Alt nothing moves.
  await expect(page.getByRole('button', { name: 'Table', exact: true, pressed: true })).toBeVisible();
  await page.keyboard.press('ArrowUp');
  expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Spoon', 'Coffee']);
  expect(await driver.labels()).toEqual(labels);
  // Undo tells the place that it is back at.
  await page.keyboard.press('ControlOrMeta+z');
  await expect(spoken).toHaveText('Spoon: place 5 of 5.');
  await page.keyboard.press('Tab');
  await expect(spoken).toHaveCount(0);
});

test('a class that is moved by keyboard through a long list stays in view', async ({ driver, page }) => {
  await driver.open(WASM);
  for (let classes = 5; classes < 20; classes++) await page.keyboard.press('n');
  const table = page.getByRole('button', { name: 'Table', exact: true });
  await table.focus();
  for (let place = 1; place < 20; place++) {
    await page.keyboard.press('Alt+ArrowDown');
    await expect(table).toBeInViewport({ ratio: 1 });
  }
  expect((await names(driver)).at(-1)).toBe('Table');
  await expect(table).toBeFocused();
});

test('a hidden class is not drawn and stays labeled', async ({ driver, page }) => {
  await driver.open(WASM);
  const labels = await driver.labels();
  const opaque = async () => {
    const pixels = await driver.layerPixels('labels');
    return labels.classIds.flatMap((_, i) => ((pixels[4 * i + 3] ?? 0) > 0 ? [i] : []));
  };
  const labeled = labels.classIds.flatMap((id, i) => (id === UNLABELED ? [] : [i]));
  expect(await opaque()).toEqual(labeled);
  await choose(page, 'Ceramic', 'Hide');
  const others = labeled.filter((i) => labels.classIds[i] !== CERAMIC);
  await expect.poll(opaque).toEqual(others);
  expect(await driver.labels()).toEqual(labels);
  await choose(page, 'Ceramic', 'Show');
  await expect.poll(opaque).toEqual(labeled);
});

test('merging makes the pixels of one class those of another, in every picture, and can be undone', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const before = await driver.labels();
  await choose(page, 'Coffee', /^Merge into/, 'Table');
  expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Spoon']);
  const merged = await driver.labels();
  expect(merged.classIds).toEqual(before.classIds.map((id) => (id === COFFEE ? TABLE : id)));
  expect(merged.strokeIds).toEqual(before.strokeIds);
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
  expect(await driver.labels()).toEqual(before);
  expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Coffee', 'Spoon']);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  expect(await driver.labels()).toEqual(merged);
});

test('removing a class with labels asks what becomes of them', async ({ driver, page }) => {
  await driver.open(WASM);
  const before = await driver.labels();
  const ceramic = await count(driver, CERAMIC);
  const dialog = page.getByRole('dialog', { name: 'Remove “Ceramic”' });
  await choose(page, 'Ceramic', 'Remove');
  await expect(dialog).toContainText(`${ceramic} labeled pixels are Ceramic`);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await driver.labels()).toEqual(before);

  await choose(page, 'Ceramic', 'Remove');
  await dialog.getByRole('radio', { name: 'They become another class' }).check();
  await dialog.getByRole('combobox').selectOption('Coffee');
  await dialog.getByRole('button', { name: 'Merge' }).click();
  expect((await driver.labels()).classIds).toEqual(before.classIds.map((id) => (id === CERAMIC ? COFFEE : id)));
  await page.keyboard.press('ControlOrMeta+z');
  expect(await driver.labels()).toEqual(before);

  await choose(page, 'Ceramic', 'Remove');
  await dialog.getByRole('button', { name: 'Remove' }).click();
  expect((await driver.labels()).classIds).toEqual(before.classIds.map((id) => (id === CERAMIC ? UNLABELED : id)));
  expect(await names(driver)).not.toContain('Ceramic');
});

test('one without labels goes at once, the last one not at all', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.addPictures([plainFile(1)]);
  await choose(page, 'Object', 'Remove');
  await expect.poll(() => names(driver)).toEqual(['Background']);
  await openMenu(page, 'Background');
  await expect(driver.button('Remove')).toBeDisabled();
  await closeDialog(page);
  await driver.perform('Remove the chosen class, or make it another one');
  await expect(page.getByRole('status').filter({ hasText: 'The last class cannot be removed' })).toBeVisible();
  expect(await names(driver)).toEqual(['Background']);
});

test('a preset’s classes come, those with labels stay', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.addPictures([plainFile(1)]);
  await page.keyboard.press('2');
  await driver.paint([
    [10, 20],
    [30, 20],
  ]);
  const labels = await driver.labels();
  await driver.button('Classes for…').click();
  await page.getByRole('dialog', { name: 'Classes for…' }).getByRole('button', { name: 'remote sensing' }).click();
  const classes = await names(driver);
  expect(classes[0]).toBe('Object');
  expect(classes).toEqual(expect.arrayContaining(['Water', 'Forest', 'Cropland']));
  expect(classes).not.toContain('Background');
  expect(await driver.labels()).toEqual(labels);
  const colours = (await driver.project()).classes.map(({ color }) => color);
  expect(new Set(colours).size).toBe(colours.length);
  await page.keyboard.press('ControlOrMeta+z');
  expect(await names(driver)).toEqual(['Background', 'Object']);
});

test('a project has 32 classes at most, and Train stays in sight', async ({ driver, page }) => {
  await driver.open(WASM);
  for (let classes = 5; classes < 32; classes++) await page.keyboard.press('n');
  const full = await driver.project();
  expect(full.classes).toHaveLength(32);
  expect(full.classes.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, id) => id));
  expect(new Set(full.classes.map(({ name }) => name)).size).toBe(32);
  await page.keyboard.press('n');
  await expect(page.getByRole('status').filter({ hasText: '32 classes at most' })).toBeVisible();
  expect((await driver.project()).classes).toEqual(full.classes);
  await expect(driver.button('Train')).toBeInViewport({ ratio: 1 });
  // The newest is the one to paint with, and the network learns it like any other.
  await expect(page.getByRole('button', { name: 'Class 32', exact: true, pressed: true })).toBeInViewport();
  await driver.paint([
    [20, 20],
    [40, 20],
  ]);
  expect(await count(driver, 31)).toBeGreaterThan(0);
  await driver.stepTo(1);
});

test('undo goes back through classes and strokes, across pictures, to the picture of each', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.addPictures([plainFile(1), plainFile(2)]);
  const open = async () => (await driver.project()).pictures.find(({ isOpen }) => isOpen)?.name;
  const shows = (name: string) => expect.poll(open).toBe(name);
  const line = [
    [10, 20],
    [30, 20],
  ] as const;

  await page.keyboard.press('2');
  await driver.paint(line);
  const first = await driver.labels();
  await page.keyboard.press('n');
  await page.keyboard.press('PageDown');
  await shows('plain 2');
  await driver.paint(line);
  const second = await driver.labels();
  expect(second.classIds).toContain(2);
  await choose(page, 'Class 3', /^Merge into/, 'Object');
  expect((await driver.labels()).classIds).toEqual(first.classIds);
  await page.keyboard.press('PageUp');
  await shows('plain 1');

  // The merge touched the other picture alone; undoing a class edit leaves the person where they are.
  await page.keyboard.press('ControlOrMeta+z');
  expect(await names(driver)).toEqual(['Background', 'Object', 'Class 3']);
  expect(await open()).toBe('plain 1');
  // The stroke before was painted there.
  await page.keyboard.press('ControlOrMeta+z');
  await shows('plain 2');
  expect((await driver.status()).labeledPixels).toBe(0);
  await page.keyboard.press('ControlOrMeta+z');
  expect(await names(driver)).toEqual(['Background', 'Object']);
  await page.keyboard.press('ControlOrMeta+z');
  await shows('plain 1');
  expect((await driver.status()).labeledPixels).toBe(0);

  // The list of edits leads to any of them.
  await driver.button('History').click();
  const history = page.getByRole('dialog', { name: 'History' });
  await expect(history.getByRole('button')).toHaveCount(5);
  await history.getByRole('button', { name: /^Merge/ }).click();
  expect(await names(driver)).toEqual(['Background', 'Object']);
  await history.getByRole('button', { name: /^Add Class 3/ }).click();
  expect(await names(driver)).toEqual(['Background', 'Object', 'Class 3']);
  // The stroke that went last is of the other picture.
  await shows('plain 2');
  await closeDialog(page);
  await page.keyboard.press('PageUp');
  await shows('plain 1');
  expect(await driver.labels()).toEqual(first);
});

test('a guide names a class without strokes, then one without any along its border', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.addPictures([plainFile(1)]);
  const guide = page.getByText(/has no strokes yet|only in its middle/);
  await expect(guide).toHaveCount(0);
  await driver.setBrush(1);
  await driver.paint([
    [5, 5],
    [20, 5],
  ]);
  const [first = '', second = ''] = await names(driver);
  await expect(guide).toHaveText(`${second} has no strokes yet: the network cannot know it.`);
  await page.keyboard.press('2');
  await driver.paint([
    [5, 26],
    [20, 26],
  ]);
  await expect(guide).toHaveText(
    `${first} is painted only in its middle: a stroke along its border shows where it ends.`,
  );
  await driver.paint([
    [5, 8],
    [20, 8],
  ]);
  await expect(guide).toHaveCount(0);
  await driver.button('Undo').click();
  await expect(guide).toContainText('only in its middle');
});
