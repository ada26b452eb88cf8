import { expect, type Locator } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { plainFile } from '../../drivers/pictures.ts';

interface Menu {
  /** The button that opens it. */
  readonly opener: string | RegExp;
  readonly name: string | RegExp;
  /** A button that is there once all others are. */
  readonly latest?: string;
}

/** Whatever opens as a menu does. */
const MENUS: readonly Menu[] = [
  { opener: /^Project/, name: 'Projects', latest: 'Download all projects' },
  { opener: 'Lessons', name: 'Lessons' },
  { opener: 'History', name: 'History' },
  { opener: 'Layers', name: 'Layers' },
  { opener: 'Strokes', name: 'Strokes' },
  { opener: 'Classes for…', name: 'Classes for…' },
  { opener: /^More about/, name: /^Class / },
  { opener: 'Other ways to add pictures', name: 'Add pictures' },
  { opener: 'Options of plain 1', name: 'plain 1' },
];

const STOPS = 'button:enabled, input[type=checkbox]:enabled';

async function openByKeyboard({ page }: PageDriver, { opener, name }: Menu): Promise<Locator> {
  const exact = typeof opener === 'string';
  await page.getByRole('button', { name: opener, exact }).first().focus();
  await page.keyboard.press('Enter');
  const menu = page.getByRole('dialog', { name, exact: typeof name === 'string' });
  await expect(menu).toBeVisible();
  return menu;
}

test('arrow keys, Home and End lead through every menu, round its ends, and Escape back to its button', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await test.step('in a list of things to do a letter leads to what begins with it, and is no shortcut', async () => {
    const placeOfSpoon = async () => (await driver.project()).classes.findIndex(({ name }) => name === 'Spoon');
    const before = await placeOfSpoon();
    const menu = await openByKeyboard(driver, { opener: /^More about Spoon/, name: 'Class Spoon' });
    await page.keyboard.press('h');
    await expect(menu.getByRole('button', { name: 'Hide' })).toBeFocused();
    // Two things begin with it: it goes from one to the other.
    await page.keyboard.press('m');
    await expect(menu.getByRole('button', { name: 'Merge into…' })).toBeFocused();
    await page.keyboard.press('m');
    await expect(menu.getByRole('button', { name: 'Move up' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(menu).toHaveCount(0);
    expect(await placeOfSpoon()).toBe(before - 1);
  });

  await driver.addPictures([plainFile(1), plainFile(2)]);
  await driver.paint([
    [5, 3],
    [50, 3],
  ]);
  await driver.isSaved();
  for (const menu of MENUS) {
    await test.step(String(menu.name), async () => {
      const popover = await openByKeyboard(driver, menu);
      if (menu.latest !== undefined) await expect(popover.getByRole('button', { name: menu.latest })).toBeVisible();
      const stops = popover.locator(STOPS).filter({ visible: true });
      const count = await stops.count();
      expect(count).toBeGreaterThan(0);
      await page.keyboard.press('End');
      await expect(stops.nth(count - 1)).toBeFocused();
      await page.keyboard.press('ArrowDown');
      await expect(stops.nth(0)).toBeFocused();
      await page.keyboard.press('ArrowUp');
      await expect(stops.nth(count - 1)).toBeFocused();
      await page.keyboard.press('Home');
      await expect(stops.nth(0)).toBeFocused();
      for (let place = 1; place < count; place++) {
        await page.keyboard.press('ArrowDown');
        await expect(stops.nth(place)).toBeFocused();
      }
      await page.keyboard.press('Escape');
      await expect(popover).toHaveCount(0);
    });
  }

  await test.step('what has arrow keys of its own keeps them', async () => {
    const menu = await openByKeyboard(driver, { opener: 'Options of plain 1', name: 'plain 1' });
    await expect(menu.getByRole('radio').first()).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(menu.getByRole('radio').nth(1)).toBeChecked();
    await page.keyboard.press('Home');
    await expect(menu.getByRole('checkbox', { name: 'Done' })).toBeFocused();
    await menu.getByRole('textbox').focus();
    await page.keyboard.press('Home');
    await expect(menu.getByRole('textbox')).toBeFocused();
  });
});
