import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Everything the search depends on; tests hand in folders of their own.
 *
 * @typedef {object} Surroundings
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {NodeJS.Platform} platform
 * @property {string} root Where absolute places start: `/`.
 * @property {string} homeFolder
 * @property {string | null} playwrightExecutable Where Playwright keeps its own Chromium, downloaded or not.
 */

const LINUX_NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'];
const LINUX_PLACES = [
  'opt/google/chrome/chrome',
  'usr/bin/google-chrome',
  'usr/bin/chromium',
  'usr/bin/chromium-browser',
  'usr/local/bin/chromium',
];
const MAC_PLACES = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) =>
  path.join('Applications', `${name}.app`, 'Contents', 'MacOS', name),
);
const WINDOWS_PLACES = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
].map((parts) => path.join(...parts));

/**
 * Where a Chromium-based browser may lie, best first: `CHROME_PATH` alone where it is set, else installed ones, else
 * Playwright's own. The files need not exist.
 *
 * @param {Surroundings} surroundings
 * @returns {string[]}
 */
export function browserCandidates({ env, platform, root, homeFolder, playwrightExecutable }) {
  if (env.CHROME_PATH) return [env.CHROME_PATH];
  const own = playwrightExecutable === null ? [] : [playwrightExecutable];
  if (platform === 'darwin') {
    return [...[root, homeFolder].flatMap((base) => MAC_PLACES.map((place) => path.join(base, place))), ...own];
  }
  if (platform === 'win32') {
    const bases = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((base) => base !== undefined);
    const names = ['chrome.exe', 'chromium.exe', 'msedge.exe'];
    return [
      ...bases.flatMap((base) => WINDOWS_PLACES.map((place) => path.join(base, place))),
      ...pathFolders(env).flatMap((folder) => names.map((name) => path.join(folder, name))),
      ...own,
    ];
  }
  return [
    ...LINUX_PLACES.map((place) => path.join(root, place)),
    ...pathFolders(env).flatMap((folder) => LINUX_NAMES.map((name) => path.join(folder, name))),
    ...own,
  ];
}

/**
 * The first candidate that is an executable file and really starts, or `null`. Throws an `Error` where `CHROME_PATH`
 * names something that does not start: a wish that cannot be met should not be replaced quietly.
 *
 * @param {Surroundings} surroundings
 * @param {(executable: string) => boolean} starts
 * @returns {string | null}
 */
export function findBrowser(surroundings, starts) {
  const found = browserCandidates(surroundings).find((file) => isUsable(file) && starts(file));
  if (found === undefined && surroundings.env.CHROME_PATH) {
    throw new Error(`CHROME_PATH is ${surroundings.env.CHROME_PATH}, which does not start; correct or unset it.`);
  }
  return found ?? null;
}

/**
 * Variables that let WebGPU in Node (Dawn) run on the software Vulkan driver that a browser brings along. Empty where
 * the system's own driver is used: macOS, Windows, a `VK_DRIVER_FILES` that is set already, or a browser without one.
 *
 * @param {string} executable
 * @param {Pick<Surroundings, 'env' | 'platform'>} surroundings
 * @returns {{ VK_DRIVER_FILES?: string, LD_LIBRARY_PATH?: string }}
 */
export function softwareVulkan(executable, { env, platform }) {
  if (platform !== 'linux' || env.VK_DRIVER_FILES) return {};
  const folder = programFolders(executable).find((place) => existsSync(path.join(place, 'vk_swiftshader_icd.json')));
  if (folder === undefined) return {};
  const driver = { VK_DRIVER_FILES: path.join(folder, 'vk_swiftshader_icd.json') };
  if (!existsSync(path.join(folder, 'libvulkan.so.1'))) return driver;
  return { ...driver, LD_LIBRARY_PATH: [folder, env.LD_LIBRARY_PATH].filter(Boolean).join(path.delimiter) };
}

/**
 * Folders where a browser's own files may lie. A launcher script in `PREFIX/bin` starts a program in `PREFIX/lib/NAME`.
 *
 * @param {string} executable
 * @returns {string[]}
 */
function programFolders(executable) {
  const file = realpathSync(executable);
  const prefix = path.dirname(path.dirname(file));
  return [path.dirname(file), ...['lib', 'lib64'].map((lib) => path.join(prefix, lib, path.basename(file)))];
}

/**
 * @param {string} file
 * @returns {boolean}
 */
function isUsable(file) {
  try {
    accessSync(file, constants.X_OK);
    // A snap is confined: it can neither read a test's profile folder nor share its Vulkan driver.
    return statSync(file).isFile() && path.basename(realpathSync(file)) !== 'snap';
  } catch {
    return false;
  }
}

/**
 * @param {Surroundings['env']} env
 * @returns {string[]}
 */
function pathFolders(env) {
  return (env.PATH ?? env.Path ?? '').split(path.delimiter).filter((folder) => folder !== '');
}
