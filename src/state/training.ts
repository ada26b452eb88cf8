import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../settings/learner.ts';
import type { BackendInfo } from '../training/backendMessages.ts';
import type { BestLearner, HeldOutScores } from '../training/learnerMessages.ts';
import type { Phase } from '../training/protocol.ts';

/** Why a graphics processor does not train. */
export interface GpuAvoidance {
  /** A sentence. */
  readonly because: string;
  /** It computes what it should, but WASM is quicker. */
  readonly isOnlySlower: boolean;
}

export interface TrainingSlice {
  /** What is chosen about the learner of the open project. */
  readonly settings: LearnerSettings;
  readonly backend: BackendInfo | null;
  /** Why WASM trains where a graphics processor could; `null`: it does not. */
  readonly avoidsGpu: GpuAvoidance | null;
  /** The worker's phase, or `stopped` where the worker is broken; `notice` says how. */
  readonly phase: Phase | 'stopped';
  readonly step: number;
  readonly stepBudget: number;
  readonly stepsPerSecond: number | null;
  readonly loss: number | null;
  /** Learning rate of the newest step. */
  readonly learningRate: number | null;
  /** Of the held-out strokes of all pictures; `null` where there are none, or not yet. */
  readonly heldOutScores: HeldOutScores | null;
  /** Step of the learner that was scored. */
  readonly heldOutStep: number | null;
  /** The learner that predicted held-out strokes best, kept by the worker. */
  readonly bestLearner: BestLearner | null;
  /** Step of the prediction on the screen, or `null` when there is none. */
  readonly predictionStep: number | null;
  /** `performance.now()` when that prediction arrived. */
  readonly predictionAtMs: number;
  /** Labels have changed since the learner last took a step. */
  readonly labelsChangedSinceStep: boolean;
  readonly parameterCount: number | null;
  readonly receptiveFieldPx: number | null;
  /** Labeled pictures that training draws from. */
  readonly trainingPictures: number;
  /** Why training cannot go on as asked. */
  readonly notice: string | null;
  /** The newest search for a learning rate; its curve is `workbench.rates`'. */
  readonly rateSearch: RateSearchState | null;
}

export interface RateSearchState {
  readonly isOver: boolean;
  /** Rates tried. */
  readonly tried: number;
  /** What to take, once it is over; `null`: nothing can be suggested. */
  readonly suggestion: number | null;
  /** Why there is no suggestion, or why the search ended before its time. */
  readonly notice: string | null;
}

/** What training says before it has begun. */
export const NO_TRAINING = {
  phase: 'ready',
  step: 0,
  stepsPerSecond: null,
  loss: null,
  learningRate: null,
  heldOutScores: null,
  heldOutStep: null,
  bestLearner: null,
  predictionStep: null,
  predictionAtMs: 0,
  labelsChangedSinceStep: false,
  notice: null,
  rateSearch: null,
} as const satisfies Partial<TrainingSlice>;

/** Before the learner has started. */
export const FIRST_TRAINING: TrainingSlice = {
  ...NO_TRAINING,
  phase: 'loading',
  settings: DEFAULT_LEARNER_SETTINGS,
  backend: null,
  avoidsGpu: null,
  stepBudget: DEFAULT_LEARNER_SETTINGS.stepBudget,
  parameterCount: null,
  receptiveFieldPx: null,
  trainingPictures: 0,
};
