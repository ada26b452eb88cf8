import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { registerMaskedLossLoops, type TensorMemory } from './maskedLossKernels.ts';

function memoryOf(backend: KernelBackend): TensorMemory {
  const wasm = backend as BackendWasm;
  return {
    makeOutput: (shape) => wasm.makeOutput(shape, 'float32'),
    floats: (tensor) => wasm.typedArrayFromHeap(tensor) as Float32Array,
    integers: (tensor) => wasm.typedArrayFromHeap(tensor) as Int32Array,
  };
}

/** Gives the WASM backend the masked losses. Idempotent. */
export function registerWasmMaskedLoss(): void {
  registerMaskedLossLoops('wasm', memoryOf);
}
