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

  // A page that is hidden may be discarded at any time: it asks for a checkpoint at once, into another record each time.
  // That others come by themselves: `e2e/inMemory/faults/learner.test.ts`.
  const hide = async (former: number | null) => {
    await doomed.page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    const { storedStep } = await doomed.until((status) => status.storedStep !== former, 5000);
    await doomed.page.evaluate(() => Reflect.deleteProperty(document, 'visibilityState'));
    await expect(doomed.page.getByText(`Saved to step ${storedStep}`)).toBeVisible();
    return storedStep;
  };
  await hide(await hide(null));
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
