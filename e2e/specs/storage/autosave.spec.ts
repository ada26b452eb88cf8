import { expect } from '@playwright/test';
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

// Journals, retries and what waits for what: `e2e/inMemory/storage/autosave.test.ts`.

const SENTENCE = /^[A-Z“].*\w.*\.$/;

const test = base.extend<{ openPage: OpenPage }>(storagePages);

test.beforeEach(async ({ page, siteUrl }) => {
  await openStoragePage(page, siteUrl);
});

test('what was painted a moment before a tab crashes is there in the next one', async ({ openPage, page }) => {
  const doomed = await openPage();
  await startProject(doomed);
  await paint(doomed, 5);
  // A timer that is set later and no shorter: the autosave's own has fired.
  await doomed.evaluate(() => new Promise((resolve) => setTimeout(resolve, 250)));
  const session = await doomed.context().newCDPSession(doomed);
  const crashed = doomed.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  expect(await isStoredAfter(page, 5)).toBe(true);
});

test('a stroke right before a reload or a closed tab is stored', async ({ openPage, page, siteUrl }) => {
  await startProject(page);
  await paint(page, 3);
  // A navigation of the test's own must not run into the page's.
  const reloaded = page.waitForEvent('load');
  await page.evaluate(() => {
    const { autosave, painting } = window.kept;
    const bytes = painting.paint();
    autosave.patch('p', 'cat', painting.labelRevision, () => painting.planes, bytes);
    autosave.state('p', () => ({ ...window.storage.stateOf('p', ['cat']), name: 'Renamed' }));
    location.reload();
  });
  await reloaded;
  await openStoragePage(page, siteUrl);
  expect(await isStoredAfter(page, 4)).toBe(true);
  const name = await page.evaluate(
    async () => (await (await window.storage.openProjectStorage()).load('p'))?.state.name,
  );
  expect(name).toBe('Renamed');

  const closing = await openPage();
  await resumeProject(closing);
  await paint(closing, 1);
  await closing.close({ runBeforeUnload: true });
  await expect.poll(() => isStoredAfter(page, 5)).toBe(true);
});

test('a full disk is told once, and nothing is lost when there is room again', async ({ page, siteUrl }) => {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(siteUrl);
  const told = () => page.evaluate(() => window.kept.told);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2 ** 21 });
  await startProject(page, 256);
  await page.evaluate(async () => {
    // Noise, which does not compress; a patch is longer than the last of it.
    const noise = crypto.getRandomValues(new Uint8Array(2 ** 16));
    for (let byteLength = noise.length, i = 0; byteLength >= 16; i++) {
      const isFull = await window.writeRaw('learners', noise.slice(0, byteLength), `filler-${i}`).then(
        () => false,
        () => true,
      );
      if (isFull) byteLength /= 2;
    }
  });
  await paint(page, 1);
  await expect.poll(told).toEqual(['full']);
  await paint(page, 2);
  await page.evaluate(() => window.kept.autosave.flush());
  expect(await told()).toEqual(['full']);
  expect(await page.evaluate(() => window.kept.autosave.hasUnsaved)).toBe(true);
  const refused = await page.evaluate(async () => {
    const planes = window.storage.createPlanes(256, 256);
    const { storage } = window.kept;
    const state = window.storage.stateOf('p', ['cat', 'dog'], 256);
    const message = await storage
      .addPicture(state, window.storage.newPicture('dog', planes))
      .catch((error) => error.message);
    return { message, pictures: (await storage.load('p'))?.state.pictures.length };
  });
  expect(refused.message).toMatch(SENTENCE);
  expect(refused.pictures).toBe(1);
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  // By itself: nobody paints.
  await expect.poll(told).toEqual(['full', 'saved']);
  expect(await page.evaluate(() => window.kept.autosave.hasUnsaved)).toBe(false);
  expect(await isStoredAfter(page, 3, 256)).toBe(true);
});

test('a database that the browser closes is opened again', async ({ page, siteUrl }) => {
  await startProject(page);
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: new URL(siteUrl).origin, storageTypes: 'indexeddb' });
  await page.evaluate(() => {
    window.kept.autosave.state('p', () => window.storage.stateOf('p', []));
    return window.kept.autosave.flush();
  });
  expect(await page.evaluate(() => window.kept.told)).toEqual(['saved']);
  expect(await page.evaluate(async () => (await window.kept.storage.list()).length)).toBe(1);
});
