import { expect, type Page } from '@playwright/test';
import type { PageDriver } from './pageDriver.ts';
import { plainFile } from './pictures.ts';

export const pictures = async (driver: PageDriver) => (await driver.project()).pictures;
export const names = async (driver: PageDriver) => (await pictures(driver)).map(({ name }) => name);
export const openName = async (driver: PageDriver) => (await pictures(driver)).find(({ isOpen }) => isOpen)?.name;
export const strip = (page: Page) => page.getByRole('list', { name: 'Pictures of this project' });
export const thumbnail = (page: Page, name: string) =>
  strip(page).getByRole('button', { name: new RegExp(`^${name}: `) });

export async function addPlain(driver: PageDriver, ...numbers: number[]): Promise<void> {
  await driver.addPictures(numbers.map((number) => plainFile(number)));
}

/** Leafs to a picture with a key. */
export async function leaf(driver: PageDriver, key: string, name: string): Promise<void> {
  await driver.page.keyboard.press(key);
  await expect.poll(() => openName(driver)).toBe(name);
  await driver.isReady();
}

/** Opens the options of a picture of the strip. */
export async function options(page: Page, name: string) {
  await thumbnail(page, name).hover();
  await page.getByRole('button', { name: `Options of ${name}`, exact: true }).click();
  return page.getByRole('dialog', { name, exact: true });
}
