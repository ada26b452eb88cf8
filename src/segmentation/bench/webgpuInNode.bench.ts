import { create, globals } from 'webgpu';

/** Gives Node the browser's WebGPU (Dawn). Call it once, before an engine is loaded. */
export function installWebGpu(): void {
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', {
    value: { ...globalThis.navigator, userAgent: 'node', gpu: create([]) },
    configurable: true,
  });
}
