import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserCandidates, findBrowser, softwareVulkan } from './findBrowser.mjs';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'browser-')));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(place: string, text = '', mode = 0o644): string {
  const file = path.join(root, place);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

const putProgram = (place: string, exitCode = 0) => put(place, `#!/bin/sh\nexit ${exitCode}\n`, 0o755);

const starts = (file: string) => spawnSync(file, ['--version']).status === 0;

function surroundings(env: Record<string, string> = {}, playwrightExecutable: string | null = null) {
  return { env, platform: 'linux' as const, root, homeFolder: path.join(root, 'home'), playwrightExecutable };
}

describe('finding a browser', () => {
  it('takes CHROME_PATH before an installed one', () => {
    putProgram('usr/bin/chromium');
    const wished = putProgram('elsewhere/chrome');
    expect(findBrowser(surroundings({ CHROME_PATH: wished }), starts)).toBe(wished);
  });

  it('refuses a CHROME_PATH that does not start, although another browser would', () => {
    putProgram('usr/bin/chromium');
    const broken = putProgram('elsewhere/chrome', 1);
    expect(() => findBrowser(surroundings({ CHROME_PATH: broken }), starts)).toThrow(/CHROME_PATH/);
    expect(() => findBrowser(surroundings({ CHROME_PATH: `${broken}-missing` }), starts)).toThrow(/CHROME_PATH/);
  });

  it('takes an installed one before Playwright’s own, and that one where nothing is installed', () => {
    const own = putProgram('cache/chrome-linux64/chrome');
    expect(findBrowser(surroundings({}, own), starts)).toBe(own);
    const onPath = putProgram('tools/chromium');
    const env = { PATH: [path.join(root, 'nowhere'), path.dirname(onPath)].join(path.delimiter) };
    expect(findBrowser(surroundings(env, own), starts)).toBe(onPath);
    const usual = putProgram('usr/bin/chromium');
    expect(findBrowser(surroundings(env, own), starts)).toBe(usual);
  });

  it('passes over what is a folder, not executable, a snap, or does not start', () => {
    mkdirSync(path.join(root, 'opt/google/chrome/chrome'), { recursive: true });
    put('usr/bin/google-chrome', '#!/bin/sh\n');
    putProgram('usr/bin/chromium', 127);
    putProgram('usr/bin/snap');
    symlinkSync(path.join(root, 'usr/bin/snap'), path.join(root, 'usr/bin/chromium-browser'));
    expect(findBrowser(surroundings(), starts)).toBeNull();
    const good = putProgram('usr/local/bin/chromium');
    expect(findBrowser(surroundings(), starts)).toBe(good);
  });

  it('looks in the system’s and the user’s applications on macOS, and in the three program folders on Windows', () => {
    const mac = browserCandidates({ ...surroundings(), platform: 'darwin' });
    const place = path.join('Applications', 'Google Chrome.app', 'Contents', 'MacOS', 'Google Chrome');
    expect(mac).toContain(path.join(root, place));
    expect(mac).toContain(path.join(root, 'home', place));
    const env = { PROGRAMFILES: 'C:/P', 'PROGRAMFILES(X86)': 'C:/P86', LOCALAPPDATA: 'C:/L' };
    const windows = browserCandidates({ ...surroundings(env), platform: 'win32' });
    for (const base of Object.values(env)) {
      expect(windows).toContain(path.join(base, 'Google', 'Chrome', 'Application', 'chrome.exe'));
    }
  });
});

describe('software Vulkan', () => {
  const linux = (env: Record<string, string> = {}) => ({ env, platform: 'linux' as const });

  it('lies beside the program', () => {
    const driver = put('cache/chrome-linux64/vk_swiftshader_icd.json');
    const browser = putProgram('cache/chrome-linux64/chrome');
    expect(softwareVulkan(browser, linux())).toEqual({ VK_DRIVER_FILES: driver });
  });

  it('lies in PREFIX/lib/NAME of a launcher script, with the loader library', () => {
    const driver = put('usr/lib/chromium/vk_swiftshader_icd.json');
    put('usr/lib/chromium/libvulkan.so.1');
    const browser = putProgram('usr/bin/chromium');
    expect(softwareVulkan(browser, linux({ LD_LIBRARY_PATH: '/own' }))).toEqual({
      VK_DRIVER_FILES: driver,
      LD_LIBRARY_PATH: `${path.dirname(driver)}${path.delimiter}/own`,
    });
  });

  it('is found through a link', () => {
    const driver = put('opt/google/chrome/vk_swiftshader_icd.json');
    const browser = putProgram('opt/google/chrome/google-chrome');
    mkdirSync(path.join(root, 'usr/bin'), { recursive: true });
    symlinkSync(browser, path.join(root, 'usr/bin/google-chrome'));
    const link = path.join(root, 'usr/bin/google-chrome');
    expect(softwareVulkan(link, linux())).toEqual({ VK_DRIVER_FILES: driver });
  });

  it('leaves a set driver, other systems and browsers without one alone', () => {
    const bare = putProgram('bare/chrome');
    expect(softwareVulkan(bare, linux())).toEqual({});
    put('full/vk_swiftshader_icd.json');
    const full = putProgram('full/chrome');
    expect(softwareVulkan(full, linux({ VK_DRIVER_FILES: '/mine.json' }))).toEqual({});
    expect(softwareVulkan(full, { env: {}, platform: 'darwin' })).toEqual({});
    expect(softwareVulkan(full, { env: {}, platform: 'win32' })).toEqual({});
  });
});
