import { expect, type Locator, type Page } from '@playwright/test';
import { downloadOf } from '../../drivers/downloads.ts';
import { test } from '../../drivers/fixtures.ts';
import { PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { CAT, DOG, LAST, LINE, OTHER_LINE, openProjectMenu, projectMenu } from '../../drivers/smallProject.ts';

// What a project keeps, what a file gives back, and what is refused: `e2e/inMemory/storage/projects.test.ts`.

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

test('a reload brings back what was painted and learned; a second tab can look, and takes over when the first one closes', async ({
  context,
  driver,
  page,
  siteUrl,
}) => {
  await driver.open(WASM);
  await driver.addPictures([CAT, DOG]);
  await driver.paint(LINE);
  await page.keyboard.press('PageDown');
  await expect.poll(async () => (await driver.project()).pictures[1]?.isOpen).toBe(true);
  await driver.isReady();
  await page.keyboard.press('2');
  await driver.paint(OTHER_LINE);
  await driver.stepTo(1);
  await driver.until(({ saving, storedStep }) => saving === 'saved' && storedStep === 1);
  // Right before the page goes.
  await driver.paint(LINE);
  const before = { project: await driver.project(), labels: await driver.labels() };
  await driver.open(LAST);
  await driver.isOpen('My pictures');
  await driver.until(({ step, phase }) => step === 1 && phase === 'paused');
  expect({ project: await driver.project(), labels: await driver.labels() }).toEqual(before);
  await expect.poll(async () => (await driver.prediction())?.step).toBe(1);

  const second = new PageDriver(await context.newPage(), siteUrl);
  await second.open(LAST);
  const badge = second.page.getByRole('button', { name: 'Read only' });
  await expect(badge).toBeVisible();
  await second.paint(OTHER_LINE);
  await second.page.keyboard.press('ControlOrMeta+z');
  expect(await second.labels()).toEqual(before.labels);

  await driver.paint([
    [30, 5],
    [30, 35],
  ]);
  const newest = await driver.labels();
  expect(newest).not.toEqual(before.labels);
  await driver.isSaved();
  await page.close();
  await expect(badge).toHaveCount(0);
  await second.isReady();
  expect(await second.labels()).toEqual(newest);
  await second.paint(LINE, 6, 'right');
  expect(await second.labels()).not.toEqual(newest);
  await second.isSaved();
});

test('projects are named, opened, saved as files and deleted in their menu; Keep deletes nothing', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.addPictures([CAT]);
  await rename(page, 'Cats');
  await driver.paint(LINE);
  const cats = await driver.labels();
  const file = await downloadOf(page, () => page.keyboard.press('ControlOrMeta+s'));
  expect(file.name).toBe('Cats.zip');

  await (await openProjectMenu(page)).getByRole('button', { name: 'New', exact: true }).click();
  await driver.isOpen('New project');
  expect((await driver.project()).pictures).toEqual([]);
  await driver.addPictures([DOG]);
  await rename(page, 'Dogs');
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
  await page.keyboard.press('Escape');

  const { id } = await driver.project();
  await driver.choose('Project file', [file]);
  await expect.poll(async () => (await driver.project()).id).not.toBe(id);
  await driver.isOpen('Cats');
  expect(await driver.labels()).toEqual(cats);
  await expect(stored(await openProjectMenu(page), 'Cats')).toHaveCount(2);
  // The open one can be deleted, too: an example comes in its place.
  await menu.getByRole('button', { name: 'Delete Cats' }).first().click();
  await menu.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(menu.getByRole('button', { name: 'Keep' })).toHaveCount(0);
  await expect(stored(menu, 'Cats')).toHaveCount(1);
  await menu.getByRole('button', { name: 'Delete Cats' }).click();
  await menu.getByRole('button', { name: 'Delete', exact: true }).click();
  await driver.isOpen('Espresso');
  await expect(stored(menu, 'Cats')).toHaveCount(0);
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
