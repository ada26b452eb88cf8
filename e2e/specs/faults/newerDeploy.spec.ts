import { cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BrowserContext, expect, type Page } from '@playwright/test';
import { serveFolder } from '../../../.config/run/serve.mjs';
import { REPOSITORY } from '../../../.config/run/stages.mjs';
import { fulfillChanged } from '../../drivers/builtFile.ts';
import { downloadOf } from '../../drivers/downloads.ts';
import { test as base } from '../../drivers/fixtures.ts';
import { PageDriver, WASM } from '../../drivers/pageDriver.ts';
import { quartersFile } from '../../drivers/pictures.ts';

interface OwnSite {
  readonly url: string;
  /** Puts a newer version of the page in the place of this one: every file of the build has another name. */
  deployNewer(): Promise<void>;
}

/** The built site in a folder and on a server of its own. */
const test = base.extend<{ readonly ownSite: OwnSite; readonly siteUrl: string; readonly driver: PageDriver }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  ownSite: async ({}, use, testInfo) => {
    const folder = testInfo.outputPath('site');
    await cp(path.join(REPOSITORY, 'dist'), folder, { recursive: true });
    const server = await serveFolder(folder, 'some/where');
    await use({ url: server.url, deployNewer: () => renameAssets(folder) });
    await server.close();
  },
  siteUrl: async ({ ownSite }, use) => {
    await use(ownSite.url);
  },
  driver: async ({ page, siteUrl }, use) => {
    await use(new PageDriver(page, siteUrl));
  },
});

// What is not there (any more) is what these tests are about; Chromium tells of it in the console.
test.use({ expectedTroubles: /^404: .*\/(assets|samples)\/|^console: Failed to load resource/ });

async function renameAssets(folder: string): Promise<void> {
  const assets = path.join(folder, 'assets');
  const names = await readdir(assets);
  const newer = (text: string) => names.reduce((all, name) => all.replaceAll(name, `newer-${name}`), text);
  for (const file of [path.join(folder, 'index.html'), ...names.map((name) => path.join(assets, name))]) {
    if (/\.(html|js|css)$/.test(file)) await writeFile(file, newer(await readFile(file, 'utf8')));
  }
  for (const name of names) await rename(path.join(assets, name), path.join(assets, `newer-${name}`));
  await rename(path.join(folder, 'samples', 'chelsea.webp'), path.join(folder, 'samples', 'cat.webp'));
}

interface Fault {
  readonly name: string;
  provoke(site: OwnSite, context: BrowserContext): Promise<void>;
}

const NEWER: Fault = { name: 'a newer version of this page is out', provoke: (site) => site.deployNewer() };
const OFFLINE: Fault = { name: 'the network is off', provoke: (_site, context) => context.setOffline(true) };

/** Lets the training worker fail, as one that its browser ends for want of memory. */
async function failTraining(page: Page): Promise<void> {
  await page.evaluate(() => {
    const worker = window.startedWorkers?.[0];
    worker?.terminate();
    worker?.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
  });
}

