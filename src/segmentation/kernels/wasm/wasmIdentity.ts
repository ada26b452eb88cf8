import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Identity, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replaceKernel.ts';

/**
 * Replaces the WASM backend's kernel by one that shares the numbers, as the other backends' do: every tensor that is
 * saved for the backward pass goes through it, and the stock one copies. Idempotent; call it once the backend's package
 * is loaded.
 */
export function registerWasmIdentity(): void {
  replaceKernel(Identity, 'wasm', (stock) => (params) => {
    const { dataId, shape, dtype } = params.inputs.x as TensorInfo;
    if (dtype === 'string') return stock(params);
    (params.backend as BackendWasm).incRef(dataId);
    return { dataId, shape, dtype };
  });
}
