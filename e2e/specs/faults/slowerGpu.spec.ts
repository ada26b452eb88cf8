import { expect, type Page } from '@playwright/test';
import { DEFAULT_GPU_TUNING } from '../../../src/settings/gpuTuning.ts';
import { fulfillChanged } from '../../drivers/builtFile.ts';
import { test } from '../../drivers/fixtures.ts';

const SMALLEST = { size: '64', network: 'plainUnet-4-1-1', picture: 'coffee' } as const;

/** Stands before the worker's script: the adapter calls itself a graphics processor. */
const PRELUDE = `
const info = { vendor: 'some', architecture: 'card', device: '', description: '', isFallbackAdapter: false };
for (const [kind, name] of [[GPUAdapter, 'info'], [GPUDevice, 'adapterInfo']]) {
  Object.defineProperty(kind.prototype, name, { get: () => info });
}
`;

/** What the page keeps of timings of graphics adapters. */
function storedTunings(page: Page): Promise<readonly { adapter: string; stepMs: object | null }[]> {
  return page.evaluate(() => JSON.parse(localStorage.getItem('unlabeled.gpuVerdicts') ?? '{}').tunings ?? []);
}

test('an adapter is timed once, by a second worker, while the learner rests that learned on it', async ({
  driver,
  page,
}) => {
  await driver.open({ ...SMALLEST, backend: 'webgpu', selftest: 'always' });
  await page.keyboard.press('s');
  await driver.until(({ step, phase }) => step === 1 && phase === 'paused', 100_000);
  const workers = page.workers().length;
  await page.waitForEvent('worker');
  expect(await storedTunings(page)).toEqual([]);
  await expect.poll(() => storedTunings(page), { timeout: 100_000 }).toHaveLength(1);
  const [tuned] = await storedTunings(page);
  expect(tuned?.stepMs).toEqual({ webgpu: expect.any(Number), wasm: expect.any(Number) });
  await expect.poll(() => page.workers().length).toBe(workers);
  // What trains is left alone.
  await driver.stepTo(2);
  expect((await driver.status()).backend).toBe('webgpu');
});

test('WebAssembly trains where it was quicker, and the badge says why; a person may want otherwise', async ({
  driver,
  page,
}) => {
  await page.route(/\/worker-[^/]*\.js$/, (route) => fulfillChanged(route, (script) => `${PRELUDE}${script}`));
  await page.addInitScript((tuning) => {
    if (localStorage.getItem('unlabeled.gpuVerdicts') !== null) return;
    const tunings = [{ adapter: 'some/card/', atMs: Date.now(), tuning, stepMs: { webgpu: 31, wasm: 12 } }];
    const verdicts = { browser: navigator.userAgent, sound: [], disagreements: [], tunings };
    localStorage.setItem('unlabeled.gpuVerdicts', JSON.stringify(verdicts));
  }, DEFAULT_GPU_TUNING);
  await driver.open(SMALLEST);
  expect((await driver.status()).backend).toBe('wasm');
  const because = 'WebAssembly trains: a step takes 12 ms here, 31 ms on the graphics processor.';
  const told = page.getByRole('status').filter({ hasText: because });
  await expect(told.getByRole('button', { name: 'Use the graphics processor anyway' })).toBeVisible();
  await page.getByRole('button', { name: 'Backend: WASM' }).click();
  const details = page.locator('#backend-details');
  await expect(details).toContainText(because);
  await details.getByRole('button', { name: 'Use the graphics processor anyway' }).click();
  await driver.until(({ backend, phase }) => backend === 'webgpu' && phase === 'ready');
  expect(await storedTunings(page)).toMatchObject([{ adapter: 'some/card/', stepMs: null }]);

  await page.reload();
  await driver.isReady();
  expect((await driver.status()).backend).toBe('webgpu');
  await driver.open({ ...SMALLEST, backend: 'wasm' });
  expect((await driver.status()).backend).toBe('wasm');
});
