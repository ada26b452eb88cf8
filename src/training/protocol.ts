import type { LearnerSettings } from '../settings/learner.ts';

/** Both ends refuse to talk when this differs (a page kept open over a deployment, say). */
export const PROTOCOL_VERSION = 1;

export type BackendName = 'webgpu' | 'wasm' | 'webgl' | 'cpu';

/** What the learner runs on. */
export interface BackendInfo {
  readonly backend: BackendName;
  /** Adapter or engine, in words a person can read. */
  readonly adapter: string;
  /** True when no graphics processor does the work. */
  readonly software: boolean;
  /** Why WebGPU is not what runs, in one sentence, or `null` when it runs as asked. */
  readonly fallbackReason: string | null;
}

/** A learner's whole state: it resumes where it was. Opaque bytes, written and read by the trainer. */
export type LearnerState = ArrayBuffer;

/** Page → worker. Payload buffers are transferred. */
export type Command =
  | {
      readonly type: 'start';
      readonly protocolVersion: number;
      /** `auto`: WebGPU on a hardware adapter, else WASM, else WebGL. */
      readonly backend: BackendName | 'auto';
    }
  | {
      readonly type: 'open';
      /** Names the picture in every later message about it. */
      readonly documentId: string;
      readonly width: number;
      readonly height: number;
      /** RGBA bytes, row-major, `4·width·height`. */
      readonly pixels: ArrayBuffer;
      /** Label planes: `width·height` bytes and `2·width·height` bytes. */
      readonly classIds: ArrayBuffer;
      readonly strokeIds: ArrayBuffer;
      readonly labelRevision: number;
      /** Class ids in channel order. */
      readonly channels: readonly number[];
      readonly settings: LearnerSettings;
      /** Exact mask of class ids (255: unknown), where one is known. */
      readonly truth: ArrayBuffer | null;
      /** A learner kept from an earlier visit to this picture. */
      readonly state: LearnerState | null;
    }
  | {
      readonly type: 'patch';
      readonly documentId: string;
      /** An encoded label patch. */
      readonly patch: ArrayBuffer;
      readonly labelRevision: number;
    }
  | {
      readonly type: 'configure';
      readonly documentId: string;
      readonly channels: readonly number[];
      readonly settings: LearnerSettings;
    }
  | { readonly type: 'train' }
  | { readonly type: 'pause' }
  | { readonly type: 'step' }
  | { readonly type: 'reset' }
  | { readonly type: 'save'; readonly requestId: number }
  | { readonly type: 'restore'; readonly documentId: string; readonly state: LearnerState };

/**
 * `loading`: the backend starts. `ready`: untrained. `compiling`: the first step of a network is under way.
 * `training`. `paused`: by a person, or by a single step. `finished`: the step budget is used up.
 */
export type Phase = 'loading' | 'ready' | 'compiling' | 'training' | 'paused' | 'finished';

/** One training step's figures. */
export interface TelemetryPoint {
  readonly step: number;
  /** The label loss of the step's augmented batch. */
  readonly loss: number;
}

/** Scores of one full-picture prediction against today's labels. `null`: undefined, shown as "–". */
export interface PredictionScores {
  readonly maskedAccuracy: number | null;
  readonly meanIou: number | null;
  /** Per class id; a class that is in neither labels nor prediction is left out. */
  readonly iouByClass: Readonly<Record<number, number>>;
  /** Against the exact mask over every known pixel, where one is known. */
  readonly trueAccuracy: number | null;
  readonly trueMeanIou: number | null;
}

/** Worker → page. Payload buffers are transferred. */
export type Event =
  | { readonly type: 'started'; readonly protocolVersion: number; readonly backend: BackendInfo }
  | {
      /** A learner was built for the picture, or built anew because the network changed. */
      readonly type: 'learner';
      readonly documentId: string;
      readonly parameterCount: number;
      /** Side of the square of input pixels that one logit depends on. */
      readonly receptiveFieldPx: number;
    }
  | {
      readonly type: 'status';
      readonly documentId: string | null;
      readonly phase: Phase;
      readonly step: number;
      readonly stepBudget: number;
      /** Why training cannot go on as asked ("Nothing is labeled yet"), or `null`. */
      readonly notice: string | null;
    }
  | {
      readonly type: 'telemetry';
      readonly documentId: string;
      readonly points: readonly TelemetryPoint[];
      /** Over the last few steps; `null` before there are two. */
      readonly stepsPerSecond: number | null;
    }
  | {
      readonly type: 'prediction';
      readonly documentId: string;
      readonly step: number;
      readonly labelRevision: number;
      readonly width: number;
      readonly height: number;
      /** Class id per pixel; 254 where "unlabeled" was predicted, which only the extra-class treatment does. */
      readonly classMap: ArrayBuffer;
      /** Probability of that class, 0–255. */
      readonly confidence: ArrayBuffer;
      readonly scores: PredictionScores;
    }
  | {
      /** New scores of the prediction that the page already has, after its labels changed. */
      readonly type: 'scores';
      readonly documentId: string;
      readonly step: number;
      readonly labelRevision: number;
      readonly scores: PredictionScores;
    }
  | {
      readonly type: 'saved';
      readonly requestId: number;
      readonly documentId: string;
      readonly state: LearnerState | null;
    }
  | {
      readonly type: 'cleared';
      readonly documentId: string;
      /** What Reset threw away, so that it can be undone; `null` when there was nothing. */
      readonly state: LearnerState | null;
    }
  | {
      readonly type: 'failed';
      /** One sentence for a person: what happened, what was kept. */
      readonly message: string;
      /** True when the worker cannot go on and must be started again. */
      readonly fatal: boolean;
    };
