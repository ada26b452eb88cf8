/** Counts the bytes of a device's buffers that were made since and not destroyed. */
export class LiveBuffers {
  #bytes = 0;

  constructor(device: GPUDevice) {
    const { createBuffer } = device;
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer.call(device, descriptor);
      const { destroy } = buffer;
      let isAlive = true;
      this.#bytes += buffer.size;
      buffer.destroy = () => {
        if (isAlive) this.#bytes -= buffer.size;
        isAlive = false;
        destroy.call(buffer);
      };
      return buffer;
    };
  }

  get bytes(): number {
    return this.#bytes;
  }
}
