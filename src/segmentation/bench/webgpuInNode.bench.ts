import { create, globals } from 'webgpu';

/** What the engine of this process has asked of its GPU so far. */
export interface GpuCounters {
  readonly dispatches: number;
  /** Most bytes that buffers held at a time. */
  readonly peakBytes: number;
}

/**
 * Gives Node the browser's WebGPU (Dawn), with every dispatch and every buffer counted. Call it once, before an engine
 * is loaded.
 */
export function installCountedWebGpu(): GpuCounters {
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', {
    value: { ...globalThis.navigator, userAgent: 'node', gpu: create([]) },
    configurable: true,
  });
  const counters = { dispatches: 0, peakBytes: 0 };
  const pass = GPUComputePassEncoder.prototype;
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = pass;
  pass.dispatchWorkgroups = function (...args) {
    counters.dispatches++;
    dispatchWorkgroups.apply(this, args);
  };
  pass.dispatchWorkgroupsIndirect = function (...args) {
    counters.dispatches++;
    dispatchWorkgroupsIndirect.apply(this, args);
  };
  let liveBytes = 0;
  const sizes = new WeakMap<GPUBuffer, number>();
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    sizes.set(buffer, descriptor.size);
    liveBytes += descriptor.size;
    counters.peakBytes = Math.max(counters.peakBytes, liveBytes);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    liveBytes -= sizes.get(this) ?? 0;
    sizes.delete(this);
    destroy.call(this);
  };
  return counters;
}

/** The adapter that engines will get. Throws an `Error` where there is none. */
export async function requestAdapter(): Promise<GPUAdapter> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('WebGPU finds no graphics adapter; set VK_DRIVER_FILES to a Vulkan driver.');
  return adapter;
}

/** The adapter's name in words. */
export function adapterName({ info }: GPUAdapter): string {
  if (info.description !== '') return info.description;
  return [info.vendor, info.architecture, info.device].filter((word) => word !== '').join(' ') || 'unnamed adapter';
}

/** Whether the adapter computes on the processor. */
export function isSoftware({ info }: GPUAdapter): boolean {
  const words = [info.description, info.vendor, info.architecture, info.device].join(' ');
  return info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|softpipe/i.test(words);
}
