/** What the engine of this process or worker has asked of its GPU so far. */
export interface GpuCounters {
  readonly dispatches: number;
  /** Most bytes that buffers held at a time. */
  readonly peakBytes: number;
}

/** Counts every dispatch and every buffer of WebGPU from now on. Call it once, before an engine is loaded. */
export function countGpu(): GpuCounters {
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
  const { gpu } = navigator as Partial<Pick<Navigator, 'gpu'>>;
  if (gpu === undefined) throw new Error('This browser has no WebGPU.');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('WebGPU finds no graphics adapter.');
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
