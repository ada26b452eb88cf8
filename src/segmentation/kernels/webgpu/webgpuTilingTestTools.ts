import * as tf from '@tensorflow/tfjs-core';

const trueInfos = new WeakMap<object, object>();

/** Makes tfjs's device call itself a graphics processor, or again what it is, so that kernels tile as they would there. */
export function pretendHardware(hardware: boolean): void {
  const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
  const info = trueInfos.get(device) ?? device.adapterInfo;
  trueInfos.set(device, info);
  const value = hardware ? { architecture: 'hardware', isFallbackAdapter: false } : info;
  Object.defineProperty(device, 'adapterInfo', { value, configurable: true });
}
