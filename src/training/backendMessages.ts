import type { GpuTuning } from '../settings/gpuTuning.ts';
import type { SoundPrograms } from '../settings/gpuVerdicts.ts';
import type { LearnerSettings } from '../settings/learner.ts';

export type BackendName = 'webgpu' | 'wasm' | 'webgl' | 'cpu';

/** What the learner runs on. */
export interface BackendInfo {
  readonly backend: BackendName;
  /** Adapter or engine, in words a person can read. */
  readonly adapter: string;
  /** What tells graphics adapters apart, empty where the browser tells nothing, or none does the work or is avoided. */
  readonly identity: string;
  /** True when no graphics processor does the work. */
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

/** Whether a graphics processor is to prove what it computes before it trains. */
export interface GpuTestRequest {
  /** Programs that it has been seen to compute as the processor does, by its {@link BackendInfo.identity}. */
  readonly sound: readonly SoundPrograms[];
  /** Whatever is known, and a software adapter, too. */
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
