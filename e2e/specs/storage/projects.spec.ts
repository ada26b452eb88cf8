import { expect, type Locator, type Page } from '@playwright/test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { downloadOf } from '../../drivers/downloads.ts';
import { test } from '../../drivers/fixtures.ts';
import { labeledCount, PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { CAT, DOG, LAST, LINE, OTHER_LINE, openProjectMenu, projectMenu } from '../../drivers/smallProject.ts';

/** One sentence for a person. */
const SENTENCE = /^[A-Z“][^.!]*\w[^.!]*\.$/;

/** A stored project's button in the menu. */
const stored = (menu: Locator, name: string, pictures = '1 picture') =>
  menu.getByRole('listitem').filter({ hasText: `${name}${pictures}` });

async function rename(page: Page, name: string): Promise<void> {
  const field = (await openProjectMenu(page)).getByRole('textbox', { name: 'Project name' });
  await field.fill(name);
  await field.press('Enter');
  await expect(page.getByRole('button', { name: `Project: ${name}` })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(projectMenu(page)).toHaveCount(0);
}

/** What a person has made: all that a stored or saved project must give back. */
async function workOf(driver: PageDriver) {
  const { name, classes, pictures } = await driver.project();
  const { step } = await driver.status();
  return {
    name,
    classes,
    // A project file is opened under ids of its own.
    pictures: pictures.map(({ id: _, ...facts }) => facts),
    labels: await driver.labels(),
    step,
    prediction: await driver.prediction(),
    optimiser: await driver.page.getByRole('combobox', { name: 'Optimiser' }).inputValue(),
  };
}

/** A project of two pictures, the second on the screen, with labels in both, another optimiser and a trained network. */
async function work(driver: PageDriver, page: Page): Promise<void> {
  await driver.addPictures([CAT, DOG]);
  await driver.paint(LINE);
  await page.keyboard.press('PageDown');
  await expect.poll(async () => (await driver.project()).pictures[1]?.isOpen).toBe(true);
  await driver.isReady();
  await page.keyboard.press('2');
  await driver.paint(OTHER_LINE);
  await page.keyboard.press('Shift+D');
  await page.getByText('More settings').click();
  await page.getByRole('combobox', { name: 'Optimiser' }).selectOption('sgd');
  await driver.stepTo(2);
}

/** Takes what room is left, down to less than a gesture needs, beside the stored learners. */
async function fillDisk(page: Page): Promise<void> {
  const fillers = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('unlabeled');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const isStored = (bytes: Uint8Array, key: string) =>
      new Promise<boolean>((resolve) => {
        const transaction = database.transaction('learners', 'readwrite');
        transaction.objectStore('learners').put(bytes, key);
        transaction.oncomplete = () => resolve(true);
        transaction.onabort = () => resolve(false);
      });
    // Noise, which does not compress.
    const noise = crypto.getRandomValues(new Uint8Array(2 ** 16));
    let count = 0;
    for (let byteLength = noise.length; byteLength >= 16; ) {
      if (await isStored(noise.slice(0, byteLength), `filler-${count}`)) count++;
      else byteLength /= 2;
    }
    database.close();
    return count;
  });
  expect(fillers).toBeGreaterThan(0);
}

/** Waits until the learner of this step, and the prediction that it makes, are back. */
async function learnerIsBack(driver: PageDriver, page: Page, step: number): Promise<void> {
  await driver.until((status) => status.step === step && status.phase === 'paused');
  await expect.poll(async () => (await driver.prediction())?.step).toBe(step);
  const optimiser = page.getByRole('combobox', { name: 'Optimiser' });
  if (!(await optimiser.isVisible())) await page.getByText('More settings').click();
  await expect(optimiser).toBeVisible();
}

test('a reload brings back labels, open picture, settings and the trained network, which goes on', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await work(driver, page);
  await rename(page, 'Animals');
  await driver.isSaved();
  const before = await workOf(driver);
  expect(before).toMatchObject({ name: 'Animals', step: 2, optimiser: 'sgd' });
  expect(before.pictures).toMatchObject([{ isOpen: false }, { isOpen: true, done: true }]);
  expect(new Set(before.labels.classIds)).toEqual(new Set([1, 255]));

  await driver.open(LAST);
  await learnerIsBack(driver, page, 2);
  expect(await workOf(driver)).toEqual(before);
  await driver.stepTo(3);
  await page.keyboard.press('PageUp');
  await expect.poll(async () => (await driver.project()).pictures[0]?.isOpen).toBe(true);
  expect(new Set((await driver.labels()).classIds)).toEqual(new Set([0, 255]));
});

