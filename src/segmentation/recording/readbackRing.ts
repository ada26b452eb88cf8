import type { GpuInternals } from './gpuInternals.ts';

/** Results of steps that wait to be read together. */
interface Batch {
  readonly buffer: GPUBuffer;
  filled: number;
}

/**
 * Brings small results of many steps back without waiting for any: every step copies its own into the next slot of a
 * buffer that the processor can read, and one read fetches all slots filled since the last.
 */
export class ReadbackRing {
  #current: Batch | null = null;
  readonly #idle: GPUBuffer[] = [];
  #disposed = false;

  readonly #gpu: GpuInternals;
  readonly #slotBytes: number;
  readonly #slots: number;

  /** `slotBytes`: a multiple of four; `slots`: steps between two reads at most. */
  constructor(gpu: GpuInternals, slotBytes: number, slots: number) {
    this.#gpu = gpu;
    this.#slotBytes = slotBytes;
    this.#slots = slots;
  }

  /** Encodes the copy of a step's result, `offset` bytes into its buffer. Throws a `RangeError` when all slots are filled. */
  push(encoder: GPUCommandEncoder, result: GPUBuffer, offset: number): void {
    this.#current ??= { buffer: this.#acquire(), filled: 0 };
    const current = this.#current;
    const slotBytes = this.#slotBytes;
    if (current.filled === this.#slots) throw new RangeError(`Read back the last ${this.#slots} steps first.`);
    encoder.copyBufferToBuffer(result, offset, current.buffer, slotBytes * current.filled, slotBytes);
    current.filled++;
  }

  /** The results pushed since the last call, one array each, in order, once the steps are done. */
  async take(): Promise<ArrayBuffer[]> {
    const batch = this.#current;
    this.#current = null;
    if (batch === null) return [];
    const slotBytes = this.#slotBytes;
    const bytes = slotBytes * batch.filled;
    await batch.buffer.mapAsync(GPUMapMode.READ, 0, bytes);
    const mapped = batch.buffer.getMappedRange(0, bytes);
    const results = Array.from({ length: batch.filled }, (_, i) => mapped.slice(i * slotBytes, (i + 1) * slotBytes));
    batch.buffer.unmap();
    if (this.#disposed) batch.buffer.destroy();
    else this.#idle.push(batch.buffer);
    return results;
  }

  /** Frees the buffers, those that a `take()` waits for once it has its results. */
  dispose(): void {
    this.#disposed = true;
    for (const buffer of this.#idle) buffer.destroy();
    this.#idle.length = 0;
    this.#current?.buffer.destroy();
    this.#current = null;
  }

  #acquire(): GPUBuffer {
    const used = this.#idle.pop();
    if (used !== undefined) return used;
    const size = this.#slotBytes * this.#slots;
    return this.#gpu.device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  }
}
