import { afterEach, expect, test } from 'vitest';
import { startBackend } from './backend.ts';
import { WASM_PATHS } from './backendTestTools.ts';
import { requestNamedAdapter } from './webgpuDevice.ts';

const browser = (globalThis as { navigator?: { gpu: GPU } }).navigator;

afterEach(() => {
  Object.defineProperty(globalThis, 'navigator', { value: browser, configurable: true });
});

/** Has the browser offer this adapter. */
function offer(adapter: object): void {
  const gpu = { requestAdapter: () => Promise.resolve(adapter) };
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
}

const nameless = { vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false };

test.each([
  ['one that says nothing of itself, as in Firefox', { info: nameless }, 'unnamed graphics adapter', false],
  ['one of an older browser, without any info', {}, 'unnamed graphics adapter', false],
  ['a graphics processor', { info: { ...nameless, vendor: 'nvidia', architecture: 'ampere' } }, 'nvidia ampere', false],
  ['a software one by what the browser says', { info: { ...nameless, isFallbackAdapter: true } }, undefined, true],
  ['the same in an older browser', { isFallbackAdapter: true }, undefined, true],
  ['Windows’ own', { info: { ...nameless, description: 'Microsoft Basic Render Driver' } }, undefined, true],
  [
    'the same by its architecture',
    { info: { ...nameless, vendor: 'microsoft', architecture: 'warp' } },
    undefined,
    true,
  ],
  ['Chromium’s own', { info: { ...nameless, vendor: 'google', architecture: 'swiftshader' } }, undefined, true],
])('%s', async (_, adapter, name, software) => {
  offer(adapter);
  expect(await requestNamedAdapter()).toMatchObject({ software, ...(name !== undefined && { name }) });
});

test('the adapter that was judged is the one whose device is used', async () => {
  const gpu = browser?.gpu as GPU;
  const { requestAdapter } = gpu;
  const { requestDevice } = GPUAdapter.prototype;
  const judged: unknown[] = [];
  const used: unknown[] = [];
  gpu.requestAdapter = async (options) => {
    const adapter = await requestAdapter.call(gpu, options);
    judged.push(adapter);
    return adapter;
  };
  GPUAdapter.prototype.requestDevice = function (descriptor) {
    used.push(this);
    return requestDevice.call(this, descriptor);
  };
  try {
    await startBackend('webgpu', WASM_PATHS);
  } finally {
    gpu.requestAdapter = requestAdapter;
    GPUAdapter.prototype.requestDevice = requestDevice;
  }
  expect(judged).toHaveLength(1);
  expect(used).toEqual(judged);
});