test('a stroke right before a reload is there after it', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.paint(LINE);
  await driver.isSaved();
  await driver.paint(OTHER_LINE);
  const labels = await driver.labels();
  await page.reload();
  await driver.isReady();
  expect(await driver.labels()).toEqual(labels);
});

test('projects keep to themselves, are opened and deleted by name; Keep deletes nothing', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.addPictures([CAT]);
  await rename(page, 'Cats');
  await driver.paint(LINE);
  const cats = await driver.labels();

  await (await openProjectMenu(page)).getByRole('button', { name: 'New', exact: true }).click();
  await expect.poll(async () => (await driver.project()).name).toBe('New project');
  expect((await driver.project()).pictures).toEqual([]);
  await driver.addPictures([DOG]);
  await rename(page, 'Dogs');
  expect(labeledCount(await driver.labels())).toBe(0);
  await driver.isSaved();

  await stored(await openProjectMenu(page), 'Cats')
    .getByRole('button', { name: /^Cats/ })
    .click();
  await driver.isOpen('Cats');
  expect(await driver.labels()).toEqual(cats);

  const menu = await openProjectMenu(page);
  await menu.getByRole('button', { name: 'Delete Dogs' }).click();
  await menu.getByRole('button', { name: 'Keep' }).click();
  await expect(stored(menu, 'Dogs')).toBeVisible();
  await menu.getByRole('button', { name: 'Delete Dogs' }).click();
  await menu.getByRole('button', { name: 'Delete', exact: true }).click();
  // The question stays until the project is gone.
  await expect(menu.getByRole('button', { name: 'Keep' })).toHaveCount(0);
  await expect(stored(menu, 'Dogs')).toHaveCount(0);
  expect(await driver.labels()).toEqual(cats);

  // The open one too: an example comes in its place.
  await menu.getByRole('button', { name: 'Delete Cats' }).click();
  await menu.getByRole('button', { name: 'Delete', exact: true }).click();
  await driver.isOpen('Espresso');
  await expect(stored(menu, 'Cats')).toHaveCount(0);
  await driver.open(LAST);
  expect((await driver.project()).name).toBe('Espresso');
});

test('a second tab can look, not change, and takes over when the first one closes', async ({
  context,
  driver,
  page,
  siteUrl,
}) => {
  await driver.open(WASM);
  await driver.paint(LINE);
  await driver.isSaved();
  const labels = await driver.labels();

  const second = new PageDriver(await context.newPage(), siteUrl);
  await second.open(LAST);
  const badge = second.page.getByRole('button', { name: 'Read only' });
  await expect(badge).toBeVisible();
  await second.paint(OTHER_LINE);
  await second.page.keyboard.press('ControlOrMeta+z');
  expect(await second.labels()).toEqual(labels);

  await driver.paint(OTHER_LINE);
  const newest = await driver.labels();
  expect(newest).not.toEqual(labels);
  await driver.isSaved();
  await page.close();
  await expect(badge).toHaveCount(0);
  await second.isReady();
  expect(await second.labels()).toEqual(newest);
  await second.page.keyboard.press('2');
  await second.paint(LINE);
  expect(await second.labels()).not.toEqual(newest);
  await second.isSaved();
});

