import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';
import { CAT, clearSiteData, DOG, LAST, LINE, openProjectMenu } from '../../drivers/smallProject.ts';

/** How often the page asked the browser to keep what it stores. */
const requests = (page: Page) => page.locator('html').getAttribute('data-persist-requests');

// The network too, and in every tab: `e2e/inMemory/faults/clearedStorage.test.ts`.
test('the browser is asked to keep what is stored with the first own picture; what it clears all the same is stored again', async ({
  driver,
  page,
  siteUrl,
}) => {
  await page.addInitScript(() => {
    const { storage } = navigator;
    const persist = storage.persist.bind(storage);
    let count = 0;
    storage.persist = () => {
      count++;
      document.documentElement.dataset['persistRequests'] = String(count);
      return persist();
    };
  });
  await driver.open(WASM);
  await driver.paint(LINE);
  await driver.isSaved();
  expect(await requests(page)).toBeNull();
  const menu = await openProjectMenu(page);
  await expect(menu).toContainText('The browser may clear it when the disk is full.');
  await page.keyboard.press('Escape');

  const session = await page.context().newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.send('Browser.grantPermissions', {
    permissions: ['durableStorage'],
    origin: new URL(page.url()).origin,
    ...(targetInfo.browserContextId !== undefined && { browserContextId: targetInfo.browserContextId }),
  });
  await driver.addPictures([CAT]);
  await driver.addPictures([DOG]);
  await driver.isSaved();
  expect(await requests(page)).toBe('1');
  await openProjectMenu(page);
  await expect(menu).toContainText(/About \d+ MB, kept by the browser\./);
  await page.keyboard.press('Escape');

  await driver.paint(LINE);
  await driver.isSaved();
  const labels = await driver.labels();
  // Nobody touches the page.
  await clearSiteData(page, siteUrl);
  await expect(page.getByText('storage was cleared: “My pictures” is stored again')).toBeVisible();
  await driver.isSaved();
  await driver.open(LAST);
  await driver.isOpen('My pictures');
  expect(await driver.labels()).toEqual(labels);
  expect((await driver.project()).pictures.map(({ name }) => name)).toEqual(['cat', 'dog']);
});
