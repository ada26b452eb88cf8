import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { SplitV, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from './replaceKernel.ts';

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

/** Replaces the WASM backend's kernel for vectors. Idempotent; call it once the backend's package is loaded. */
export function registerWasmSplitVector(): void {
  replaceKernel(SplitV, 'wasm', (stock) => (params) => {
    const x = params.inputs.x as TensorInfo;
    const sizes = params.attrs?.numOrSizeSplits;
    if (x.shape.length !== 1 || !Array.isArray(sizes)) return stock(params);
    return splitVector(x, sizes as number[], params.backend as BackendWasm);
  });
}
