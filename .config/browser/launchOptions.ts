import type { LaunchOptions } from '@playwright/test';

/**
 * Two pages of the address bar's suggestions, which a whole Chromium loads with every window: half of what it costs to
 * open ours. Chromium minds the last list alone, so that Playwright's has to be in it, too.
 */
const DISABLED_FEATURES = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'TcpPortRandomizationWin',
  'ThirdPartyStoragePartitioning',
];

const QUIET = [
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** A name that is not `localhost`. */
export const INSECURE_HOST = 'unlabeled.test';

/** Software WebGPU and a software display path that WebGPU can present to; elsewhere the machine's own. */
const SOFTWARE_GPU =
  process.platform === 'linux'
    ? [
        '--use-webgpu-adapter=swiftshader',
        '--enable-features=Vulkan',
        '--use-vulkan=swiftshader',
        '--use-angle=swiftshader',
      ]
    : [];

/** Chromium with WebGPU, on any machine. */
export const WITH_WEBGPU = launch(['--enable-unsafe-webgpu', ...SOFTWARE_GPU]);

/**
 * Chromium for a person without a graphics processor: no WebGPU adapter, and a display path that leaves a core to
 * others. `INSECURE_HOST` leads to this machine, but not as a secure context: there, `navigator.gpu` does not exist.
 */
export const WITHOUT_GPU = launch(['--disable-gpu', `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`]);

/** The browser that the test command found, or Playwright's own where the tests run without that command. */
function launch(args: readonly string[]): LaunchOptions {
  const executablePath = process.env['CHROME_PATH'];
  return { args: [...QUIET, ...args], ...(executablePath ? { executablePath } : {}) };
}
