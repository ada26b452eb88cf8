import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { INSECURE_HOST, WITHOUT_GPU } from '../../../.config/browser/launchOptions.ts';
import { test as base } from '../../drivers/fixtures.ts';
import {
  isStoredAfter,
  type OpenPage,
  openStoragePage,
  paint,
  resumeProject,
  startProject,
  storagePages,
} from '../../drivers/storagePage.ts';

const test = base.extend<{ openPage: OpenPage }>(storagePages);

// What is written and read back, and what is damaged: `e2e/inMemory/storage/projectStorage.test.ts`.

test.beforeEach(async ({ page, siteUrl }) => {
  await openStoragePage(page, siteUrl);
});

test('one tab at a time has a project; a waiting one gets it when the first closes, a busy one all the same', async ({
  openPage,
  page,
}) => {
  const first = await openPage();
  await first.evaluate(async () => {
    if ((await window.acquireLock('p')) === null) throw new Error('The lock was taken.');
  });
  expect(await page.evaluate(() => window.acquireLock('p'))).toBeNull();
  expect(await page.evaluate(async () => (await window.acquireLock('q')) !== null)).toBe(true);
  const given = await page.evaluate(() =>
    window.waitForLock('p', AbortSignal.timeout(50)).catch((error) => error.name),
  );
  expect(given).toBe('TimeoutError');
  const waiting = page.evaluate(async () => {
    window.kept = {} as typeof window.kept;
    window.kept.lock = await window.waitForLock('p', new AbortController().signal);
    return 'granted';
  });
  await first.close();
  expect(await waiting).toBe('granted');
  const third = await openPage();
  expect(await third.evaluate(() => window.acquireLock('p'))).toBeNull();
  await page.evaluate(() => window.kept.lock?.release());
  await third.evaluate(async () => {
    await window.waitForLock('p', AbortSignal.timeout(5000));
  });

  // A free one is granted however long the page is busy meanwhile.
  const isGranted = await page.evaluate(async () => {
    const asked = window.acquireLock('busy');
    const begunMs = performance.now();
    while (performance.now() - begunMs < 1000);
    return (await asked) !== null;
  });
  expect(isGranted).toBe(true);
});

test('on a disk, labels outlive the browser, and a lost file costs only what was in it', async ({
  playwright,
  siteUrl,
}) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'profile-'));
  const launch = () => playwright.chromium.launchPersistentContext(folder, WITHOUT_GPU);
  const damage = (from: Page) =>
    from.evaluate(async () => {
      const loaded = await (await window.storage.openProjectStorage()).load('p');
      return loaded?.damage.map(({ kind, message }) => `${kind}: ${message}`);
    });
  let browser = await launch();
  let page = await browser.newPage();
  await openStoragePage(page, siteUrl);
  await startProject(page, 512);
  await paint(page, 4);
  await page.evaluate(() => window.kept.autosave.flush());
  await browser.close();
  browser = await launch();
  page = await browser.newPage();
  await openStoragePage(page, siteUrl);
  expect(await isStoredAfter(page, 4, 512)).toBe(true);
  await resumeProject(page, 512);
  await page.evaluate(async () => {
    const { storage, painting } = window.kept;
    // Noise, which does not compress.
    const noise = window.storage.clonePlanes(painting.planes);
    for (let i = 0; i < noise.classIds.length; i++) {
      noise.classIds[i] = Math.random() * 3;
      noise.strokeIds[i] = 1 + Math.random() * 60_000;
    }
    await storage.compact('p', 'cat', noise, 4);
    const indices = Array.from({ length: 60_000 }, (_, i) => 2 * i);
    const large = window.storage.encodePatch({
      width: 512,
      height: 512,
      starts: Uint32Array.from(indices),
      lengths: Uint32Array.from(indices, () => 1),
      classBefore: Uint8Array.from(indices, () => 255),
      classAfter: Uint8Array.from(indices, (i) => noise.classIds[i] ?? 0),
      strokeBefore: new Uint16Array(indices.length),
      strokeAfter: Uint16Array.from(indices, (i) => noise.strokeIds[i] ?? 1),
    });
    const entries = [
      { pictureId: 'cat', labelRevision: 5, patch: large },
      { pictureId: 'cat', labelRevision: 6, patch: painting.paint() },
    ];
    await storage.saveChanges('p', entries, null);
  });
  expect(await damage(page)).toEqual([]);
  await browser.close();
  // Chromium keeps large values, such as planes, in files beside its database.
  const files = await readdir(folder, { recursive: true });
  for (const name of files.filter((file) => file.endsWith('.blob'))) {
    await rm(path.join(folder, name), { recursive: true });
  }
  browser = await launch();
  page = await browser.newPage();
  await openStoragePage(page, siteUrl);
  expect(await damage(page)).toEqual([
    'damaged: The labels of “cat.png” were damaged in storage; 1 gesture could be kept.',
    'damaged: Labels of “cat.png” were damaged in storage: 1 gesture could not be read, all others were kept.',
  ]);
  await browser.close();
  await rm(folder, { recursive: true });
});

test('storing holds the page up for less than a frame at 1024 × 1024, and the room is told', async ({ page }) => {
  await startProject(page, 1024);
  const times = await page.evaluate(async () => {
    const { storage, painting } = window.kept;
    const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
    const patches: number[] = [];
    const snapshots: number[] = [];
    const loads: number[] = [];
    for (let i = 0; i < 11; i++) {
      const entry = { pictureId: 'cat', patch: painting.paint(), labelRevision: painting.labelRevision };
      let start = performance.now();
      const appended = storage.saveChanges('p', [entry], null);
      patches.push(performance.now() - start);
      await appended;
      start = performance.now();
      const planes = window.storage.clonePlanes(painting.planes);
      const compacted = storage.compact('p', 'cat', planes, painting.labelRevision);
      snapshots.push(performance.now() - start);
      await compacted;
      start = performance.now();
      await storage.load('p');
      loads.push(performance.now() - start);
    }
    return { patchMs: median(patches), snapshotMs: median(snapshots), loadMs: median(loads) };
  });
  test.info().annotations.push({ type: 'median', description: JSON.stringify(times) });
  expect(times.patchMs).toBeLessThan(16);
  expect(times.snapshotMs).toBeLessThan(16);

  // The room is told, in bytes.
  const estimate = await page.evaluate(() => window.storage.storageEstimate());
  expect(estimate?.quotaBytes).toBeGreaterThan(estimate?.usedBytes ?? Number.POSITIVE_INFINITY);
  expect(typeof (await page.evaluate(() => window.storage.requestPersistence()))).toBe('boolean');
});

test.describe('over plain http', () => {
  test.use({ host: INSECURE_HOST });

  test('projects are stored all the same, and locks are always granted', async ({ page }) => {
    await startProject(page);
    await paint(page, 2);
    await page.evaluate(() => window.kept.autosave.flush());
    expect(await isStoredAfter(page, 2)).toBe(true);
    const granted = await page.evaluate(async () => {
      const first = await window.acquireLock('p');
      const second = await window.waitForLock('p', new AbortController().signal);
      return [first !== null, typeof second.release];
    });
    expect(granted).toEqual([true, 'function']);
    expect(await page.evaluate(() => window.storage.requestPersistence())).toBe(false);
    expect(await page.evaluate(() => window.storage.storageEstimate())).toBeNull();
  });
});
