import { expect, type Page } from '@playwright/test';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { downloadOf } from '../../drivers/downloads.ts';
import { test } from '../../drivers/fixtures.ts';
import { labeledCount, PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { leaf, openName, thumbnail } from '../../drivers/pictureStrip.ts';
import { CAT, DOG, LAST, LINE, openProjectMenu } from '../../drivers/smallProject.ts';
import { besideThePage, recordOf, tamper } from '../../drivers/storedRecords.ts';

const EXAMPLE = 'example-coffee';

/** Opens the example, changes it and waits until that is stored. */
async function storeExample(driver: PageDriver): Promise<void> {
  await driver.open(WASM);
  await driver.clearAllLabels();
  await driver.paint(LINE);
  await driver.isSaved();
}

/** A stored project of two pictures, `cat` with labels and on the screen, and `dog` with labels. */
async function storeAnimals(driver: PageDriver) {
  await driver.open(WASM);
  await driver.addPictures([CAT, DOG]);
  await leaf(driver, 'PageDown', 'dog');
  await driver.paint(LINE);
  const dogLabels = await driver.labels();
  await leaf(driver, 'PageUp', 'cat');
  await driver.paint(LINE);
  await driver.isSaved();
  const { id, pictures } = await driver.project();
  const [cat, dog] = pictures.map((each) => each.id);
  if (cat === undefined || dog === undefined) throw new Error('There are two pictures.');
  return { id, cat, dog, dogLabels };
}

const message = (page: Page, text: string | RegExp) => page.getByRole('alert').filter({ hasText: text });

test('an example whose record is damaged, or a newer version’s, opens anew, and the record stays', async ({
  driver,
  page,
}) => {
  await storeExample(driver);
  await tamper(page, 'projects', EXAMPLE, { settings: 'none' });
  const damaged = await recordOf(page, 'projects', EXAMPLE);
  // It was open last, too.
  await driver.open(LAST);
  await expect(message(page, 'is damaged in storage and cannot be opened')).not.toHaveCount(0);
  await expect(message(page, 'Here is “Espresso” anew.')).toBeVisible();
  const anew = await driver.project();
  expect(anew).toMatchObject({ name: 'Espresso' });
  expect(anew.id).not.toBe(EXAMPLE);
  await driver.paint(LINE);
  await driver.isSaved();
  expect(await recordOf(page, 'projects', EXAMPLE)).toEqual(damaged);

  // From the list it is refused, and what is open stays open.
  await tamper(page, 'projects', EXAMPLE, { name: 7 });
  const menu = await openProjectMenu(page);
  await menu.getByRole('button', { name: /^Damaged project/ }).click();
  await expect(message(page, 'is damaged in storage and cannot be opened')).not.toHaveCount(0);
  expect((await driver.project()).id).toBe(anew.id);

  await tamper(page, 'projects', EXAMPLE, { version: 2, name: 'Espresso' });
  await driver.open(WASM);
  await expect(message(page, 'saved by a newer version of this page, and was kept as it is')).toBeVisible();
  expect((await driver.project()).name).toBe('Espresso');
  expect(await recordOf(page, 'projects', EXAMPLE)).toMatchObject({ version: 2 });
});

test('a project whose only picture does not fit its labels opens without showing it', async ({ driver, page }) => {
  await storeExample(driver);
  const state = (await recordOf(page, 'projects', EXAMPLE)) as { pictures: { width: number }[] };
  const pictures = state.pictures.map((each) => ({ ...each, width: each.width - 1 }));
  await tamper(page, 'projects', EXAMPLE, { pictures });
  await driver.open(LAST);
  await expect(message(page, 'it was not opened, and its labels were kept')).toBeVisible();
  expect(await driver.project()).toMatchObject({ id: EXAMPLE, pictures: [{ isOpen: false }] });
  // The page goes on.
  await driver.addPictures([CAT]);
});

test('a lost file takes its picture off the screen and its labels stay; a lost thumbnail is drawn again', {
  tag: '@long',
}, async ({ driver, page }) => {
  const { id, cat, dog, dogLabels } = await storeAnimals(driver);
  await page.goto('about:blank');
  await driver.open(LAST);
  const files = await page.evaluateHandle(
    async (key) => {
      const opening = indexedDB.open('unlabeled');
      await new Promise((resolve) => opening.addEventListener('success', resolve));
      const request = opening.result.transaction('files').objectStore('files').get(key);
      await new Promise((resolve) => request.addEventListener('success', resolve));
      opening.result.close();
      const file: Blob = request.result.file;
      return [...new Uint8Array(await file.arrayBuffer())];
    },
    [id, dog],
  );
  const dogBytes = await files.jsonValue();
  await tamper(page, 'files', [id, cat], { thumbnail: null });
  await tamper(page, 'files', [id, dog], null);

  await driver.open(LAST);
  await expect(message(page, 'The file of “dog” cannot be read from storage')).toBeVisible();
  expect((await driver.project()).pictures).toMatchObject([{ name: 'cat', isOpen: true }]);
  await expect
    .poll(() =>
      thumbnail(page, 'cat')
        .locator('img')
        .evaluate((image: HTMLImageElement) => image.naturalWidth),
    )
    .toBeGreaterThan(0);
  await expect
    .poll(async () => (await recordOf(page, 'files', [id, cat])) as object)
    .toMatchObject({ thumbnail: expect.stringMatching(/^[1-9]\d* bytes$/) });
  // Everything is saved anew, and what belongs to no picture is cleared away.
  await driver.paint(LINE, 6, 'right');
  await driver.isSaved();
  await page.evaluate(() => window.unlabeled?.openPicture('chelsea'));
  expect(await recordOf(page, 'planes', [id, dog])).not.toBeNull();
  expect(await recordOf(page, 'projects', id)).toMatchObject({ pictures: [{ name: 'cat' }, { name: 'dog' }] });

  await page.evaluate(
    async ([key, bytes]) => {
      const opening = indexedDB.open('unlabeled');
      await new Promise((resolve) => opening.addEventListener('success', resolve));
      const transaction = opening.result.transaction('files', 'readwrite');
      const file = new Blob([Uint8Array.from(bytes)], { type: 'image/png' });
      transaction.objectStore('files').put({ file, thumbnail: file }, [...key]);
      await new Promise((resolve) => transaction.addEventListener('complete', resolve));
      opening.result.close();
    },
    [[id, dog], dogBytes] as const,
  );
  await (await openProjectMenu(page)).getByRole('button', { name: /^My pictures/ }).click();
  await driver.isOpen('My pictures');
  await leaf(driver, 'PageDown', 'dog');
  expect(await driver.labels()).toEqual(dogLabels);
});

test('a project file opens with the pictures that can be shown, and keeps the others with their labels', async ({
  driver,
  page,
}) => {
  await storeAnimals(driver);
  const saved = await downloadOf(page, async () => {
    await (await openProjectMenu(page)).getByRole('button', { name: 'Save as file' }).click();
  });
  const entries = unzipSync(saved.bytes);
  const paths = Object.keys(entries).filter((path) => path.startsWith('pictures/'));
  const withJunk = (junk: readonly string[]) =>
    zipSync({ ...entries, ...Object.fromEntries(junk.map((path) => [path, strToU8('Dear diary')])) });
  const file = (bytes: Uint8Array) => ({ name: 'animals.zip', type: 'application/zip', bytes });
  const before = await driver.project();

  await driver.choose('Project file', [file(withJunk(paths))]);
  await expect(message(page, 'None of this project’s pictures can be opened in this browser')).toBeVisible();
  expect((await driver.project()).id).toBe(before.id);

  await driver.choose('Project file', [file(withJunk(paths.slice(0, 1)))]);
  await expect(message(page, '“cat” cannot be shown, its labels are kept')).toBeVisible();
  const opened = await driver.project();
  expect(opened.id).not.toBe(before.id);
  expect(opened.pictures.map(({ name, isOpen, labeledPixels }) => ({ name, isOpen, labeledPixels }))).toEqual(
    before.pictures.map(({ name, labeledPixels }) => ({ name, isOpen: name === 'dog', labeledPixels })),
  );
  // Stored and read again, too.
  await driver.isSaved();
  await driver.open(LAST);
  expect((await driver.project()).pictures).toHaveLength(2);
  expect(await openName(driver)).toBe('dog');
});

test('a newer page’s database is left alone: at the start, and when it comes under the open page', async ({
  context,
  driver,
  page,
  siteUrl,
}) => {
  await storeExample(driver);
  const beside = await besideThePage(context, siteUrl);
  const upgrade = (version: number) =>
    beside.evaluate(async (wanted) => {
      const opening = indexedDB.open('unlabeled', wanted);
      await new Promise((resolve) => opening.addEventListener('success', resolve));
      opening.result.close();
    }, version);
  const before = await recordOf(beside, 'projects', EXAMPLE);

  await upgrade(98);
  await driver.paint(LINE, 6, 'right');
  const painted = await driver.labels();
  await expect(message(page, 'A newer version of this page has taken over what is stored')).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Download the project' })).toBeVisible();
  expect((await driver.status()).saving).toBe('failed');
  expect(await driver.labels()).toEqual(painted);
  expect(await recordOf(beside, 'projects', EXAMPLE)).toEqual(before);

  page.on('dialog', (dialog) => void dialog.accept());
  await driver.open(WASM);
  await expect(message(page, 'A newer version of this page has taken over what is stored')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Reload' })).toBeVisible();
  await driver.paint(LINE);
  expect(labeledCount(await driver.labels())).toBeGreaterThan(0);
  expect(await recordOf(beside, 'projects', EXAMPLE)).toEqual(before);
});

test('a page that waits for an older tab says so, and goes on when that lets go', { tag: '@long' }, async ({
  context,
  driver,
  page,
  siteUrl,
}) => {
  await storeExample(driver);
  const labels = await driver.labels();
  await page.goto('about:blank');
  const older = await besideThePage(context, siteUrl);
  const hold = () =>
    older.evaluate(async () => {
      const opening = indexedDB.open('unlabeled');
      await new Promise((resolve) => opening.addEventListener('success', resolve));
      Object.assign(window, { held: opening.result });
    });
  await hold();
  // This page is newer from now on.
  await page.addInitScript(() => {
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (name, version) {
      return open.call(this, name, version === undefined ? undefined : version + 7);
    };
  });
  await driver.goTo(WASM);
  const waiting = page.getByText('Another tab with an older version of this page holds the stored projects');
  await expect(waiting).toBeVisible();
  await older.close();
  await driver.isReady();
  await expect(waiting).toHaveCount(0);
  expect(await driver.labels()).toEqual(labels);
});

// How each refusal is taken: `projectLock.test.ts`.
test('a browser that refuses locks opens and stores projects all the same', { tag: '@long' }, async ({
  driver,
  page,
}) => {
  await page.addInitScript(() => {
    LockManager.prototype.request = () => Promise.reject(new DOMException('No locks here.', 'SecurityError'));
  });
  await storeExample(driver);
  const labels = await driver.labels();
  await driver.open(LAST);
  expect(await driver.labels()).toEqual(labels);
});

test('after a project was deleted the first example is as it was left, and can be changed', async ({
  driver,
  page,
}) => {
  await storeExample(driver);
  const labels = await driver.labels();
  await driver.addPictures([CAT]);
  await driver.isSaved();
  const menu = await openProjectMenu(page);
  await menu.getByRole('button', { name: 'Delete My pictures' }).click();
  await menu.getByRole('button', { name: 'Delete', exact: true }).click();
  await driver.isOpen('Espresso');
  expect(await driver.labels()).toEqual(labels);
  await page.keyboard.press('Escape');
  await driver.paint(LINE, 6, 'right');
  await driver.isSaved();
});

test('what another tab left damaged stays to be looked at when that tab lets go', { tag: '@long' }, async ({
  context,
  driver,
  page,
  siteUrl,
}) => {
  await storeExample(driver);
  const labels = await driver.labels();
  const second = new PageDriver(await context.newPage(), siteUrl);
  await second.open(WASM);
  await expect(second.page.getByText(/open in another tab/).first()).toBeVisible();
  await tamper(page, 'projects', EXAMPLE, { settings: 'none' });
  await page.goto('about:blank');
  await expect(message(second.page, 'is damaged in storage and cannot be opened')).toBeVisible();
  expect(await second.labels()).toEqual(labels);
  // Nobody has it in another tab any more: whoever paints is told why they cannot.
  const dismissals = await second.page.getByRole('button', { name: 'Dismiss the message' }).all();
  for (const dismiss of dismissals.reverse()) await dismiss.click();
  await second.paint(LINE, 6, 'right');
  await expect(second.page.getByText('is damaged in storage and cannot be opened').first()).toBeVisible();
  expect(await second.labels()).toEqual(labels);
});
