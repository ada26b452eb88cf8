import { expect, type Locator, type Page } from '@playwright/test';
import { type NamedFile, type Point, TINY } from './pageDriver.ts';
import { encodePng } from './png.ts';

/** An address that names no picture: the page opens what was open last. */
export const LAST = { ...TINY, backend: 'wasm' } as const;

/** Strokes on the picture that a new visitor sees, or on {@link CAT}. */
export const LINE: readonly Point[] = [
  [5, 3],
  [58, 30],
];
export const OTHER_LINE: readonly Point[] = [
  [10, 30],
  [50, 6],
];

/** A person's own picture of 64 × 40 pixels, as blue as it is told to be (0 to 255). */
function smallPicture(name: string, blue: number): NamedFile {
  return { name, type: 'image/png', bytes: encodePng(64, 40, (x, y) => [4 * x, 6 * y, blue]) };
}

export const CAT = smallPicture('cat.png', 60);
export const DOG = smallPicture('dog.png', 200);

export const projectMenu = (page: Page): Locator => page.getByRole('dialog', { name: 'Projects' });

export async function openProjectMenu(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: /^Project: / }).click();
  await expect(projectMenu(page)).toBeVisible();
  return projectMenu(page);
}

/** As a person clears a site's data, or a browser whose disk is full. */
export async function clearSiteData(page: Page, siteUrl: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: new URL(siteUrl).origin, storageTypes: 'all' });
}
