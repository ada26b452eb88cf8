import { expect, type Locator, type Page, test } from '@playwright/test';
import type { PageDriver } from './pageDriver.ts';

export interface Hands {
  readonly driver: PageDriver;
  readonly page: Page;
  /** The one button of this name that is pressed. */
  pressed(name: string): Locator;
}

/** Checks a command: `perform` does it, by a key or by name. It may be checked several times in a row. */
export type Check = (perform: () => Promise<void>, hands: Hands) => Promise<void>;

/** A command as the page lists it. */
interface Listed {
  readonly group: string;
  readonly label: string;
  /** As written on the keyboard. */
  readonly keys: readonly string[];
}

const KEY_CODES: Readonly<Record<string, string>> = {
  '+': 'Equal',
  '−': 'Minus',
  '[': 'BracketLeft',
  ']': 'BracketRight',
  Esc: 'Escape',
  '⌫': 'Backspace',
  'Page ↓': 'PageDown',
  'Page ↑': 'PageUp',
  '?': 'Shift+?',
};

/** A key as the sheet shows it, for Playwright. */
function playwrightKey(shown: string): string {
  const named = KEY_CODES[shown];
  if (named !== undefined) return named;
  const key = shown.replace('Ctrl', 'Control').replace('⌘', 'Meta+').replace('⇧', 'Shift+');
  return key.includes('Shift') ? key : key.replace(/[A-Z]$/, (letter) => letter.toLowerCase());
}

/** Closes the dialog or popover that is open, and waits until the keyboard is the page's again. */
export async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog, [popover][role=dialog]')).toHaveCount(0);
}

/** The commands of the sheet and those of the palette that it leaves out. */
async function listCommands(page: Page): Promise<Listed[]> {
  await page.keyboard.press('Shift+?');
  const sheet = await page.getByRole('dialog', { name: /^Keyboard shortcuts/ }).evaluate((dialog) =>
    [...dialog.querySelectorAll('section')].flatMap((section) =>
      [...section.querySelectorAll('dl > div')].map((row) => ({
        group: section.querySelector('h3')?.textContent ?? '',
        label: row.querySelector('dd')?.textContent ?? '',
        keys: [...row.querySelectorAll('kbd')].map((key) => key.textContent ?? ''),
      })),
    ),
  );
  await closeDialog(page);
  await page.keyboard.press('ControlOrMeta+k');
  const palette = await page.getByRole('listbox', { name: 'Commands' }).evaluate((list) =>
    [...list.querySelectorAll('[role=option]')].map((option) => {
      const [label, group] = [...option.children];
      return { group: group?.textContent ?? '', label: label?.firstChild?.textContent ?? '', keys: [] };
    }),
  );
  await closeDialog(page);
  const missing = palette.filter(({ label }) => !sheet.some((row) => row.label === label));
  return [...sheet, ...missing.filter(({ label }) => !label.startsWith('Paint with '))];
}

/**
 * Performs every command of a group, as the page's shortcut sheet and palette list them, and checks what it does: by
 * each of its keys, or from the palette where it has none. No command may lack a check, no check a command.
 */
export async function checkGroup(
  group: string,
  checks: Readonly<Record<string, Check>>,
  driver: PageDriver,
): Promise<void> {
  const { page } = driver;
  // The browser has to know long before a key is pressed that it is not to show a file dialog itself.
  page.on('filechooser', () => undefined);
  const hands = {
    driver,
    page,
    pressed: (name: string) => page.getByRole('button', { name, exact: true, pressed: true }),
  };
  const commands = (await listCommands(page)).filter((command) => command.group === group);
  expect(commands.map(({ label }) => label).toSorted()).toEqual(Object.keys(checks).toSorted());
  for (const { label, keys } of commands) {
    const ways = keys.map((key) => () => page.keyboard.press(playwrightKey(key)));
    for (const perform of ways.length > 0 ? ways : [() => driver.perform(label)]) {
      await test.step(label, () => checks[label]?.(perform, hands));
    }
  }
}

/** Performed twice, it presses a button and releases it. */
export const togglesButton =
  (name: string): Check =>
  async (perform, { pressed }) => {
    await perform();
    await expect(pressed(name)).toBeVisible();
    await perform();
    await expect(pressed(name)).toHaveCount(0);
  };

/** It opens a dialog, which Escape closes. */
export const opensDialog =
  (name: string | RegExp): Check =>
  async (perform, { page }) => {
    await perform();
    await expect(page.getByRole('dialog', { name })).toBeVisible();
    await closeDialog(page);
  };

/** It opens a file dialog. */
export const asksForFile =
  (isMultiple: boolean): Check =>
  async (perform, { page }) => {
    const asked = page.waitForEvent('filechooser');
    await perform();
    expect((await asked).isMultiple()).toBe(isMultiple);
  };
