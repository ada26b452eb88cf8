import * as tf from '@tensorflow/tfjs-core';
import { inject } from 'vitest';
import { wasmPathsIn } from '../base/wasmBinaries.ts';
import { installWebgpu, requestNamedAdapter } from './webgpuDevice.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Absolute path of the repository. */
    readonly repository: string;
  }
}

/** Where tests and benches find the WASM binaries: in the installed package. */
export const WASM_PATHS = wasmPathsIn(`${inject('repository')}/node_modules/@tensorflow/tfjs-backend-wasm/dist`);

/** Starts WebGPU on a device of its own, whatever became of the one before. Throws an `Error` where that fails. */
export async function restartWebgpu(): Promise<GPUDevice> {
  const found = await requestNamedAdapter();
  if ('refusal' in found) throw new Error(found.refusal);
  await installWebgpu(found);
  if (!(await tf.setBackend('webgpu'))) throw new Error('The WebGPU backend does not start again.');
  return (tf.backend() as unknown as { readonly device: GPUDevice }).device;
}

/**
 * Starts the WASM backend anew, which must have been started before, in the build that a browser with or without SIMD
 * would load. Throws an `Error` where that fails.
 */
export async function restartWasm(simd: boolean): Promise<void> {
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.env().set('WASM_HAS_SIMD_SUPPORT', simd);
  tf.registerBackend('wasm', factory);
  if (!(await tf.setBackend('wasm'))) throw new Error('The WASM backend does not start again.');
}
