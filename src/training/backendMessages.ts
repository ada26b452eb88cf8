import type { GpuTuning } from '../settings/gpuTuning.ts';
import type { SoundPrograms } from '../settings/gpuVerdicts.ts';
import type { LearnerSettings } from '../settings/learner.ts';

export type BackendName = 'webgpu' | 'wasm' | 'webgl' | 'cpu';

/** What the learner runs on. */
export interface BackendInfo {
  readonly backend: BackendName;
  /** Adapter or engine, in words a person can read. */
  readonly adapter: string;
  /** Vendor, architecture and device of the graphics adapter; empty where the browser does not tell, or none is used or passed over. */
  readonly identity: string;
  /** Whether it runs without a graphics processor. */
  readonly software: boolean;
  /** Why WebGPU is not what runs, in one sentence, or `null` when it runs as asked. */
  readonly fallbackReason: string | null;
  /** Whether a graphics adapter could do the work but is passed over for what is known of it. */
  readonly avoided: boolean;
}

/** What earlier visits found on a graphics adapter, by its {@link BackendInfo.identity}. */
export interface KnownAdapter {
  readonly adapter: string;
  /** How kernels are to be cut on it; `null`: it was not timed. */
  readonly tuning: GpuTuning | null;
  /** Why it is passed over unless it is asked for by name, as a sentence; `null`: it is not. */
  readonly avoidedBecause: string | null;
}

/** Which self-tests a graphics processor has to pass before it trains. */
export interface GpuTestRequest {
  /** Programs that each adapter, by its {@link BackendInfo.identity}, has passed the self-test with. */
  readonly sound: readonly SoundPrograms[];
  /** Test again in any case, a software adapter too. */
  readonly always: boolean;
}

/** Of which learner's step the time is to be taken, see the command `tune`. */
export interface TuneRequest {
  /** Class ids in channel order. */
  readonly channels: readonly number[];
  readonly settings: LearnerSettings;
  /** Of the picture that it learns from, in pixels. */
  readonly width: number;
  readonly height: number;
}
