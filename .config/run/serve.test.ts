import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serveFolder } from './serve.mjs';

let outside: string;
let server: Awaited<ReturnType<typeof serveFolder>>;

beforeEach(async () => {
  outside = mkdtempSync(path.join(tmpdir(), 'serve-'));
  mkdirSync(path.join(outside, 'site'));
  writeFileSync(path.join(outside, 'secret.txt'), 'secret');
  writeFileSync(path.join(outside, 'site', 'index.html'), '<p>page</p>');
  writeFileSync(path.join(outside, 'site', 'a b.wasm'), 'binary');
  server = await serveFolder(path.join(outside, 'site'), 'some/where');
});

afterEach(async () => {
  await server.close();
  rmSync(outside, { recursive: true });
});

/** Status for a path that, unlike with `fetch`, is sent as it stands. */
function statusOf(rawPath: string): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: rawPath }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

it('serves the page and files with their types', async () => {
  const page = await fetch(server.url);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toBe('<p>page</p>');
  const wasm = await fetch(`${server.url}a%20b.wasm?x=1`);
  expect(wasm.headers.get('content-type')).toBe('application/wasm');
  expect(await wasm.text()).toBe('binary');
});

it('answers 404 beside the sub-path, for what is missing, and outside the folder', async () => {
  expect(await statusOf('/index.html')).toBe(404);
  expect(await statusOf('/some/where/missing.js')).toBe(404);
  expect(await statusOf('/some/where/../../secret.txt')).toBe(404);
  expect(await statusOf('/some/where/..%2fsecret.txt')).toBe(404);
  expect(await statusOf('/some/where/%zz')).toBe(404);
  expect(await statusOf('/some/where/index.html')).toBe(200);
});
