import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { storedSteps, trainAndStore, trainingWorker } from '../../drivers/learnerTools.ts';
import { LARGE_BUDGET, TINY } from '../../drivers/pageDriver.ts';

test('a lost device takes nothing that is stored; Start again goes on from there, WebAssembly the second time', async ({
  driver,
  page,
  browser,
}) => {
  await driver.open({ ...TINY, backend: 'webgpu', picture: 'coffee' });
  await driver.setStepBudget(LARGE_BUDGET);
  const stored = await trainAndStore(driver);

  await driver.button('Continue').click();
  await driver.until(({ step }) => step >= stored + 2);
  await (await trainingWorker(page)).evaluate(() => {
    const { _tfengine } = globalThis as unknown as { _tfengine: { backendInstance: { device: GPUDevice } } };
    _tfengine.backendInstance.device.destroy();
  });
  const { step: lostAt } = await driver.until(({ phase }) => phase === 'stopped');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(
    `Your pictures and labels are still here, and so is the network of step ${stored}.`,
  );
  await expect(page.getByText(/mapAsync|Failed to execute/)).toHaveCount(0);
  expect(Math.max(...(await storedSteps(page)))).toBe(stored);

  // Without the message there is still a way on, and none that does nothing.
  await alert.getByRole('button', { name: 'Dismiss the message' }).click();
  await expect(driver.button('Continue')).toHaveCount(0);
  await expect(driver.button('Step')).toHaveCount(0);
  await driver.button('Start again').click();
  const lost = lostAt - stored;
  const back = `The network of step ${stored} is back; ${lost === 1 ? 'the step after it is' : `the ${lost} steps after it are`} lost.`;
  await expect(page.getByText(back)).toBeVisible();
  // It was training, so it trains on.
  await driver.until(({ phase, step }) => phase === 'training' && step > stored, 90_000);
  await page.keyboard.press('t');
  const { step: later } = await driver.until(
    ({ phase, step, storedStep }) => phase === 'paused' && storedStep === step,
  );

  const session = await browser.newBrowserCDPSession();
  // The process does not live to answer.
  session.send('Browser.crashGpuProcess' as 'Browser.close').catch(() => undefined);
  // The second time: WebAssembly goes on by itself.
  await driver.until(({ backend, phase, step }) => backend === 'wasm' && phase === 'paused' && step === later, 90_000);
  await expect(page.getByText('It has failed before: from here on WebAssembly trains, more slowly.')).toBeVisible();
  await expect(page.getByText(/mapAsync|Failed to execute/)).toHaveCount(0);
  expect(Math.max(...(await storedSteps(page)))).toBe(later);

  await page.getByRole('button', { name: 'Backend: WASM' }).click();
  await page.locator('#backend-details').getByRole('button', { name: 'Try the graphics processor again' }).click();
  await driver.until(
    ({ backend, phase, step }) => backend === 'webgpu' && phase === 'paused' && step === later,
    90_000,
  );
  await driver.stepTo(later + 1);
});
