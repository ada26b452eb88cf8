import type { RatePoint } from '../metrics/learningRateCurve.ts';
import type { SettingsDifference } from '../settings/difference.ts';
import type { SoundPrograms, TunedAdapter } from '../settings/gpuVerdicts.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import type { PictureUse } from '../settings/pictureUse.ts';
import type { BackendInfo, BackendName, GpuTestRequest, KnownAdapter, TuneRequest } from './backendMessages.ts';
import type { InspectionMaps, ProbedPixel } from './inspectionMessages.ts';
import type {
  BestLearner,
  Checkpoint,
  ComparedLearner,
  ComparedPrediction,
  HeldOutScores,
  LearnerState,
  PredictionScores,
  RawPrediction,
  TelemetryPoint,
} from './learnerMessages.ts';

/** Both ends refuse to talk when this differs (a page kept open over a deployment, say). */
export const PROTOCOL_VERSION = 12;

/** A picture of a project as it is transferred to the worker. */
export interface PictureInput {
  /** Names the picture, within its project, in every later message about it. */
  readonly pictureId: string;
  readonly width: number;
  readonly height: number;
  /** RGBA bytes, row-major, `4·width·height`. */
  readonly pixels: ArrayBuffer;
  /** Label planes: `width·height` bytes and `2·width·height` bytes. */
  readonly classIds: ArrayBuffer;
  readonly strokeIds: ArrayBuffer;
  readonly labelRevision: number;
  /** Exact mask of class ids (255: unknown), where one is known. */
  readonly truth: ArrayBuffer | null;
  /** What its labels are for. */
  readonly use: PictureUse;
  /** Strokes of it that are not learned from, but scored with. */
  readonly heldOutStrokeIds: readonly number[];
}

/** The held-out strokes of one picture: all of them. */
export interface HeldOutInput {
  readonly pictureId: string;
  readonly strokeIds: readonly number[];
}

