import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { heapBits } from './hostMemory.ts';
import { RELU_GRADIENT, RELU6_GRADIENT } from './reluGradient.ts';
import { addKernel } from './replaceKernel.ts';

function reluGradient(dy: TensorInfo, y: TensorInfo, backend: BackendWasm): TensorInfo {
  const result = backend.makeOutput(dy.shape, 'float32');
  // Views are taken once the output exists: one made earlier is detached when the heap grows.
  const values = backend.typedArrayFromHeap(y) as Float32Array;
  const from = heapBits(dy, backend);
  const to = heapBits(result, backend);
  // A mask over the bits: half of all numbers pass, in no order that a processor could foresee in a branch.
  for (let i = 0; i < to.length; i++) to[i] = (from[i] as number) & -((values[i] as number) > 0);
  return result;
}

function relu6Gradient(dy: TensorInfo, y: TensorInfo, backend: BackendWasm): TensorInfo {
  const result = backend.makeOutput(dy.shape, 'float32');
  const values = backend.typedArrayFromHeap(y) as Float32Array;
  const from = heapBits(dy, backend);
  const to = heapBits(result, backend);
  for (let i = 0; i < to.length; i++) {
    const value = values[i] as number;
    to[i] = (from[i] as number) & -(Number(value > 0) & Number(value < 6));
  }
  return result;
}

/** Gives the WASM backend the kernels behind `reluGradient` and `relu6Gradient`. Idempotent. */
export function registerWasmReluGradient(): void {
  for (const [kernelName, gradient] of [
    [RELU_GRADIENT, reluGradient],
    [RELU6_GRADIENT, relu6Gradient],
  ] as const) {
    addKernel(kernelName, 'wasm', ({ inputs, backend }) =>
      gradient(inputs.dy as TensorInfo, inputs.y as TensorInfo, backend as BackendWasm),
    );
  }
}
