import { expect, type Page } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { CAT, clearSiteData, DOG, LAST, LINE, OTHER_LINE, openProjectMenu } from '../../drivers/smallProject.ts';

const toldOf = (page: Page, name: string) => page.getByText(`storage was cleared: “${name}” is stored again`);

test('a project whose storage is cleared is stored again, all of it', async ({ driver, page, siteUrl }) => {
  await driver.open(WASM);
  await driver.addPictures([CAT]);
  await driver.paint(LINE);
  await driver.stepTo(2);
  await driver.isSaved();
  const before = { labels: await driver.labels(), prediction: await driver.prediction() };

  // Nobody touches the page.
  await clearSiteData(page, siteUrl);
  await expect(toldOf(page, 'My pictures')).toBeVisible();
  await driver.isSaved();

  await driver.open(LAST);
  await driver.isOpen('My pictures');
  await driver.until(({ step, phase }) => step === 2 && phase === 'paused');
  expect(await driver.labels()).toEqual(before.labels);
  await expect.poll(() => driver.prediction()).toEqual(before.prediction);
  expect((await driver.project()).pictures.map(({ name }) => name)).toEqual(['cat']);
});

test('strokes right before and after storage is cleared are kept, in every tab', { tag: '@long' }, async ({
  context,
  driver,
  page,
  siteUrl,
}) => {
  await driver.open(WASM);
  await driver.addPictures([CAT]);
  await driver.isSaved();
  const second = new PageDriver(await context.newPage(), siteUrl);
  await second.open(WASM);
  await second.paint(LINE);
  await second.isSaved();

  await page.bringToFront();
  await driver.paint(LINE);
  await clearSiteData(page, siteUrl);
  await driver.paint(OTHER_LINE);
  const labels = [await driver.labels(), await second.labels()];
  await expect(toldOf(page, 'My pictures')).toBeVisible();
  await expect(toldOf(second.page, 'Espresso')).toBeVisible();
  await driver.isSaved();
  await second.isSaved();

  await second.page.reload();
  await second.isReady();
  await second.isOpen('Espresso');
  expect(await second.labels()).toEqual(labels[1]);
  await second.page.close();
  await driver.open(WASM);
  await (await openProjectMenu(page)).getByRole('button', { name: /^My pictures/ }).click();
  await driver.isOpen('My pictures');
  expect(await driver.labels()).toEqual(labels[0]);
});

test('the browser is asked to keep what is stored with the first own picture, and its answer is shown', async ({
  driver,
  page,
}) => {
  await page.addInitScript(() => {
    const { storage } = navigator;
    const persist = storage.persist.bind(storage);
    let requests = 0;
    storage.persist = () => {
      requests++;
      document.documentElement.dataset['persistRequests'] = String(requests);
      return persist();
    };
  });
  const requests = () => page.locator('html').getAttribute('data-persist-requests');
  await driver.open(WASM);
  await driver.paint(LINE);
  await driver.isSaved();
  expect(await requests()).toBeNull();
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
  expect(await requests()).toBe('1');
  await openProjectMenu(page);
  await expect(menu).toContainText(/About \d+ MB, kept by the browser\./);
});
