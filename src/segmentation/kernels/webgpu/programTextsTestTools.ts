import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** Two texts of programs that tfjs would take for one. */
export interface KeyConflict {
  readonly key: string;
  readonly texts: readonly [former: string, other: string];
}

/**
 * What tfjs looks programs up by in its cache, and the text that it has of each program asked for under it. From the moment
 * this is made, for as long as the test's process lives, the backend writes every text and compiles and runs none.
 */
export class ProgramTexts {
  #conflicts: KeyConflict[] = [];
  readonly #textOf = new Map<string, string>();

  constructor(backend: WebGPUBackend) {
    const { device } = backend;
    let text = '';
    device.createShaderModule = (descriptor) => {
      text = descriptor.code;
      return {} as GPUShaderModule;
    };
    device.createComputePipeline = () => ({}) as GPUComputePipeline;
    device.createComputePipelineAsync = () => Promise.resolve({} as GPUComputePipeline);
    // A cache in which nothing is found, so that every text is written, however often its key was seen.
    const cache = new Proxy<Record<string, GPUComputePipeline>>(
      {},
      {
        has: () => false,
        set: (_, key) => {
          this.#note(String(key), text);
          return true;
        },
      },
    );
    Object.assign(backend, { pipelineCache: cache, recordAndSubmit: () => undefined });
  }

  /** What programs were looked up by. */
  get keys(): string[] {
    return [...this.#textOf.keys()];
  }

  /** Those since the last call. */
  takeConflicts(): KeyConflict[] {
    const conflicts = this.#conflicts;
    this.#conflicts = [];
    return conflicts;
  }

  #note(key: string, text: string): void {
    const former = this.#textOf.get(key) ?? text;
    this.#textOf.set(key, former);
    if (former !== text) this.#conflicts.push({ key, texts: [former, text] });
  }
}
