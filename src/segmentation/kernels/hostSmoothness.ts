import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { HOST_MEMORY } from './hostMemory.ts';
import { addKernel } from './replaceKernel.ts';
import { SMOOTHNESS, type SmoothnessAttributes } from './smoothness.ts';
import { smoothnessLoop } from './smoothnessLoop.ts';

/** Gives a backend the kernel behind `smoothness`, as plain loops. Idempotent. */
export function registerHostSmoothness(backendName: 'cpu' | 'wasm'): void {
  const { allocate, valuesOf } = HOST_MEMORY[backendName];
  addKernel(SMOOTHNESS, backendName, ({ inputs, attrs, backend }) => {
    const memory = backend as KernelBackend;
    const { logits, colors, labels, items } = inputs as Record<'logits' | 'colors' | 'labels' | 'items', TensorInfo>;
    const [batch = 0, height = 0, width = 0, channels = 0] = logits.shape;
    const value = allocate([], 'float32', memory);
    const gradient = allocate([batch, height, width, channels], 'float32', memory);
    // Only now: a view made before the outputs may be detached by them.
    const given = {
      logits: valuesOf(logits, memory),
      colors: valuesOf(colors, memory),
      labels: valuesOf(labels, memory),
      items: valuesOf(items, memory),
    };
    const attributes = attrs as unknown as SmoothnessAttributes;
    const shape = { batch, height, width, channels };
    valuesOf(value, memory)[0] = smoothnessLoop(given, shape, attributes, valuesOf(gradient, memory));
    return [value, gradient];
  });
}
