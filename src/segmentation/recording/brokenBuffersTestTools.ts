/**
 * How buffers fail: `invalid`: the device takes the request and makes a buffer that it then refuses to use, as it does
 * without memory. `throws`: the browser has no memory to map it.
 */
export type BufferFault = 'invalid' | 'throws';

const IMPOSSIBLE = GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE;

/** Has devices that are made later fail to make buffers, from when it is told to until {@link BrokenBuffers.mend}. */
export class BrokenBuffers {
  #fault: BufferFault | null = null;
  /** Buffers that were asked for since {@link break}. */
  asked = 0;
  readonly #createBuffer = GPUDevice.prototype.createBuffer;

  constructor() {
    const broken = this;
    GPUDevice.prototype.createBuffer = function (descriptor) {
      return broken.#make(this, descriptor);
    };
  }

  break(fault: BufferFault): void {
    this.#fault = fault;
    this.asked = 0;
  }

  /** Buffers can be made again; those that could not stay as they are. */
  mend(): void {
    this.#fault = null;
  }

  /** Devices are as they were before. */
  remove(): void {
    GPUDevice.prototype.createBuffer = this.#createBuffer;
  }

  #make(device: GPUDevice, descriptor: GPUBufferDescriptor): GPUBuffer {
    this.asked++;
    if (this.#fault === 'throws') throw new RangeError('createBuffer failed, size is too large.');
    if (this.#fault === null) return this.#createBuffer.call(device, descriptor);
    const buffer = this.#createBuffer.call(device, { ...descriptor, usage: IMPOSSIBLE });
    // One that is invalid for want of memory says of itself what was asked for.
    return Object.defineProperty(buffer, 'usage', { value: descriptor.usage });
  }
}
