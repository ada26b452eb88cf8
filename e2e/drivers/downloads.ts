import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';
import type { NamedFile } from './pageDriver.ts';

/** The file that the page downloads when `act` is done, as a person would choose it again. */
export async function downloadOf(page: Page, act: () => Promise<void>): Promise<NamedFile> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  const name = download.suggestedFilename();
  const type = name.endsWith('.zip') ? 'application/zip' : 'image/png';
  return { name, type, bytes: await bytesOf(download) };
}

export async function bytesOf(download: Download): Promise<Uint8Array> {
  return await readFile(await download.path());
}