for (const fault of [NEWER, OFFLINE]) {
  // What is fetched ahead is kept from either alike: the network is off in `npm run test:long`.
  const tag = fault === NEWER ? [] : ['@long'];
  test(`while ${fault.name}, all that saves and leaves still works`, { tag }, async ({
    driver,
    page,
    ownSite,
    context,
  }) => {
    await page.addInitScript(() => {
      const started: Worker[] = [];
      window.startedWorkers = started;
      window.Worker = class extends Worker {
        constructor(url: string | URL, options?: WorkerOptions) {
          super(url, options);
          started.push(this);
        }
      };
    });
    // Its weights are one of the files that are fetched again when training starts again.
    await driver.open({ ...WASM, network: 'pretrained' });
    await driver.stepTo(1);
    await driver.isSaved();
    await page.waitForFunction(() => performance.getEntriesByName('files kept').length > 0);
    await fault.provoke(ownSite, context);

    const file = await downloadOf(page, () => page.keyboard.press('ControlOrMeta+s'));
    await driver.button('Export').click();
    const exportDialog = page.getByRole('dialog', { name: /Export/ });
    const exported = await downloadOf(page, () =>
      exportDialog.getByRole('button', { name: 'Export', exact: true }).click(),
    );
    expect(exported.bytes.length).toBeGreaterThan(0);
    const { id } = await driver.project();
    await driver.choose('Project file', [file]);
    await expect.poll(async () => (await driver.project()).id).not.toBe(id);
    await driver.isReady();
    expect((await driver.status()).step).toBe(1);
    await driver.addPictures([quartersFile()]);

    await failTraining(page);
    await page.getByRole('alert').getByRole('button', { name: 'Start again' }).click();
    await driver.isReady();
    await page.keyboard.press('s');
    await driver.until(({ phase, step }) => phase === 'paused' && step > 0);
  });

  test(`what does not arrive while ${fault.name} is told so, and a reload is offered`, async ({
    driver,
    page,
    ownSite,
    context,
  }) => {
    await driver.open(WASM);
    await driver.paint([
      [5, 3],
      [50, 3],
    ]);
    await driver.isSaved();
    const before = await driver.labels();
    await fault.provoke(ownSite, context);
    await page.getByRole('button', { name: /^Chelsea/ }).click();
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(`could not be loaded: ${fault.name}. Everything is stored in this browser.`);
    expect(await driver.labels()).toEqual(before);
    const reload = alert.getByRole('button', { name: 'Reload' });
    if (fault === OFFLINE) {
      // Without a network a reload would end the page that still works.
      await reload.click();
      await expect(alert).toContainText(fault.name);
      expect(await driver.labels()).toEqual(before);
      await context.setOffline(false);
    }
    await Promise.all([page.waitForEvent('load'), reload.click()]);
    await driver.isReady();
    expect(await driver.labels()).toEqual(before);
  });
}

test('a worker whose script is gone before it was kept is told of, too', async ({ driver, page, ownSite }) => {
  await driver.open(WASM);
  await ownSite.deployNewer();
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByRole('alert')).toContainText(
    'could not be loaded: a newer version of this page is out. There is nothing to store yet.',
  );
});

for (const [name, file] of [
  ['WebAssembly binaries', /\.wasm$/],
  ['pretrained weights', /\/mobileNet-[\w-]+\.bin$/],
] as const) {
  test(`a training that cannot begin because its ${name} are gone says so`, async ({ driver, page }) => {
    await page.route(file, (route) => route.fulfill({ status: 404 }));
    await driver.goTo(WASM);
    await expect(page.getByRole('alert').filter({ hasText: 'Reload' })).toContainText(
      'The part of the page that trains could not be loaded',
    );
  });
}

test('pretrained weights that arrive damaged train nothing: the page says so, and what arrives whole later trains', async ({
  driver,
  page,
}) => {
  let isDamaged = true;
  await page.route(/\/mobileNet-[\w-]+\.bin$/, (route) => {
    // The page also asks whether it is there.
    if (route.request().method() === 'HEAD') return route.fallback();
    return fulfillChanged(route, (weights) => {
      if (isDamaged) weights.writeUInt8(weights.readUInt8(1000) ^ 1, 1000);
      return weights;
    });
  });
  await driver.goTo({ ...WASM, network: 'pretrained' });
  const alert = page.getByRole('alert').filter({ hasText: 'Start again' });
  await expect(alert).toContainText('The pretrained weights arrived damaged; try again, or reload the page.');
  expect((await driver.status()).step).toBe(0);
  isDamaged = false;
  await alert.getByRole('button', { name: 'Start again' }).click();
  await driver.isReady();
  await driver.stepTo(1);
});

declare global {
  interface Window {
    startedWorkers?: readonly Worker[];
  }
}
