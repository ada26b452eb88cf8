import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

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

/** Of 64 bits, in letters and digits: two FNV-1a hashes (Fowler, Noll & Vo) from different offsets. */
function textName(text: string): string {
  const hash = (offset: number) => {
    let bits = offset;
    for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 16777619);
    return (bits >>> 0).toString(36);
  };
  return `${hash(2166136261)}${hash(84696351)}`;
}
