import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { serveFolder } from '../../.config/run/serve.mjs';
import { REPOSITORY } from '../../.config/run/stages.mjs';
import { PageDriver } from './pageDriver.ts';

interface TestFixtures {
  /** Name by which the page calls its server. */
  readonly host: string;
  /** The built site's address under a sub-path, as on a project's page of a static host. */
  readonly siteUrl: string;
  readonly driver: PageDriver;
  /** What a test provokes: troubles that this matches do not fail it. */
  readonly expectedTroubles: RegExp | null;
  readonly nothingGoesWrong: undefined;
}

interface WorkerFixtures {
  readonly serverUrl: string;
}

/**
 * Playwright's `test` on the built site; it fails on any console error, uncaught error, 4xx or foreign request that
 * `expectedTroubles` does not match.
 */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  serverUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const server = await serveFolder(path.join(REPOSITORY, 'dist'), 'some/where');
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
  host: ['localhost', { option: true }],
  siteUrl: async ({ serverUrl, host }, use) => {
    await use(serverUrl.replace('localhost', host));
  },
  driver: async ({ page, siteUrl }, use) => {
    await use(new PageDriver(page, siteUrl));
  },
  expectedTroubles: [null, { option: true }],
  nothingGoesWrong: [
    async ({ page, context, siteUrl, expectedTroubles }, use) => {
      const troubles: string[] = [];
      const { origin } = new URL(siteUrl);
      context.on('console', (message) => {
        if (message.type() === 'error') troubles.push(`console: ${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (event) => troubles.push(`uncaught: ${event.error().stack ?? event.error().message}`));
      // Another tab that crashes is its test's own affair.
      page.on('crash', () => troubles.push('the page crashed'));
      context.on('request', (request) => {
        const { protocol, origin: asked } = new URL(request.url());
        if (asked !== origin && protocol !== 'data:' && protocol !== 'blob:') {
          troubles.push(`foreign request: ${request.url()}`);
        }
      });
      context.on('response', (response) => {
        if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`);
      });
      await use(undefined);
      expect(troubles.filter((trouble) => !expectedTroubles?.test(trouble))).toEqual([]);
    },
    { auto: true },
  ],
});
