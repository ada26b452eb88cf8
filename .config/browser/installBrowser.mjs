import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Longest silence of a download; it reports every tenth part. */
const SILENCE_MS = 60_000;

/**
 * Installs a browser: Playwright's Chromium with its system libraries, else Debian's package.
 *
 * The download comes before the libraries (`--with-deps` does it the other way round), so that a machine without that
 * server finds out in seconds.
 *
 * @param {() => string | null} find Tells whether there is a browser by now.
 * @returns {Promise<void>}
 */
export async function installBrowser(find) {
  const canUseApt = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  process.stdout.write('No Chrome or Chromium found; installing one.\n');
  if (await playwright('install', 'chromium')) {
    if (process.platform === 'linux') await playwright('install-deps', 'chromium');
    if (find() !== null) return;
  }
  if (!canUseApt) return;
  process.stdout.write("Playwright's download did not work; installing the chromium package.\n");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if (await succeeds('apt-get', ['update'], env, Number.POSITIVE_INFINITY)) {
    await succeeds('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], env, Number.POSITIVE_INFINITY);
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<boolean>}
 */
function playwright(...args) {
  const packageFile = createRequire(import.meta.url).resolve('@playwright/test/package.json');
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' };
  return succeeds(process.execPath, [path.join(path.dirname(packageFile), 'cli.js'), ...args], env, SILENCE_MS);
}

/**
 * Runs a program, shows what it prints, and ends it after `silenceMs` without a word.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {number} silenceMs
 * @returns {Promise<boolean>}
 */
function succeeds(command, args, env, silenceMs) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const watch = () => {
      clearTimeout(timer);
      if (Number.isFinite(silenceMs)) timer = setTimeout(() => child.kill(), silenceMs);
    };
    watch();
    for (const [from, to] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      from.on('data', (/** @type {Uint8Array} */ chunk) => {
        to.write(chunk);
        watch();
      });
    }
    const settle = (/** @type {boolean} */ success) => {
      clearTimeout(timer);
      resolve(success);
    };
    child.on('error', () => settle(false));
    child.on('close', (code) => settle(code === 0));
  });
}
