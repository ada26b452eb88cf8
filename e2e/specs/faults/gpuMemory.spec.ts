import { expect, type Page } from '@playwright/test';
import { fulfillChanged } from '../../drivers/builtFile.ts';
import { test } from '../../drivers/fixtures.ts';

const SMALL = { size: '64', network: 'plainUnet-8-1-1', backend: 'webgpu', picture: 'coffee' } as const;

/**
 * What stands before the worker's script: its devices make buffers that they then refuse to use, as they do without memory,
 * or none at all, as the browser does then, from when it is told to.
 */
const PRELUDE = `
const faults = new BroadcastChannel('buffer faults');
let fault = null;
faults.onmessage = ({ data }) => {
  fault = data;
  faults.postMessage('heard');
};
const { createBuffer } = GPUDevice.prototype;
GPUDevice.prototype.createBuffer = function (descriptor) {
  if (fault === null) return createBuffer.call(this, descriptor);
  if (fault === 'throws') throw new RangeError('createBuffer failed, size is too large.');
  const buffer = createBuffer.call(this, { ...descriptor, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE });
  return Object.defineProperty(buffer, 'usage', { value: descriptor.usage });
};
`;

test.beforeEach(async ({ page }) => {
  await page.route(/\/worker-[^/]*\.js$/, (route) => fulfillChanged(route, (script) => `${PRELUDE}${script}`));
});

/** Has the worker's buffers fail from now on. */
async function breakBuffers(page: Page, how: 'invalid' | 'throws'): Promise<void> {
  await page.evaluate(
    (fault) =>
      new Promise((resolve) => {
        const faults = new BroadcastChannel('buffer faults');
        faults.onmessage = resolve;
        faults.postMessage(fault);
      }),
    how,
  );
}

test('training that runs out of graphics memory stops, keeps what was learned, and goes on with WebAssembly', async ({
  driver,
  page,
}) => {
  const message = page.getByRole('alert').filter({ hasText: 'too little memory' });
  await driver.open(SMALL);
  const labels = await driver.labels();
  // It is taken operation by operation; the next one is recorded, into buffers of its own.
  await driver.stepTo(1);
  await driver.isSaved();
  const { classMap } = (await driver.prediction()) ?? { classMap: [] };
  await breakBuffers(page, 'invalid');
  await driver.button('Continue').click();
  await expect(message).toContainText('Your pictures and labels are still here');
  const { step, loss, maskedAccuracy } = await driver.status();
  expect({ step, isALoss: loss !== 0 && maskedAccuracy !== 0 }).toEqual({ step: 1, isALoss: true });
  expect((await driver.prediction())?.classMap).toEqual(classMap);

  await page.reload();
  await driver.isReady();
  await driver.until((status) => status.step === 1);
  await driver.isSaved();
  await breakBuffers(page, 'throws');
  await page.keyboard.press('s');
  await message.getByRole('button', { name: 'Train with WebAssembly' }).click();
  await driver.until((status) => status.backend === 'wasm' && status.step === 1 && status.phase === 'paused');
  await expect(message).toHaveCount(0);
  await driver.stepTo(2);
  expect(await driver.labels()).toEqual(labels);
});

// What each button offers: `gpuMemoryAdvice.test.ts`.
test('a smaller picture for the network and a smaller network are one click each, and can be taken back', {
  tag: '@long',
}, async ({ driver, page }) => {
  const message = page.getByRole('alert').filter({ hasText: 'too little memory' });
  await driver.open(SMALL);
  const labels = await driver.labels();
  await driver.stepTo(1);
  await driver.isSaved();
  for (const [name, network] of [
    ['Reduce the picture for the network', { width: 8, stride: 2 }],
    ['Use a smaller network', { width: 4, stride: 2 }],
  ] as const) {
    await breakBuffers(page, 'invalid');
    await page.keyboard.press('s');
    await message.getByRole('button', { name }).click();
    await driver.until(({ phase, step }) => phase === 'ready' && step === 0);
    expect((await driver.project()).settings.network).toMatchObject(network);
  }
  await page.keyboard.press('s');
  await driver.until(({ step, phase }) => step === 1 && phase === 'paused');
  expect(await driver.labels()).toEqual(labels);
  await page.getByRole('status').filter({ hasText: 'half the size' }).getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await driver.project()).settings.network.width).toBe(8);
  await driver.until(({ step, phase }) => step === 1 && phase === 'paused');
});
