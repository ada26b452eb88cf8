/// <reference types="@webgpu/types" />
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { create, globals } from 'webgpu';
import { forceDefaultLimits } from '../../src/segmentation/recording/defaultLimitsTestTools.ts';

// Vitest's setup file: gives Node the browser's WebGPU (Dawn) before any test loads tfjs's backend.
// The test command exports VK_DRIVER_FILES, so that software Vulkan answers where there is no graphics processor.
Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', {
  value: { ...globalThis.navigator, userAgent: 'node', gpu: create([]) },
  configurable: true,
});

// As on a modest phone.
if (process.env['GPU_LIMITS'] === 'default') forceDefaultLimits();

// Tests that measure the heap collect the garbage first.
setFlagsFromString('--expose_gc');
Object.assign(globalThis, { gc: runInNewContext('gc') });
