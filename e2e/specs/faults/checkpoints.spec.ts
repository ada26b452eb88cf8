import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { storedSteps } from '../../drivers/learnerTools.ts';
import { LARGE_BUDGET, PageDriver, WASM } from '../../drivers/pageDriver.ts';

test('a tab that dies in the middle of training loses seconds: it is paused at the last checkpoint, and goes on', async ({
  driver,
  page,
  context,
  siteUrl,
}) => {
  const doomed = new PageDriver(await context.newPage(), siteUrl);
  await doomed.open(WASM);
  await doomed.setStepBudget(LARGE_BUDGET);
  await doomed.paint([
    [10, 10],
    [20, 10],
  ]);
  await doomed.button('Train').click();
  await doomed.until(({ step }) => step > 5);
  // What is not stored yet is not called saved.
  await doomed.until(({ saving, storedStep }) => saving === 'saved' && storedStep === null);
  await expect(doomed.page.getByText('Labels saved')).toBeVisible();

  // A page that is hidden may be discarded at any time: it asks for a checkpoint at once.
  await doomed.page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  const { storedStep: first } = await doomed.until(({ storedStep }) => storedStep !== null, 5000);
  await doomed.page.evaluate(() => Reflect.deleteProperty(document, 'visibilityState'));
  await expect(doomed.page.getByText(`Saved to step ${first}`)).toBeVisible();

  // Others come by themselves, into another record.
  await doomed.until(({ storedStep }) => storedStep !== first, 15_000);
  const session = await context.newCDPSession(doomed.page);
  const crashed = doomed.page.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined);
  await crashed;

  await driver.open({ size: WASM.size, network: WASM.network, backend: 'wasm' });
  const steps = await storedSteps(page);
  expect(steps).toHaveLength(2);
  const newest = Math.max(...steps);
  const { step } = await driver.until(({ phase }) => phase === 'paused');
  expect(step).toBe(newest);
  await driver.until(({ saving, storedStep }) => saving === 'saved' && storedStep === newest);
  await driver.button('Continue').click();
  await driver.until((status) => status.step > newest && status.loss !== null && Number.isFinite(status.loss));
});

test('where the newest record is damaged, the one before is opened, and it is told', { tag: '@long' }, async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  await driver.setStepBudget(LARGE_BUDGET);
  for (const label of ['Train', 'Continue']) {
    const { step: former } = await driver.status();
    await driver.button(label).click();
    await driver.until(({ step }) => step > former + 2);
    await page.keyboard.press('t');
    await driver.until(({ phase, step, storedStep }) => phase === 'paused' && storedStep === step);
  }
  const [older, newer] = (await storedSteps(page)).sort((a, b) => a - b);
  expect(older).toBeLessThan(newer ?? 0);
  await page.evaluate(
    (step) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('unlabeled');
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('learners', 'readwrite');
          transaction.objectStore('learners').openCursor().onsuccess = ({ target }) => {
            const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
            if (cursor === null) return;
            const { value } = cursor;
            if (new DataView(value.state).getUint32(16, true) === step) {
              new Uint8Array(value.state).fill(7, value.state.byteLength - 9);
              cursor.update(value);
            }
            cursor.continue();
          };
          transaction.oncomplete = () => {
            opening.result.close();
            resolve();
          };
          transaction.onabort = () => reject(transaction.error);
        };
      }),
    newer,
  );
  await driver.open({ size: WASM.size, network: WASM.network, backend: 'wasm' });
  await driver.until(({ phase, step }) => phase === 'paused' && step === older);
  await expect(page.getByRole('alert')).toContainText(
    `The newest copy of the trained network was damaged in storage; that of step ${older} was opened.`,
  );
});
