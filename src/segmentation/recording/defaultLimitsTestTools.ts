/** Has all adapters give devices that allow what WebGPU promises everywhere and no more, until the returned function is called. */
export function forceDefaultLimits(): () => void {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = function ({ requiredLimits: _, ...others } = {}) {
    return requestDevice.call(this, others);
  };
  return () => {
    GPUAdapter.prototype.requestDevice = requestDevice;
  };
}
