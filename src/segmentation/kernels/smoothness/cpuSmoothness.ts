import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { HOST_MEMORY } from '../wasm/hostMemory.ts';
import { GATED_SMOOTHNESS, type SmoothnessAttributes, type SmoothnessOperands } from './smoothness.ts';
import { smoothnessLoop } from './smoothnessLoop.ts';

/** Gives the cpu backend the kernel behind `smoothness`, as plain loops. Idempotent. */
export function registerCpuSmoothness(): void {
  const { allocate, valuesOf } = HOST_MEMORY.cpu;
  addKernel(GATED_SMOOTHNESS, 'cpu', ({ inputs, attrs, backend }) => {
    const memory = backend as MathBackendCPU;
    const { logits, colors, labels, items, weight } = inputs as Record<'logits' | keyof SmoothnessOperands, TensorInfo>;
    const [batch = 0, height = 0, width = 0, channels = 0] = logits.shape;
    const value = allocate([], 'float32', memory);
    const gradient = allocate([batch, height, width, channels], 'float32', memory);
    const given = {
      logits: valuesOf(logits, memory),
      colors: valuesOf(colors, memory),
      labels: valuesOf(labels, memory),
      items: valuesOf(items, memory),
      weight: valuesOf(weight, memory),
    };
    const attributes = attrs as unknown as SmoothnessAttributes;
    const shape = { batch, height, width, channels };
    valuesOf(value, memory)[0] = smoothnessLoop(given, shape, attributes, valuesOf(gradient, memory));
    return [value, gradient];
  });
}
