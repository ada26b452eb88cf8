import { defineConfig } from '@playwright/test';
import { WITH_WEBGPU } from './tools/launchOptions.ts';
import { PLAYWRIGHT_REPORT } from './tools/stages.mjs';

/** What measures time, races a page that closes, or has a software GPU take every core: one test at a time, alone. */
const ALONE = ['autosave', 'backends', 'feel', 'liveness', 'storage', 'training'].map((name) => `${name}.spec.ts`);

export default defineConfig({
  testDir: '.',
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
    launchOptions: WITH_WEBGPU,
  },
  projects: [
    { name: 'page', testMatch: '*.spec.ts', testIgnore: ['screenshots.spec.ts', ...ALONE] },
    { name: 'alone', testMatch: ALONE, workers: 1 },
    { name: 'screenshots', testMatch: 'screenshots.spec.ts', workers: 1 },
  ],
});