test('a project file gives back labels, classes, settings, network and prediction', async ({ driver, page }) => {
  await driver.open(WASM);
  await work(driver, page);
  await rename(page, 'Animals');
  const before = await workOf(driver);
  const { id } = await driver.project();
  const file = await downloadOf(page, () => page.keyboard.press('ControlOrMeta+s'));
  expect(file.name).toBe('Animals.zip');
  // By another program: the pictures are in it as they were chosen.
  const entries = unzipSync(file.bytes);
  const chosen = Object.keys(entries).filter((path) => path.startsWith('pictures/'));
  expect(chosen.map((path) => Buffer.from(entries[path] ?? []))).toEqual([CAT.bytes, DOG.bytes]);

  await (await openProjectMenu(page)).getByRole('button', { name: /^Coastlines from space/ }).click();
  await driver.isOpen('Coastlines from space');
  await driver.choose('Project file', [file]);
  await driver.isOpen('Animals');
  await learnerIsBack(driver, page, 2);
  expect(await workOf(driver)).toEqual(before);
  // A copy: the one that is stored stays.
  expect((await driver.project()).id).not.toBe(id);
  await expect(stored(await openProjectMenu(page), 'Animals', '2 pictures')).toHaveCount(2);
});

test('files that are no sound project are refused in a sentence; the open project stays', async ({ driver, page }) => {
  await driver.open(WASM);
  await driver.paint(LINE);
  const { bytes } = await downloadOf(page, () => page.keyboard.press('ControlOrMeta+s'));
  const before = { project: await driver.project(), labels: await driver.labels() };
  const { 'manifest.json': manifest = new Uint8Array(), ...others } = unzipSync(bytes);
  const packed = (json: unknown) => zipSync({ ...others, 'manifest.json': strToU8(JSON.stringify(json)) });
  const known: unknown = JSON.parse(strFromU8(manifest));
  if (typeof known !== 'object' || known === null) throw new Error('A manifest is an object.');
  const flipped = Uint8Array.from(bytes, (byte, i) => (i === Math.floor(bytes.length / 2) ? byte ^ 0x10 : byte));
  const refused = [
    { what: /not a project/, bytes: strToU8('Dear diary, ') },
    { what: /not a project/, bytes: zipSync({ 'notes.txt': strToU8('Dear diary, ') }) },
    { what: /damaged or cut short/, bytes: bytes.slice(0, bytes.length / 2) },
    { what: /damaged or cut short/, bytes: flipped },
    { what: /newer version/, bytes: packed({ ...known, version: 99 }) },
    { what: /damaged or cut short/, bytes: packed({ ...known, state: null }) },
  ];
  const alert = page.getByRole('alert');
  for (const { what, bytes: refusedBytes } of refused) {
    await driver.choose('Project file', [{ name: 'saved.zip', type: 'application/zip', bytes: refusedBytes }]);
    await expect(alert).toHaveText(what);
    await expect(alert).toHaveText(SENTENCE);
    await alert.getByRole('button', { name: 'Dismiss the message' }).click();
    await expect(alert).toHaveCount(0);
  }
  expect({ project: await driver.project(), labels: await driver.labels() }).toEqual(before);
  await driver.choose('Project file', [{ name: 'saved.zip', type: 'application/zip', bytes: packed(known) }]);
  await expect.poll(async () => (await driver.project()).id).not.toBe(before.project.id);
  expect((await driver.labels()).classIds).toEqual(before.labels.classIds);
});

test('a full disk is told with a download, which holds everything; room again, and all is stored', {
  tag: '@long',
}, async ({ driver, page, siteUrl }) => {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(siteUrl);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2 ** 21 });
  await driver.open(WASM);
  await driver.paint(LINE);
  await driver.isSaved();
  await fillDisk(page);
  // What the browser frees later by packing is no room either.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2 ** 20 });
  await page.keyboard.press('2');
  await driver.paint(OTHER_LINE);
  const labels = await driver.labels();
  const alert = page.getByRole('alert').filter({ hasText: 'no room left' });
  await expect(alert).toBeVisible();
  expect((await driver.status()).saving).toBe('failed');
  await expect(driver.button('Not saved')).toBeVisible();
  const file = await downloadOf(page, () => alert.getByRole('button', { name: 'Download the project' }).click());
  // Nothing is taken away on the screen.
  expect(await driver.labels()).toEqual(labels);

  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await driver.isSaved();
  await page.reload();
  await driver.isReady();
  expect(await driver.labels()).toEqual(labels);

  const { id } = await driver.project();
  await driver.clearAllLabels();
  await driver.choose('Project file', [file]);
  await expect.poll(async () => (await driver.project()).id).not.toBe(id);
  await driver.isReady();
  expect(await driver.labels()).toEqual(labels);
});
