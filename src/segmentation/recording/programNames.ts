import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { hash32 } from '../../base/splitMix.ts';

const namesByDevice = new WeakMap<GPUDevice, Set<string>>();

/** Notes, from now on, the text of every program that a device is given. Once for a device. */
export function notePrograms(device: GPUDevice): void {
  const { createShaderModule } = device;
  const names = new Set<string>();
  namesByDevice.set(device, names);
  device.createShaderModule = (descriptor) => {
    names.add(textName(descriptor.code));
    return createShaderModule.call(device, descriptor);
  };
}

/** Short names of all programs that a backend's device was given so far: equal texts have equal names. */
export function programNames(backend: WebGPUBackend): ReadonlySet<string> {
  return namesByDevice.get(backend.device) ?? new Set();
}

/** Of 64 bits, in letters and digits. */
function textName(text: string): string {
  return [0, 1].map((salt) => hash32(salt, text).toString(36)).join('');
}