/** Page → worker. Payload buffers are transferred. */
export type Command =
  | {
      readonly type: 'start';
      readonly protocolVersion: number;
      /** `auto`: WebGPU on a hardware adapter, else WASM, else WebGL. */
      readonly backend: BackendName | 'auto';
      readonly gpuTest: GpuTestRequest;
      readonly adapters: readonly KnownAdapter[];
    }
  | ({
      /**
       * In place of `start`, to a worker that is for nothing else: finds out how kernels are best cut on the graphics
       * processor, and whether WebAssembly would be quicker. `tuned` answers.
       */
      readonly type: 'tune';
    } & TuneRequest)
  | {
      readonly type: 'open';
      /** Names the project in every later message about it. */
      readonly projectId: string;
      readonly pictures: readonly PictureInput[];
      /** The picture that is predicted live, if any. */
      readonly activePictureId: string | null;
      /** Class ids in channel order. */
      readonly channels: readonly number[];
      readonly settings: LearnerSettings;
      /** A learner kept from an earlier visit to this project. */
      readonly state: LearnerState | null;
    }
  | { readonly type: 'addPicture'; readonly projectId: string; readonly picture: PictureInput }
  | { readonly type: 'removePicture'; readonly projectId: string; readonly pictureId: string }
  | { readonly type: 'setUse'; readonly projectId: string; readonly pictureId: string; readonly use: PictureUse }
  | {
      /** Other strokes are held out in these pictures from now on. Comes before the patches of such strokes. */
      readonly type: 'holdOut';
      readonly projectId: string;
      readonly pictures: readonly HeldOutInput[];
    }
  | {
      /** Predicts this picture live from now on; a prediction comes if the learner ever took a step. */
      readonly type: 'activate';
      readonly projectId: string;
      readonly pictureId: string;
    }
  | {
      readonly type: 'patch';
      readonly projectId: string;
      readonly pictureId: string;
      /** An encoded label patch. */
      readonly patch: ArrayBuffer;
      readonly labelRevision: number;
    }
  | {
      readonly type: 'configure';
      readonly projectId: string;
      readonly channels: readonly number[];
      readonly settings: LearnerSettings;
    }
  | {
      readonly type: 'train';
      /** This many more, then a pause; `null`: to the end of the budget. */
      readonly steps: number | null;
    }
  | { readonly type: 'pause' }
  | { readonly type: 'step' }
  | { readonly type: 'reset' }
  | {
      /**
       * Begins anew with two learners that differ in one setting and take every step together; or, with `null`, goes on
       * with the first alone, as it is. `reset` and `configure` are for both; whatever restores the first ends it.
       */
      readonly type: 'compare';
      readonly projectId: string;
      readonly difference: SettingsDifference | null;
    }
  /**
   * Tries rising learning rates on the learner, which is then as it was. Any command but `save`, `checkpoint`, `inspect` and
   * `probe` ends the search.
   */
  | { readonly type: 'findRate' }
  | { readonly type: 'save'; readonly requestId: number }
  /** Asks for a `checkpoint` now, where training goes on and there is something that the last one did not hold. */
  | { readonly type: 'checkpoint' }
  /** Is answered by `alive` as soon as the worker's thread is free, whatever else waits. */
  | { readonly type: 'ping' }
  | { readonly type: 'restore'; readonly projectId: string; readonly state: LearnerState }
  | {
      /** Goes back to the learner that predicted held-out strokes best; nothing happens where none was kept. */
      readonly type: 'restoreBest';
      readonly projectId: string;
    }
  | {
      /** Asks for one prediction of any picture, also while training goes on. */
      readonly type: 'predict';
      readonly requestId: number;
      readonly pictureId: string;
    }
  | {
      /** Asks what the learner of a snapshot's step says of a picture; today's learner stays in place. */
      readonly type: 'predictPast';
      readonly requestId: number;
      readonly pictureId: string;
      readonly step: number;
    }
  | {
      /** Goes on from what the learner was at a snapshot's step; nothing changes where none was kept. */
      readonly type: 'branch';
      readonly projectId: string;
      readonly step: number;
    }
  | {
      /**
       * Whether the loss of the active picture is to be taken apart: then an inspection comes with its predictions, and
       * after every change while nothing trains. Off at first, and then free.
       */
      readonly type: 'inspect';
      readonly on: boolean;
    }
  | {
      /** Asks for one pixel of the newest inspection, also while training goes on. */
      readonly type: 'probe';
      readonly requestId: number;
      readonly pictureId: string;
      readonly x: number;
      readonly y: number;
    };

/**
 * `loading`: the backend starts. `ready`: untrained. `compiling`: the first step of a network is under way.
 * `training`. `searching`: learning rates are tried. `paused`: by a person, or by a single step. `finished`: the step
 * budget is used up, or held-out strokes have not been predicted better for long.
 */
export type Phase = 'loading' | 'ready' | 'compiling' | 'training' | 'searching' | 'paused' | 'finished';

/**
 * `diverged`: the loss of the project's own learner is no number any more. `memory`: the graphics device has too
 * little, which is fatal, or takes nothing as large, which is not.
 * `gpu`: it refused anything else, or was taken away. `disagreement`: it computes something else than the processor does.
 */
export type FailureCause = 'diverged' | 'memory' | 'gpu' | 'disagreement';

