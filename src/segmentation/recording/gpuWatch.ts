import type { GpuInternals } from './gpuInternals.ts';

/**
 * What went wrong on the graphics device. `memory`: it has too little, or a buffer would be larger than it allows. `gpu`:
 * it refused anything else, or was taken away.
 */
export type GpuFailure = 'memory' | 'gpu';

/**
 * The graphics device failed, as one sentence for a person; `cause` is what the device said. Nothing that lies on it is of
 * any worth afterwards: operations were left out, so buffers hold zeros or what was in them before.
 */
export class GpuError extends Error {
  override readonly name = 'GpuError';
  readonly failure: GpuFailure;

  constructor(sentence: string, failure: GpuFailure, cause?: unknown) {
    super(sentence, { cause });
    this.failure = failure;
  }
}

const NO_MEMORY = 'The graphics processor has too little memory for this network on this picture, so training stopped.';
const REFUSED = 'The graphics processor could not carry out what it was asked for, so training stopped.';
const TAKEN_AWAY = 'The browser took the graphics device away, so training stopped.';

const FILTERS = ['validation', 'out-of-memory', 'internal'] as const satisfies readonly GPUErrorFilter[];

const watches = new WeakMap<GPUDevice, GpuWatch>();

/**
 * Hears what a device says of commands that it could not carry out; unheard, they would leave zeros that look like results.
 *
 * It listens to errors that nobody expects, puts error scopes around every allocation and around whatever is run
 * {@link during} it, and holds everything that is read back until it is known that all that led to it was done. A replayed
 * step has no scope of its own: what is wrong with it is heard when its results are read.
 */
export class GpuWatch {
  readonly #device: GPUDevice;
  readonly #listeners = new Set<(error: GpuError) => void>();
  #failure: GpuError | null = null;
  /** Settles when all scopes that were closed so far have been answered. */
  #answered: Promise<void> = Promise.resolve();

  private constructor(gpu: GpuInternals) {
    const { device, getBufferData } = gpu;
    this.#device = device;
    device.addEventListener('uncapturederror', ({ error }) => {
      // It may come of an allocation before, whose scope is yet to be answered: that is the reason then.
      void this.#answered.then(() => this.#hear(error, 'gpu'));
    });
    void device.lost.then(({ message }) => this.#fail(new GpuError(TAKEN_AWAY, 'gpu', message)));
    this.#watchAllocations();
    gpu.getBufferData = (buffer) => this.read(() => getBufferData.call(gpu, buffer));
  }

  /** The watch over a backend's device; the first call puts it in place. */
  static over(gpu: GpuInternals): GpuWatch {
    const watch = watches.get(gpu.device) ?? new GpuWatch(gpu);
    watches.set(gpu.device, watch);
    return watch;
  }

  /** Calls `listener` with the first failure, once, as soon as it is heard; at once where there was one. */
  onFailure(listener: (error: GpuError) => void): void {
    if (this.#failure === null) this.#listeners.add(listener);
    else listener(this.#failure);
  }

  /** Throws the {@link GpuError} of a device that is known to have failed. */
  assertSound(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Runs `work`, without waiting: what the device cannot do of it is a failure of this kind. */
  during<Result>(work: () => Result, failure: GpuFailure): Result {
    for (const filter of FILTERS) this.#device.pushErrorScope(filter);
    try {
      return work();
    } finally {
      for (const _ of FILTERS) this.#closeScope(failure);
    }
  }

  /**
   * What `read`, which must ask for it at once, brings back from the device, once it is known that everything that was
   * submitted before was carried out. Rejects with a {@link GpuError} where it was not.
   */
  async read<Result>(read: () => Promise<Result>): Promise<Result> {
    const reading = read().catch(async (error: unknown) => {
      // Where the device itself failed, that is the reason.
      await this.#settled();
      throw this.#fail(new GpuError(REFUSED, 'gpu', error));
    });
    const [result] = await Promise.all([reading, this.#settled()]);
    return result;
  }

  /** Rejects with a {@link GpuError} where something that was submitted before was not carried out. */
  async #settled(): Promise<void> {
    // An empty scope is answered after the errors of all that came before it.
    this.#device.pushErrorScope('validation');
    this.#closeScope('gpu');
    await this.#answered;
    this.assertSound();
  }

  #closeScope(failure: GpuFailure): void {
    const heard = this.#device.popErrorScope().then(
      (error) => {
        if (error !== null) this.#hear(error, failure);
      },
      // A lost device has no answers, and says itself that it is lost.
      () => undefined,
    );
    this.#answered = this.#answered.then(() => heard);
  }

  #hear(error: GPUError, failure: GpuFailure): void {
    const isMemory = failure === 'memory' || error instanceof GPUOutOfMemoryError;
    this.#fail(isMemory ? outOfMemory(error.message) : new GpuError(REFUSED, 'gpu', error.message));
  }

  /** Tells of the first failure, and returns it: what follows comes of it. */
  #fail(error: GpuError): GpuError {
    if (this.#failure !== null) return this.#failure;
    this.#failure = error;
    for (const listener of this.#listeners) listener(error);
    this.#listeners.clear();
    return error;
  }

  #watchAllocations(): void {
    const device = this.#device;
    const { createBuffer } = device;
    const most = device.limits.maxStorageBufferBindingSize;
    device.createBuffer = (descriptor) => {
      const { size, usage } = descriptor;
      // It could be made, but no shader could read it.
      if ((usage & GPUBufferUsage.STORAGE) !== 0 && size > most)
        throw this.#fail(outOfMemory(`${size} > ${most} bytes`));
      try {
        return this.during(() => createBuffer.call(device, descriptor), 'memory');
      } catch (error) {
        throw isAllocationFailure(error) ? this.#fail(outOfMemory(error)) : error;
      }
    };
  }
}

function outOfMemory(cause: unknown): GpuError {
  return new GpuError(NO_MEMORY, 'memory', cause);
}

/** Browsers throw where a buffer cannot be mapped in their own memory. */
function isAllocationFailure(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.name === 'OperationError');
}
