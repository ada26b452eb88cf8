import { expect, type Page } from '@playwright/test';
import { closeDialog } from '../../drivers/commandChecks.ts';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, UNLABELED, WASM } from '../../drivers/pageDriver.ts';
import { plainFile } from '../../drivers/pictures.ts';

const CERAMIC = 1;
const COFFEE = 3;
const AT_FIRST = ['Table', 'Ceramic', 'Porcelain', 'Coffee', 'Spoon'];

// What of it is the workbench's and not the screen's: `e2e/inMemory/labeling/classes.test.ts`.

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

test('a class’s menu does what it says, and so do the question about its labels, the history and the presets', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const before = await driver.labels();
  const undo = () => page.keyboard.press('ControlOrMeta+z');

  await test.step('it renames; a name that was left with Escape is none', async () => {
    await choose(page, 'Coffee', 'Rename');
    await page.getByRole('textbox', { name: 'New name of Coffee' }).fill('  Crema  ');
    await page.keyboard.press('Enter');
    for (const [typed, key] of [
      ['   ', 'Enter'],
      ['Tea', 'Escape'],
    ] as const) {
      await choose(page, 'Crema', 'Rename');
      await page.getByRole('textbox', { name: 'New name of Crema' }).fill(typed);
      await page.keyboard.press(key);
      expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Crema', 'Spoon']);
    }
  });

  await test.step('it moves, and keys follow the list', async () => {
    await choose(page, 'Crema', 'Move up');
    expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Crema', 'Porcelain', 'Spoon']);
    await choose(page, 'Table', 'Move down');
    expect(await names(driver)).toEqual(['Ceramic', 'Table', 'Crema', 'Porcelain', 'Spoon']);
    await openMenu(page, 'Ceramic');
    await expect(driver.button('Move up')).toBeDisabled();
    await closeDialog(page);
    await page.keyboard.press('1');
    await expect(page.getByRole('button', { name: 'Ceramic', exact: true, pressed: true })).toBeVisible();
  });

  await test.step('it locks and hides', async () => {
    await choose(page, 'Spoon', 'Lock its pixels');
    await openMenu(page, 'Spoon');
    for (const item of ['Remove', 'Clear its pixels here']) await expect(driver.button(item)).toBeDisabled();
    await driver.button('Unlock').click();
    await expect(page.getByRole('button', { name: 'Lock Spoon', exact: true, pressed: false })).toHaveCount(1);
    await choose(page, 'Ceramic', 'Hide');
    await expect(page.getByRole('button', { name: 'Hide Ceramic', exact: true, pressed: true })).toHaveCount(1);
    await choose(page, 'Ceramic', 'Show');
    await expect(page.getByRole('button', { name: 'Hide Ceramic', exact: true, pressed: true })).toHaveCount(0);
  });

  await test.step('it fills, clears and merges', async () => {
    await choose(page, 'Crema', 'Fill the rest with it');
    expect(await count(driver, UNLABELED)).toBe(0);
    await choose(page, 'Crema', 'Clear its pixels here');
    expect(await count(driver, COFFEE)).toBe(0);
    await undo();
    await undo();
    await choose(page, 'Crema', /^Merge into/, 'Table');
    expect(await names(driver)).toEqual(['Ceramic', 'Table', 'Porcelain', 'Spoon']);
    expect(await count(driver, COFFEE)).toBe(0);
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    expect(await driver.labels()).toEqual(before);
  });

  await test.step('removing one with labels asks what becomes of them', async () => {
    const ceramic = await count(driver, CERAMIC);
    const dialog = page.getByRole('dialog', { name: 'Remove “Ceramic”' });
    await choose(page, 'Ceramic', 'Remove');
    await expect(dialog).toContainText(`${ceramic} labeled pixels are Ceramic`);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await driver.labels()).toEqual(before);

    await choose(page, 'Ceramic', 'Remove');
    await dialog.getByRole('radio', { name: 'They become another class' }).check();
    await dialog.getByRole('combobox').selectOption('Crema');
    await dialog.getByRole('button', { name: 'Merge' }).click();
    expect((await driver.labels()).classIds).toEqual(before.classIds.map((id) => (id === CERAMIC ? COFFEE : id)));
    await undo();
    expect(await driver.labels()).toEqual(before);

    await choose(page, 'Ceramic', 'Remove');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    expect(await names(driver)).not.toContain('Ceramic');
    expect(await count(driver, CERAMIC)).toBe(0);
  });

  await test.step('the list of edits leads to any of them', async () => {
    await driver.button('History').click();
    const history = page.getByRole('dialog', { name: 'History' });
    // Renamed, moved twice and removed.
    await expect(history.getByRole('button')).toHaveCount(5);
    await history.getByRole('button', { name: /^Rename/ }).click();
    expect(await names(driver)).toEqual(['Table', 'Ceramic', 'Porcelain', 'Crema', 'Spoon']);
    await history.getByRole('button', { name: /^Before the first edit/ }).click();
    expect(await names(driver)).toEqual(AT_FIRST);
    expect(await driver.labels()).toEqual(before);
    await closeDialog(page);
  });

  await test.step('a preset’s classes come', async () => {
    await driver.addPictures([plainFile(1)]);
    await driver.button('Classes for…').click();
    await page.getByRole('dialog', { name: 'Classes for…' }).getByRole('button', { name: 'remote sensing' }).click();
    expect(await names(driver)).toEqual(expect.arrayContaining(['Water', 'Forest', 'Cropland']));
    await undo();
    expect(await names(driver)).toEqual(['Background', 'Object']);
  });

  await test.step('a guide names a class without strokes; such a class goes at once, the last one not at all', async () => {
    await driver.click([20, 20]);
    await expect(page.getByText('Object has no strokes yet: the network cannot know it.')).toBeVisible();
    await choose(page, 'Object', 'Remove');
    await expect.poll(() => names(driver)).toEqual(['Background']);
    await openMenu(page, 'Background');
    await expect(driver.button('Remove')).toBeDisabled();
    await closeDialog(page);
    await driver.perform('Remove the chosen class, or make it another one');
    await expect(page.getByRole('status').filter({ hasText: 'The last class cannot be removed' })).toBeVisible();
  });
});

test('classes are dragged and moved with Alt and the arrow keys, and a long list keeps in view what counts', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const labels = await driver.labels();

  await test.step('dragging a class puts it elsewhere in the list', async () => {
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
    expect(await names(driver)).toEqual(AT_FIRST);
  });

  await test.step('Alt and the arrow keys move the focused class, which keeps the focus and tells its place', async () => {
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

  await test.step('a class that is moved through a long list stays in view', async () => {
    for (let classes = 5; classes < 20; classes++) await page.keyboard.press('n');
    const table = page.getByRole('button', { name: 'Table', exact: true });
    await table.focus();
    for (let place = 1; place < 20; place++) {
      await page.keyboard.press('Alt+ArrowDown');
      await expect(table).toBeInViewport({ ratio: 1 });
    }
    expect((await names(driver)).at(-1)).toBe('Table');
    await expect(table).toBeFocused();
    // Of a row that has the focus the list keeps in view that one.
    await table.blur();
  });

  await test.step('with 32 classes, which are all that there can be, the newest and Train are in sight', async () => {
    for (let classes = 20; classes < 33; classes++) await page.keyboard.press('n');
    await expect(page.getByRole('status').filter({ hasText: '32 classes at most' })).toBeVisible();
    expect(await names(driver)).toHaveLength(32);
    await expect(driver.button('Train')).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('button', { name: 'Class 32', exact: true, pressed: true })).toBeInViewport();
  });
});
