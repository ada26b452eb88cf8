import { type Download, expect, type Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { bytesOf, downloadOf } from '../../drivers/downloads.ts';
import { test } from '../../drivers/fixtures.ts';
import { labeledCount, WASM } from '../../drivers/pageDriver.ts';
import { CAT, DOG, LAST, LINE, OTHER_LINE, openProjectMenu, projectMenu } from '../../drivers/smallProject.ts';

const QUOTA_BYTES = 2 ** 21;

/** A picture for which there is no room: what follows a PNG's end is not looked at. */
const LARGE = {
  ...DOG,
  name: 'large.png',
  bytes: Buffer.concat([DOG.bytes, Buffer.alloc(4 * QUOTA_BYTES, 'noise')]),
};

const rowOf = (page: Page, name: string) =>
  projectMenu(page)
    .getByRole('listitem')
    .filter({ hasText: `${name}1 picture` });

/** Limits the room for the site, until the returned function is called. */
async function limitQuota(page: Page, siteUrl: string): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(siteUrl);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: QUOTA_BYTES });
  return async () => {
    await session.send('Storage.overrideQuotaForOrigin', { origin });
  };
}

/** Keys of all that is stored of a project, store by store. */
function storedKeys(page: Page, projectId: string): Promise<Record<string, string[]>> {
  return page.evaluate(async (id) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('unlabeled');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const keys: Record<string, string[]> = {};
    for (const store of database.objectStoreNames) {
      const all = await new Promise<IDBValidKey[]>((resolve, reject) => {
        const request = database.transaction(store).objectStore(store).getAllKeys();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const ofProject = all.map(String).filter((key) => key.split(',')[0] === id);
      if (ofProject.length > 0) keys[store] = ofProject;
    }
    database.close();
    return keys;
  }, projectId);
}

test('a project for which there is no room stays in the page, and is stored once there is', async ({
  driver,
  page,
  siteUrl,
}) => {
  await driver.open(WASM);
  const liftQuota = await limitQuota(page, siteUrl);
  await driver.addPictures([LARGE]);
  await driver.paint(LINE);
  await driver.paint(OTHER_LINE);
  await expect(driver.button('Not saved')).toBeVisible();
  const labels = await driver.labels();
  const { id } = await driver.project();

  // Another project comes in its place: it is told, with a download.
  await openProjectMenu(page);
  await projectMenu(page)
    .getByRole('button', { name: /^Coastlines from space/ })
    .click();
  await driver.isOpen('Coastlines from space');
  const alert = page.getByRole('alert').filter({ hasText: '“My pictures” is not stored' });
  const file = await downloadOf(page, () => alert.getByRole('button', { name: 'Download the project' }).click());
  const entries = unzipSync(file.bytes);
  expect(entries['pictures/1-large.png']?.length).toBe(LARGE.bytes.length);
  // Nothing half is left behind.
  expect(await storedKeys(page, id)).toEqual({});

  // What is open is stored, and says so.
  await driver.paint(LINE);
  await driver.isSaved();
  // It is in the list, and comes back from there as it was left.
  await openProjectMenu(page);
  await expect(rowOf(page, 'My pictures')).toContainText('not saved');
  await expect(rowOf(page, 'Coastlines from space')).not.toContainText('not saved');
  await rowOf(page, 'My pictures')
    .getByRole('button', { name: /^My pictures/ })
    .click();
  await driver.isOpen('My pictures');
  expect(await driver.labels()).toEqual(labels);
  await driver.paint([
    [30, 5],
    [30, 35],
  ]);
  const more = await driver.labels();
  await expect(driver.button('Not saved')).toBeVisible();

  // Whoever closes the page is asked.
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();

  // Out of sight again, it is stored by itself when there is room.
  await openProjectMenu(page);
  await projectMenu(page)
    .getByRole('button', { name: /^Texture mosaic/ })
    .click();
  await driver.isOpen('Texture mosaic');
  await liftQuota();
  await expect(page.getByText('“My pictures” is stored in this browser now.')).toBeVisible();
  await openProjectMenu(page);
  await expect(rowOf(page, 'My pictures')).toBeVisible();
  await expect(rowOf(page, 'My pictures')).not.toContainText('not saved');

  // Nobody is asked now, and it is all there.
  let questions = 0;
  page.on('dialog', (question) => {
    questions++;
    void question.accept();
  });
  await driver.open(LAST);
  expect(questions).toBe(0);
  await openProjectMenu(page);
  await rowOf(page, 'My pictures')
    .getByRole('button', { name: /^My pictures/ })
    .click();
  await driver.isOpen('My pictures');
  expect(await driver.labels()).toEqual(more);
});

test('a picture for which there is no room takes nothing with it', { tag: '@long' }, async ({
  driver,
  page,
  siteUrl,
}) => {
  await driver.open(WASM);
  const liftQuota = await limitQuota(page, siteUrl);
  await driver.addPictures([CAT]);
  await driver.isSaved();
  const { id } = await driver.project();
  await driver.addPictures([LARGE]);
  await driver.paint(LINE);
  const ofLarge = await driver.labels();
  await expect(driver.button('Not saved')).toBeVisible();
  const [cat] = (await driver.project()).pictures;
  await page.keyboard.press('PageUp');
  await expect.poll(async () => (await driver.project()).pictures[0]?.isOpen).toBe(true);
  await driver.isReady();
  await driver.paint(OTHER_LINE);
  const ofCat = await driver.labels();
  await expect(driver.button('Not saved')).toBeVisible();

  // Whether the browser finds room for the strokes or not: nothing is stored of the picture that is not.
  const { files, planes, journal = [] } = await storedKeys(page, id);
  expect({ files, planes }).toEqual({ files: [`${id},${cat?.id}`], planes: [`${id},${cat?.id}`] });
  expect(journal.filter((key) => !key.startsWith(`${id},${cat?.id},`))).toEqual([]);
  const named = await page.evaluate(
    (projectId) =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('unlabeled');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const request = opening.result.transaction('projects').objectStore('projects').get(projectId);
          request.onerror = () => reject(request.error);
          request.onsuccess = () => {
            opening.result.close();
            resolve(request.result.pictures.map(({ name }: { name: string }) => name));
          };
        };
      }),
    id,
  );
  expect(named).toEqual(['cat']);

  await liftQuota();
  await driver.isSaved();
  await driver.open(LAST);
  await driver.isOpen('My pictures');
  expect((await driver.project()).pictures.map(({ name }) => name)).toEqual(['cat', 'large']);
  expect(await driver.labels()).toEqual(ofCat);
  await page.keyboard.press('PageDown');
  await expect.poll(async () => (await driver.project()).pictures[1]?.isOpen).toBe(true);
  await driver.isReady();
  expect(await driver.labels()).toEqual(ofLarge);
});

