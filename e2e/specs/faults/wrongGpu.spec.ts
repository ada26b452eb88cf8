import { expect } from '@playwright/test';
import { fulfillChanged } from '../../drivers/builtFile.ts';
import { test } from '../../drivers/fixtures.ts';

/** Stands before the worker's script: a driver's compiler that leaves a pixel out of a maximum. */
const PRELUDE = `
const { createShaderModule } = GPUDevice.prototype;
GPUDevice.prototype.createShaderModule = function (descriptor) {
  const code = descriptor.code.replaceAll('max(x[above], x[above + uniforms.vectors])', 'x[above]');
  return createShaderModule.call(this, { ...descriptor, code });
};
`;

test('a graphics processor that computes something else trains nothing: WebAssembly does, and the badge says why', async ({
  driver,
  page,
}) => {
  let isWrong = true;
  await page.route(/\/worker-[^/]*\.js$/, (route) =>
    fulfillChanged(route, (script) => (isWrong ? `${PRELUDE}${script}` : script)),
  );
  await driver.open({ size: '64', network: 'unet-8-2-1', selftest: 'always', picture: 'coffee', backend: 'webgpu' });
  const labels = await driver.labels();
  await driver.button('Train').click();
  const { step } = await driver.until(({ backend, step: taken }) => backend === 'wasm' && taken > 0);
  expect(step).toBeGreaterThan(0);
  expect(await driver.labels()).toEqual(labels);

  const told = page.getByRole('status').filter({ hasText: 'The graphics processor computes “MaxPool” otherwise' });
  await expect(told.getByRole('button', { name: 'Try the graphics processor again' })).toBeVisible();
  await driver.button('Pause').click();
  await page.getByRole('button', { name: 'Backend: WASM' }).click();
  await expect(page.getByText('“MaxPool” otherwise than the processor does. So WebAssembly trains.')).toBeVisible();
  await page.keyboard.press('Escape');

  // The next driver is right: it proves so, and trains.
  isWrong = false;
  await told.getByRole('button', { name: 'Try the graphics processor again' }).click();
  await driver.until(({ backend }) => backend === 'webgpu');
  const paused = (await driver.status()).step;
  await driver.button('Continue').click();
  await driver.until(({ backend, step: taken }) => backend === 'webgpu' && taken > paused, 100_000);
});
