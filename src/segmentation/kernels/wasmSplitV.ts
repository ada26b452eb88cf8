import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  getKernel,
  type KernelFunc,
  registerKernel,
  SplitV,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core';

/**
 * Cuts a vector `[P]` into pieces of the given sizes by copying each once. The stock kernel copies the whole vector for
 * every piece: 25 MB a step for the parameters of a small network.
 */
function splitVector(x: TensorInfo, sizes: readonly number[], backend: BackendWasm): TensorInfo[] {
  let start = 0;
  return sizes.map((size) => {
    const piece = backend.makeOutput([size], x.dtype);
    const source = backend.typedArrayFromHeap(x);
    backend.typedArrayFromHeap(piece).set(source.subarray(start, start + size));
    start += size;
    return piece;
  });
}

let stockKernel: KernelFunc | null = null;

/** Replaces the WASM backend's kernel for vectors. Idempotent; call it once the backend's package is loaded. */
export function registerWasmSplitVector(): void {
  if (stockKernel !== null) return;
  const stock = getKernel(SplitV, 'wasm');
  stockKernel = stock.kernelFunc;
  unregisterKernel(SplitV, 'wasm');
  registerKernel({
    ...stock,
    kernelFunc: (params) => {
      const x = params.inputs.x as TensorInfo;
      const sizes = params.attrs?.numOrSizeSplits;
      if (x.shape.length !== 1 || !Array.isArray(sizes)) return (stockKernel as KernelFunc)(params);
      return splitVector(x, sizes as number[], params.backend as BackendWasm);
    },
  });
}
