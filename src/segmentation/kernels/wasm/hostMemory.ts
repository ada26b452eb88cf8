import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import { type KernelBackend, type TensorInfo, util } from '@tensorflow/tfjs-core';

type Numbers = Float32Array | Int32Array;

/** How plain loops reach the tensors of a backend that keeps them where JavaScript can read them. */
export interface HostMemory {
  /** A tensor of zeros or of whatever was there. */
  allocate(shape: number[], dtype: 'float32' | 'int32', backend: KernelBackend): TensorInfo;
  /** Its numbers, until the next allocation. Throws an `Error` where only a graphics processor has them. */
  valuesOf(info: TensorInfo, backend: KernelBackend): Numbers;
}

const zeros = (shape: number[], dtype: 'float32' | 'int32'): Numbers => {
  const size = util.sizeFromShape(shape);
  return dtype === 'float32' ? new Float32Array(size) : new Int32Array(size);
};

/** The memories of the backends that have one; WebGL's are tensors that no operation has used yet. */
export const HOST_MEMORY: Readonly<Record<'cpu' | 'wasm' | 'webgl', HostMemory>> = {
  cpu: {
    allocate: (shape, dtype, backend) => (backend as MathBackendCPU).makeTensorInfo(shape, dtype, zeros(shape, dtype)),
    valuesOf: (info, backend) => (backend as MathBackendCPU).data.get(info.dataId).values as Numbers,
  },
  wasm: {
    allocate: (shape, dtype, backend) => (backend as BackendWasm).makeOutput(shape, dtype),
    valuesOf: (info, backend) => (backend as BackendWasm).typedArrayFromHeap(info) as Numbers,
  },
  webgl: {
    allocate: (shape, dtype, backend) =>
      (backend as MathBackendWebGL).makeTensorInfo(shape, dtype, zeros(shape, dtype)),
    valuesOf: (info, backend) => {
      const { values } = (backend as MathBackendWebGL).texData.get(info.dataId);
      if (values === null || values === undefined) throw new Error('The numbers of a tensor are no longer at hand.');
      return values as Numbers;
    },
  },
};

/** The bits of a float tensor on the WASM heap, until the next allocation. */
export function heapBits(info: TensorInfo, backend: BackendWasm): Int32Array {
  const floats = backend.typedArrayFromHeap(info);
  return new Int32Array(floats.buffer, floats.byteOffset, floats.length);
}
