import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Slice, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replaceKernel.ts';

/**
 * Replaces the WASM backend's kernel where the slice's elements lie next to each other: they are copied once, where the
 * stock kernel copies the whole tensor first. A network cuts all its parameters from one vector. Idempotent; call it
 * once the backend's package is loaded.
 */
export function registerWasmSlice(): void {
  replaceKernel(Slice, 'wasm', (stock) => (params) => {
    const x = params.inputs.x as TensorInfo;
    const { begin, size } = params.attrs as unknown as { begin: number[]; size: number[] };
    const [first, extents] = slice_util.parseSliceParams(x as never, begin, size) as [number[], number[]];
    if (x.dtype === 'string' || !slice_util.isSliceContinous(x.shape, first, extents)) return stock(params);
    const backend = params.backend as BackendWasm;
    const piece = backend.makeOutput(extents, x.dtype);
    const start = slice_util.computeFlatOffset(first, util.computeStrides(x.shape));
    const source = backend.typedArrayFromHeap(x);
    backend.typedArrayFromHeap(piece).set(source.subarray(start, start + util.sizeFromShape(extents)));
    return piece;
  });
}
