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