/** Worker → page. Payload buffers are transferred. */
export type Event =
  | { readonly type: 'started'; readonly protocolVersion: number; readonly backend: BackendInfo }
  | {
      /** A learner was built for the project, or built anew because the network changed, or is compared with another. */
      readonly type: 'learner';
      readonly projectId: string;
      readonly parameterCount: number;
      /** Side of the square of input pixels that one logit depends on. */
      readonly receptiveFieldPx: number;
      /** The learner beside it; `null`: there is none. */
      readonly compared: ComparedLearner | null;
    }
  | {
      readonly type: 'status';
      readonly projectId: string | null;
      readonly phase: Phase;
      readonly step: number;
      readonly stepBudget: number;
      /** Pictures that the learner learns from: those for training that have labels. */
      readonly trainingPictures: number;
      /** Why training does not go on as asked ("Nothing is labeled yet") or ended early, or `null`. */
      readonly notice: string | null;
    }
  | {
      readonly type: 'telemetry';
      readonly projectId: string;
      readonly points: readonly TelemetryPoint[];
      /** Of the same steps, by the learner that is compared with; none where there is none. */
      readonly comparedPoints: readonly TelemetryPoint[];
      /** Over the last few steps; `null` before there are two. */
      readonly stepsPerSecond: number | null;
    }
  | ({
      /** The active picture, predicted. */
      readonly type: 'prediction';
      readonly projectId: string;
      readonly pictureId: string;
      readonly labelRevision: number;
      readonly scores: PredictionScores;
      /** The same by the learner that is compared with, at the same step; `null`: there is none. */
      readonly compared: ComparedPrediction | null;
    } & RawPrediction)
  | {
      /** New scores of the active picture's prediction, which the page already has, after its labels changed. */
      readonly type: 'scores';
      readonly projectId: string;
      readonly pictureId: string;
      readonly step: number;
      readonly labelRevision: number;
      readonly scores: PredictionScores;
      /** Those of the learner that is compared with; `null`: there is none. */
      readonly comparedScores: PredictionScores | null;
    }
  | {
      /** Scores of another picture's newest prediction, which the page does not get. */
      readonly type: 'pictureScores';
      readonly projectId: string;
      readonly pictureId: string;
      readonly step: number;
      readonly labelRevision: number;
      readonly scores: PredictionScores;
    }
  | {
      /** A search for a learning rate came further, or ended: then the learner is as it was before. */
      readonly type: 'rateSearch';
      readonly projectId: string;
      /** Since the last such message. */
      readonly points: readonly RatePoint[];
      readonly isOver: boolean;
      /** Why it ended before its time, as a sentence, or `null`. */
      readonly stoppedBecause: string | null;
    }
  | {
      /** The held-out strokes of all training pictures were scored at a step. */
      readonly type: 'heldOutScores';
      readonly projectId: string;
      readonly step: number;
      readonly scores: HeldOutScores;
      readonly best: BestLearner | null;
    }
  | {
      /** A learner from before is in place again: the best one, or that of a snapshot. */
      readonly type: 'wentBack';
      readonly projectId: string;
      readonly step: number;
      /** The learner that it took the place of, so that it can be undone; `null`: its numbers were not finite. */
      readonly state: LearnerState | null;
    }
  | {
      /** Steps of which a snapshot is kept, in rising order; told whenever they change. */
      readonly type: 'snapshots';
      readonly projectId: string;
      readonly steps: readonly number[];
    }
  | {
      readonly type: 'saved';
      readonly requestId: number;
      readonly projectId: string;
      /** `null`: it never took a step, or `failure` says why it could not be had. */
      readonly state: LearnerState | null;
      /** One sentence; `null`: nothing failed. */
      readonly failure: string | null;
    }
  | ({
      /** Unasked every few seconds of training: what a fault leaves to go on from. */
      readonly type: 'checkpoint';
      readonly projectId: string;
    } & Checkpoint)
  /** A graphics processor passed its self-test: it computes these programs as the processor does. */
  | ({ readonly type: 'gpuTested' } & SoundPrograms)
  /** A graphics processor was timed. */
  | ({ readonly type: 'tuned' } & TunedAdapter)
  | { readonly type: 'alive' }
  | {
      readonly type: 'predicted';
      readonly requestId: number;
      /** `null` when the learner never took a step, or the picture or the snapshot is not there. */
      readonly prediction: RawPrediction | null;
    }
  | ({
      /** The active picture's loss, taken apart at the learner's step. */
      readonly type: 'inspection';
      readonly projectId: string;
      readonly pictureId: string;
    } & InspectionMaps)
  | {
      readonly type: 'probed';
      readonly requestId: number;
      /** `null` when the picture was not inspected. */
      readonly pixel: ProbedPixel | null;
    }
  | {
      readonly type: 'cleared';
      readonly projectId: string;
      /** What Reset threw away, so that it can be undone; `null` when there was nothing, or no finite number. */
      readonly state: LearnerState | null;
    }
  | {
      readonly type: 'failed';
      /** One sentence for a person: what happened, what was kept. */
      readonly message: string;
      /** True when the worker cannot go on and must be started again. */
      readonly fatal: boolean;
      /** What there is more to do about than to read it; `null`: nothing. */
      readonly cause: FailureCause | null;
    };
