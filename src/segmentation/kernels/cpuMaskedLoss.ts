import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type KernelBackend, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { registerMaskedLossLoops, type TensorMemory } from './maskedLossKernels.ts';

function memoryOf(backend: KernelBackend): TensorMemory {
  const cpu = backend as MathBackendCPU;
  const values = (tensor: TensorInfo): unknown => cpu.data.get(tensor.dataId).values;
  return {
    makeOutput: (shape) => cpu.makeTensorInfo(shape, 'float32', new Float32Array(util.sizeFromShape(shape))),
    floats: (tensor) => values(tensor) as Float32Array,
    integers: (tensor) => values(tensor) as Int32Array,
  };
}

/** Gives the CPU backend the masked losses. Idempotent. */
export function registerCpuMaskedLoss(): void {
  registerMaskedLossLoops('cpu', memoryOf);
}
