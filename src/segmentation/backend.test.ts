import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { startBackend } from './backend.ts';
import { WASM_PATHS } from './backendTestTools.ts';

test('a software adapter is passed over for WASM, and the sentence says why', async () => {
  const info = await startBackend('auto', WASM_PATHS);
  if (info.backend === 'webgpu') {
    expect(info).toMatchObject({ software: false, fallbackReason: null });
    return;
  }
  expect(info).toMatchObject({ backend: 'wasm', adapter: 'WebAssembly with SIMD', software: true });
  expect(info.fallbackReason).toMatch(/^WebGPU .* adapter.*\.$/);
  expect(tf.getBackend()).toBe('wasm');
  expect(tf.getKernel('Conv2DBackpropFilter', 'wasm')).toBeDefined();
});

test('a named backend is what runs, a software adapter included', async () => {
  const info = await startBackend('webgpu', WASM_PATHS);
  expect(info.backend).toBe('webgpu');
  expect(info.fallbackReason).toBeNull();
  expect(info.adapter).not.toBe('');
  expect(tf.getBackend()).toBe('webgpu');
  await startBackend('cpu', WASM_PATHS);
  expect(tf.getBackend()).toBe('cpu');
});

test('a named backend that cannot start says so in a sentence', async () => {
  await expect(startBackend('webgl', WASM_PATHS)).rejects.toThrow(/^WebGL cannot start: [^.]+\.$/);
});

test('without WebGPU the reason is that', async () => {
  const browser = (globalThis as { navigator?: unknown }).navigator;
  Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  try {
    await expect(startBackend('webgpu', WASM_PATHS)).rejects.toThrow(
      'WebGPU cannot start: this browser has no WebGPU.',
    );
  } finally {
    Object.defineProperty(globalThis, 'navigator', { value: browser, configurable: true });
  }
});

test('an adapter that is to be avoided is passed over, unless it is asked for', async () => {
  const asked: string[] = [];
  const reasonToAvoid = (identity: string) => {
    asked.push(identity);
    return 'It is slower. So WebAssembly trains.';
  };
  const { avoided } = await startBackend('webgpu', WASM_PATHS, undefined, reasonToAvoid);
  expect(avoided).toBe(false);
  expect(asked).toEqual([]);
  const { gpu } = (globalThis as unknown as { navigator: { gpu: GPU } }).navigator;
  const { requestAdapter } = gpu;
  // Whatever this machine has counts as a graphics processor.
  gpu.requestAdapter = () =>
    Promise.resolve({ info: { vendor: 'a', architecture: 'b', device: '' } } as unknown as GPUAdapter);
  try {
    const info = await startBackend('auto', WASM_PATHS, undefined, reasonToAvoid);
    expect(info).toMatchObject({ backend: 'wasm', identity: 'a/b/', avoided: true });
    expect(info.fallbackReason).toBe('It is slower. So WebAssembly trains.');
    expect(asked).toEqual(['a/b/']);
  } finally {
    gpu.requestAdapter = requestAdapter;
  }
});
