import type { BackendInfo } from '../../training/backendMessages.ts';

/** What a browser says about itself. */
export interface BrowserFacts {
  /** `navigator.userAgent`. */
  readonly userAgent: string;
  /** `isSecureContext`: WebGPU exists only on https and localhost. */
  readonly secureContext: boolean;
  /** Whether `navigator.gpu` is there. */
  readonly hasWebgpu: boolean;
}

/** What a person can do, in this very browser, to train on WebGPU: one or two sentences. */
export function webgpuAdvice({ userAgent, secureContext, hasWebgpu }: BrowserFacts): string {
  if (!secureContext) return 'Browsers offer WebGPU only on https:// addresses and on localhost: open the page there.';
  const mobile = /Android|iPhone|iPad|Mobile/i.test(userAgent);
  if (/Firefox\//.test(userAgent)) {
    return mobile
      ? 'Firefox has no WebGPU on phones yet; Chrome 121 or newer has it on Android.'
      : 'Firefox has WebGPU from version 141 on Windows and 145 on Macs with Apple silicon; elsewhere set dom.webgpu.enabled in about:config, or use Chrome or Edge.';
  }
  if (/Chrome\/|Chromium\/|Edg\//.test(userAgent)) {
    if (hasWebgpu) return adapterAdvice(userAgent);
    return mobile
      ? 'Update Chrome to version 121 or newer, on Android 12 or newer.'
      : 'Update Chrome or Edge to version 113 or newer (144 on Linux), and leave “Use graphics acceleration” on in the settings.';
  }
  if (/Safari\//.test(userAgent)) {
    return 'Safari has WebGPU from version 26 on; in 18 it can be switched on among the feature flags of the settings.';
  }
  return 'A current Chrome, Edge, Safari or Firefox has WebGPU.';
}

/**
 * The page's notice that training does not run on a graphics processor: why, and where it runs instead. `null` when it
 * does, or when this backend was asked for.
 */
export function slowBackendNotice(backend: BackendInfo, asked: boolean): string | null {
  if (asked || (backend.fallbackReason === null && !backend.software)) return null;
  const reason = backend.fallbackReason ?? 'Only a software adapter answers in this browser.';
  return `${reason} Training runs with ${BACKEND_WORDS[backend.backend]} instead, more slowly.`;
}

const BACKEND_WORDS = {
  webgpu: 'WebGPU on the processor',
  wasm: 'WebAssembly on the processor',
  webgl: 'WebGL',
  cpu: 'plain JavaScript',
} as const;

function adapterAdvice(userAgent: string): string {
  const flag = /Linux/.test(userAgent) && !/Android/.test(userAgent);
  const settings = 'Turn “Use graphics acceleration” on in the browser’s settings and update the graphics driver';
  return flag ? `${settings}; on Linux, chrome://flags/#enable-vulkan may help.` : `${settings}.`;
}