test('all projects can be downloaded, those that are not saved too; deleting one makes room', { tag: '@long' }, async ({
  driver,
  page,
  siteUrl,
}) => {
  await driver.open(WASM);
  await limitQuota(page, siteUrl);
  await driver.paint(LINE);
  await driver.isSaved();
  await driver.addPictures([LARGE]);
  await driver.paint(OTHER_LINE);
  const labels = await driver.labels();
  await expect(driver.button('Not saved')).toBeVisible();
  await openProjectMenu(page);
  await projectMenu(page).getByRole('button', { name: 'New', exact: true }).click();
  await driver.isOpen('New project');

  const downloads: Download[] = [];
  page.on('download', (download) => downloads.push(download));
  await driver.perform('Download all projects');
  await expect(page.getByText('2 projects were downloaded, a file each.')).toBeVisible();
  await expect.poll(() => downloads.length).toBe(2);
  expect(downloads.map((download) => download.suggestedFilename()).sort()).toEqual(['Espresso.zip', 'My-pictures.zip']);
  const files = await Promise.all(downloads.map(bytesOf));
  for (const bytes of files) {
    const { 'manifest.json': manifest = new Uint8Array() } = unzipSync(bytes);
    expect(JSON.parse(strFromU8(manifest))).toMatchObject({ state: { pictures: [{}] } });
  }
  const mine = files[downloads.findIndex((download) => download.suggestedFilename() === 'My-pictures.zip')];

  await openProjectMenu(page);
  await projectMenu(page).getByRole('button', { name: 'Delete My pictures' }).click();
  await projectMenu(page).getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(rowOf(page, 'My pictures')).toHaveCount(0);
  await page.keyboard.press('Escape');

  await driver.choose('Project file', [{ name: 'mine.zip', type: 'application/zip', bytes: mine ?? new Uint8Array() }]);
  await driver.isOpen('My pictures');
  expect(labeledCount(await driver.labels())).toBe(labeledCount(labels));
});
