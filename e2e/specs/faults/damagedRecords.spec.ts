import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { labeledCount, type PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { LINE } from '../../drivers/smallProject.ts';
import { besideThePage, recordOf } from '../../drivers/storedRecords.ts';

// Records that are damaged, refused locks and lost files: `e2e/inMemory/faults/damagedRecords.test.ts`.

const EXAMPLE = 'example-coffee';

/** Opens the example, changes it and waits until that is stored. */
async function storeExample(driver: PageDriver): Promise<void> {
  await driver.open(WASM);
  await driver.clearAllLabels();
  await driver.paint(LINE);
  await driver.isSaved();
}

const message = (page: Page, text: string | RegExp) => page.getByRole('alert').filter({ hasText: text });

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
