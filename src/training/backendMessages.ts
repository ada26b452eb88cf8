import type { SoundPrograms } from '../settings/gpuVerdicts.ts';

export type BackendName = 'webgpu' | 'wasm' | 'webgl' | 'cpu';

/** What the learner runs on. */
export interface BackendInfo {
  readonly backend: BackendName;
  /** Adapter or engine, in words a person can read. */
  readonly adapter: string;
  /** What tells graphics adapters apart, empty where the browser tells nothing, or none does the work. */
  readonly identity: string;
  /** True when no graphics processor does the work. */
  readonly software: boolean;
  /** Why WebGPU is not what runs, in one sentence, or `null` when it runs as asked. */
  readonly fallbackReason: string | null;
}

/** Whether a graphics processor is to prove what it computes before it trains. */
export interface GpuTestRequest {
  /** Programs that it has been seen to compute as the processor does, by its {@link BackendInfo.identity}. */
  readonly sound: readonly SoundPrograms[];
  /** Whatever is known, and a software adapter, too. */
  readonly always: boolean;
}
