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
