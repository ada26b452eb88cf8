import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { DEFAULT_GPU_TUNING, type GpuTuning } from '../../../settings/gpuTuning.ts';
import { tuneBackend } from './webgpuTiling.ts';

const trueInfos = new WeakMap<object, object>();

/**
 * Makes tfjs's device call itself a graphics processor, or again what it is, so that kernels tile as they would there, tuned
 * as given.
 */
export function pretendHardware(hardware: boolean, tuning: Partial<GpuTuning> = {}): void {
  const backend = tf.backend() as WebGPUBackend;
  const { device } = backend;
  const info = trueInfos.get(device) ?? device.adapterInfo;
  trueInfos.set(device, info);
  const value = hardware ? { architecture: 'hardware', isFallbackAdapter: false } : info;
  Object.defineProperty(device, 'adapterInfo', { value, configurable: true });
  tuneBackend(backend, { ...DEFAULT_GPU_TUNING, ...tuning });
}
