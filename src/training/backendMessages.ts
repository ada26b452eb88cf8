import type { SoundPrograms } from '../settings/gpuVerdicts.ts';

export type BackendName = 'webgpu' | 'wasm' | 'webgl' | 'cpu';

/** What the learner runs on. */
export interface BackendInfo {
  readonly backend: BackendName;
  /** Adapter or engine, in words a person can read. */
  readonly adapter: string;
  /** Vendor, architecture and device of the graphics adapter; empty where the browser does not tell, or none is used. */
  readonly identity: string;
  /** Whether it runs without a graphics processor. */
  readonly software: boolean;
  /** Why WebGPU is not what runs, in one sentence, or `null` when it runs as asked. */
  readonly fallbackReason: string | null;
}

/** Which self-tests a graphics processor has to pass before it trains. */
export interface GpuTestRequest {
  /** Programs that each adapter, by its {@link BackendInfo.identity}, has passed the self-test with. */
  readonly sound: readonly SoundPrograms[];
  /** Test again in any case, a software adapter too. */
  readonly always: boolean;
}
