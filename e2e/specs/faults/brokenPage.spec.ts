import { expect, type Page } from '@playwright/test';
import { downloadOf } from '../../drivers/downloads.ts';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';

const FAULT = 'A fault of this test';

// React and the browser tell of what is thrown, on purpose, in the console.
test.use({ expectedTroubles: new RegExp(`${FAULT}|^console: %o|^uncaught: $`) });

const notice = (page: Page) => page.getByRole('alertdialog', { name: 'A fault of the page' });

/** Has every element of a tag fail to be made, until the returned function is called. */
async function breakTag(page: Page, tag: string): Promise<() => Promise<void>> {
  await page.evaluate(
    ([broken, message]) => {
      document.createElement = (name: string) => {
        if (name === broken) throw new Error(message);
        return Document.prototype.createElement.call(document, name);
      };
    },
    [tag, FAULT] as const,
  );
  return () =>
    page.evaluate(() => {
      document.createElement = Document.prototype.createElement;
    });
}

test('a panel that throws is a sentence with “Show it again”, a dialog that does is closed with one; the rest goes on', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.stepTo(1);
  await driver.isSaved();
  await driver.button('Lab').click();
  const mend = await breakTag(page, 'table');
  await page.getByRole('tab', { name: 'Confusion matrix' }).click();
  const broken = page.getByRole('alert').filter({ hasText: '“Confusion matrix” could not be shown.' });
  await expect(broken).toContainText('Everything is stored in this browser.');
  await driver.stepTo(2);
  // Still broken: the sentence comes back.
  await broken.getByRole('button', { name: 'Show it again' }).click();
  await expect(broken).toBeVisible();
  await mend();
  await broken.getByRole('button', { name: 'Show it again' }).click();
  await expect(page.getByRole('tabpanel').getByRole('table')).toBeVisible();
  await expect(notice(page)).toHaveCount(0);

  const mendDialogs = await breakTag(page, 'fieldset');
  await driver.button('Export').click();
  await expect(page.getByRole('alert')).toContainText('This dialog could not be shown.');
  await mendDialogs();
  await driver.button('Export').click();
  await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible();
});

test('frames, handlers and promises that throw are told of, once, but not what a person aborts or an extension throws; the page stays', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await page.evaluate((message) => {
    void Promise.reject(new DOMException(message, 'AbortError'));
    window.dispatchEvent(new ErrorEvent('error', { message, filename: 'chrome-extension://some/where.js' }));
    window.dispatchEvent(new ErrorEvent('error', { message: 'ResizeObserver loop completed.' }));
    window.dispatchEvent(new ErrorEvent('error', { message: 'the last', filename: location.href }));
  }, FAULT);
  await expect(notice(page)).toContainText('the last');
  await expect(notice(page)).not.toContainText(FAULT);
  await notice(page).getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice(page)).toHaveCount(0);
  await driver.paint([
    [5, 3],
    [50, 3],
  ]);
  await driver.isSaved();
  // Of the labels' layer, which is drawn in a frame; and of every frame from then on.
  await page.evaluate((message) => {
    const fail = () => {
      throw new Error(message);
    };
    CanvasRenderingContext2D.prototype.putImageData = () => {
      const everyFrame = () => {
        requestAnimationFrame(everyFrame);
        fail();
      };
      CanvasRenderingContext2D.prototype.putImageData = fail;
      everyFrame();
    };
  }, `${FAULT}: frame`);
  await driver.paint([
    [5, 9],
    [50, 9],
  ]);
  await expect(notice(page)).toContainText('Something on this page went wrong');
  await expect(notice(page)).toContainText(`${FAULT}: frame`);
  await expect(notice(page)).toContainText('Everything is stored in this browser.');
  // As slow as a hand, over several frames.
  await notice(page).getByRole('button', { name: 'Dismiss' }).click({ delay: 100 });
  await expect(notice(page)).toHaveCount(0);
  await driver.paint([
    [5, 12],
    [50, 12],
  ]);
  await driver.isReady();
  await expect(notice(page)).toHaveCount(0);

  await page.evaluate((message) => {
    HTMLInputElement.prototype.click = () => {
      throw new Error(message);
    };
  }, `${FAULT}: handler`);
  await driver.perform('Import a mask for the picture…');
  await expect(notice(page)).toContainText(`${FAULT}: handler`);
  await page.evaluate((message) => {
    void Promise.reject(new Error(message));
  }, `${FAULT}: promise`);
  await expect(notice(page)).toContainText(`${FAULT}: promise`);
  await Promise.all([page.waitForEvent('load'), notice(page).getByRole('button', { name: 'Reload' }).click()]);
  await driver.isReady();
});

test('where all of the page stops, it can be reloaded and the project downloaded', async ({ driver, page }) => {
  await page.addInitScript((message) => {
    const listen = window.addEventListener;
    window.addEventListener = (...parameters: Parameters<typeof listen>) => {
      // The page as a whole listens for it, when it is drawn.
      if (parameters[0] === 'paste') throw new Error(message);
      listen.apply(window, parameters);
    };
  }, FAULT);
  await driver.goTo(WASM);
  await expect(notice(page)).toContainText('The page stopped');
  await expect(page.locator('#root > *')).toHaveCount(0);
  await expect(notice(page).getByRole('button', { name: 'Dismiss' })).toBeHidden();
  // The project is there all the same.
  await driver.isReady();
  await page.evaluate((message) => window.dispatchEvent(new ErrorEvent('error', { message })), `${FAULT}: again`);
  const file = await downloadOf(page, () => notice(page).getByRole('button', { name: 'Download the project' }).click());
  expect(file.name).toBe('Espresso.zip');
  expect(file.bytes.length).toBeGreaterThan(1000);
  await Promise.all([page.waitForEvent('load'), notice(page).getByRole('button', { name: 'Reload' }).click()]);
});

test('a page that cannot start says so', async ({ driver, page }) => {
  await page.addInitScript((message) => {
    window.Worker = class extends EventTarget {
      constructor() {
        super();
        throw new Error(message);
      }
    } as unknown as typeof Worker;
  }, FAULT);
  await driver.goTo(WASM);
  await expect(notice(page)).toContainText('The page could not start.');
  await expect(notice(page).getByRole('button', { name: 'Reload' })).toBeVisible();
  await expect(notice(page).getByRole('button', { name: 'Download the project' })).toBeHidden();
});
