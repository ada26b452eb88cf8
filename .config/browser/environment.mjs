import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { findBrowser, softwareVulkan } from './findBrowser.mjs';
import { installBrowser } from './installBrowser.mjs';

/**
 * This process's variables plus `CHROME_PATH` and what WebGPU needs in Node. Installs a browser where there is none;
 * throws an `Error` that says what to do where that fails.
 *
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function prepareEnvironment() {
  const find = () => findBrowser(surroundings(), starts);
  let executable = find();
  if (executable === null) {
    await installBrowser(find);
    executable = find();
  }
  if (executable === null) {
    throw new Error('No Chrome or Chromium could be found or installed; install one, or set CHROME_PATH to it.');
  }
  return { ...process.env, CHROME_PATH: executable, ...softwareVulkan(executable, surroundings()) };
}

/** @returns {import('./findBrowser.mjs').Surroundings} */
function surroundings() {
  const own = chromium.executablePath();
  return {
    env: process.env,
    platform: process.platform,
    root: path.parse(process.cwd()).root,
    homeFolder: homedir(),
    playwrightExecutable: existsSync(own) ? own : null,
  };
}

/**
 * @param {string} executable
 * @returns {boolean}
 */
function starts(executable) {
  // Chrome on Windows answers --version by opening a window.
  const args =
    process.platform === 'win32' ? ['--headless', '--disable-gpu', '--dump-dom', 'about:blank'] : ['--version'];
  const { status } = spawnSync(executable, args, { stdio: 'ignore', timeout: 30_000 });
  return status === 0;
}
