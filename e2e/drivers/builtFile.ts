import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Route } from '@playwright/test';
import { REPOSITORY } from '../../.config/run/stages.mjs';

/**
 * Answers a request for a file of the built page with that file, changed. It is read from the disk: Playwright's own requests
 * keep a connection that the test's server may close just then.
 */
export async function fulfillChanged(route: Route, change: (body: Buffer) => Buffer | string): Promise<void> {
  const name = path.posix.basename(new URL(route.request().url()).pathname);
  const body = await readFile(path.join(REPOSITORY, 'dist', 'assets', name));
  const contentType = name.endsWith('.js') ? 'text/javascript; charset=utf-8' : 'application/octet-stream';
  await route.fulfill({ body: change(body), contentType });
}
