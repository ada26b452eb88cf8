import { defineConfig } from '@playwright/test';
import { WITH_WEBGPU, WITHOUT_GPU } from '../.config/browser/launchOptions.ts';
import { PLAYWRIGHT_REPORT } from '../.config/run/stages.mjs';

/** What trains on a graphics processor; a software one takes every core. */
const ON_WEBGPU = files('backends', 'benchOnWebgpu', 'gpuMemory', 'lostDevice', 'slowerGpu', 'webgpu', 'wrongGpu');

/** What measures time, or races a page that closes: one test at a time, alone. */
const ALONE = files('autosave', 'feel', 'liveness', 'storage');

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  forbidOnly: true,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: PLAYWRIGHT_REPORT }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1366, height: 768 },
    // Not the whole test's: what is not there after this will not come.
    actionTimeout: 30_000,
    trace: 'off',
    launchOptions: WITHOUT_GPU,
  },
  projects: [
    { name: 'page', testIgnore: ['screenshots.spec.ts', ...ON_WEBGPU, ...ALONE] },
    { name: 'webgpu', testMatch: ON_WEBGPU, workers: 1, use: { launchOptions: WITH_WEBGPU } },
    { name: 'alone', testMatch: ALONE, workers: 1 },
    { name: 'screenshots', testMatch: 'screenshots.spec.ts', workers: 1, use: { launchOptions: WITH_WEBGPU } },
  ],
});

function files(...names: readonly string[]): string[] {
  return names.map((name) => `${name}.spec.ts`);
}
