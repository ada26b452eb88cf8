import type { BufferSource, GpuInternals, StockBuffers } from './gpuInternals.ts';

/** The buffers of one recording: a replay needs every one of them, so none goes back before the recording ends. */
export class BufferArena {
  readonly #buffers = new Set<GPUBuffer>();
  readonly #inUse = new Set<GPUBuffer>();
  readonly #free = new Map<number, GPUBuffer[]>();
  #open = true;
  /** Called with the last buffer of an arena that was given up. */
  #onEmpty: (() => void) | null = null;
  #bytes = 0;

  readonly #device: GPUDevice;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Bytes of all buffers. */
  get byteCount(): number {
    return this.#bytes;
  }

  get bufferCount(): number {
    return this.#buffers.size;
  }

  /**
   * A buffer of exactly `size` bytes. One that the recording is done with serves again, since a replay keeps the order;
   * one with contents of its own (uniforms, uploads) never does.
   */
  acquire(size: number, usage: number, mappedAtCreation: boolean): GPUBuffer {
    const scratch = !mappedAtCreation && (usage & GPUBufferUsage.STORAGE) !== 0;
    const used = scratch ? this.#free.get(size)?.pop() : undefined;
    if (used !== undefined) {
      this.#inUse.add(used);
      return used;
    }
    const buffer = this.#device.createBuffer({ size, usage, mappedAtCreation });
    this.#buffers.add(buffer);
    this.#inUse.add(buffer);
    this.#bytes += size;
    if (scratch) this.#free.set(size, this.#free.get(size) ?? []);
    else this.#contents.add(buffer);
    return buffer;
  }

  /** Takes back a buffer that was acquired here. */
  release(buffer: GPUBuffer): void {
    this.#inUse.delete(buffer);
    if (this.#onEmpty !== null) this.#destroy(buffer);
    else if (this.#open && !this.#contents.has(buffer)) this.#free.get(buffer.size)?.push(buffer);
  }

  /** No buffer serves again from here on: what is left holds the recording's results. */
  close(): void {
    this.#open = false;
    this.#free.clear();
  }

  /**
   * There is no recording: what is in use is destroyed when it is released, all else at once. Commands that use it must
   * have been submitted. `onEmpty` is called when nothing is left.
   */
  giveUp(onEmpty: () => void): void {
    this.close();
    this.#onEmpty = onEmpty;
    if (this.#buffers.size === 0) onEmpty();
    for (const buffer of this.#buffers) if (!this.#inUse.has(buffer)) this.#destroy(buffer);
  }

  dispose(): void {
    this.close();
    for (const buffer of this.#buffers) this.#destroy(buffer);
    this.#inUse.clear();
  }

  #destroy(buffer: GPUBuffer): void {
    buffer.destroy();
    this.#buffers.delete(buffer);
    this.#bytes -= buffer.size;
    if (this.#buffers.size === 0) this.#onEmpty?.();
  }

  readonly #contents = new WeakSet<GPUBuffer>();
}

/**
 * Stands in for tfjs's buffer manager: new buffers come from the arena of the recording under way, if any, and every
 * buffer goes back to where it came from.
 */
export class BufferRouter implements BufferSource {
  /** Takes new buffers while a step is recorded. */
  current: BufferArena | null = null;
  readonly #owners = new WeakMap<GPUBuffer, BufferArena>();
  readonly #arenas = new Set<BufferArena>();
  /** Tensors beside the first that a buffer's contents belong to. */
  readonly #sharers = new Map<GPUBuffer, number>();
  readonly #watchers = new Map<GPUBuffer, Set<() => void>>();

  readonly #stock: StockBuffers;

  private constructor(stock: StockBuffers) {
    this.#stock = stock;
  }

  /** The backend's router; the first call puts it in place. */
  static of(gpu: GpuInternals): BufferRouter {
    if (!(gpu.bufferManager instanceof BufferRouter))
      gpu.bufferManager = new BufferRouter(gpu.bufferManager as StockBuffers);
    return gpu.bufferManager as BufferRouter;
  }

  get numBytesUsed(): number {
    return this.#stock.numBytesUsed + this.recordedBytes;
  }

  get numBytesAllocated(): number {
    return this.#stock.numBytesAllocated + this.recordedBytes;
  }

  acquireBuffer(size: number, usage: number, mappedAtCreation = false, reuse = true): GPUBuffer {
    const arena = this.current;
    if (arena === null) return this.#stock.acquireBuffer(size, usage, mappedAtCreation, reuse);
    const buffer = arena.acquire(size, usage, mappedAtCreation);
    this.#owners.set(buffer, arena);
    return buffer;
  }

  /** One more tensor has its values in `buffer`, which goes back only when all of them have given it up. */
  share(buffer: GPUBuffer): void {
    this.#sharers.set(buffer, (this.#sharers.get(buffer) ?? 0) + 1);
  }

  releaseBuffer(buffer: GPUBuffer, reuse = true): void {
    const others = this.#sharers.get(buffer) ?? 0;
    if (others > 1) this.#sharers.set(buffer, others - 1);
    else this.#sharers.delete(buffer);
    if (others > 0) return;
    const owner = this.#owners.get(buffer);
    if (owner !== undefined) {
      owner.release(buffer);
      return;
    }
    for (const notify of this.#watchers.get(buffer) ?? []) notify();
    this.#watchers.delete(buffer);
    this.#stock.releaseBuffer(buffer, reuse);
  }

  /** Whether a buffer belongs to `arena`. */
  owns(arena: BufferArena, buffer: GPUBuffer): boolean {
    return this.#owners.get(buffer) === arena;
  }

  /** Calls `notify` once when tfjs gives up one of `buffers`; returns how to stop. */
  watch(buffers: Iterable<GPUBuffer>, notify: () => void): () => void {
    const watched = [...buffers];
    for (const buffer of watched) {
      const set = this.#watchers.get(buffer) ?? new Set();
      this.#watchers.set(buffer, set.add(notify));
    }
    return () => {
      for (const buffer of watched) this.#watchers.get(buffer)?.delete(notify);
    };
  }

  /** Counts an arena's buffers in the backend's memory; returns how to stop. */
  include(arena: BufferArena): () => void {
    this.#arenas.add(arena);
    return () => this.#arenas.delete(arena);
  }

  /**
   * Gives the device back what tfjs keeps for tensors to come; commands that use it must have been submitted.
   */
  trim(): void {
    const stock = this.#stock;
    for (const buffers of stock.freeBuffers.values()) {
      for (const buffer of buffers) {
        stock.numBytesAllocated -= buffer.size;
        buffer.destroy();
      }
      stock.numFreeBuffers -= buffers.length;
      buffers.length = 0;
    }
  }

  getNumUsedBuffers(): number {
    return this.#stock.getNumUsedBuffers() + sum(this.#arenas, (arena) => arena.bufferCount);
  }

  getNumFreeBuffers(): number {
    return this.#stock.getNumFreeBuffers();
  }

  dispose(): void {
    for (const arena of this.#arenas) arena.dispose();
    this.#arenas.clear();
    this.#stock.dispose();
  }

  /** Bytes of all recordings. */
  get recordedBytes(): number {
    return sum(this.#arenas, (arena) => arena.byteCount);
  }
}

function sum<T>(items: Iterable<T>, value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}
