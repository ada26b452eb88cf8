import type { Interval } from '../metrics/bootstrap.ts';
import type { SettingsDifference } from '../settings/difference.ts';
import type { LearnerSettings } from '../settings/learner.ts';

/** A learner's whole state: it resumes where it was. Opaque bytes, written and read by the trainer. */
export type LearnerState = ArrayBuffer;

/** What a network says of a whole picture. */
export interface RawPrediction {
  /** Steps that the learner had taken. */
  readonly step: number;
  readonly width: number;
  readonly height: number;
  /** Class id per pixel; 254 where "unlabeled" was predicted, which only the extra-class treatment does. */
  readonly classMap: ArrayBuffer;
  /** Probability of that class, 0–255. */
  readonly confidence: ArrayBuffer;
  /** What that is above the next class's, 0–255: low where the network wavers. */
  readonly margin: ArrayBuffer;
}

/** One training step's figures. */
export interface TelemetryPoint {
  readonly step: number;
  /** The label loss of the step's augmented batch. */
  readonly loss: number;
  /** What the step was taken at. */
  readonly learningRate: number;
}

/**
 * Scores of one full-picture prediction against today's labels, held-out strokes left out. `null`: undefined, shown as
 * "–".
 */
export interface PredictionScores {
  readonly maskedAccuracy: number | null;
  readonly meanIou: number | null;
  /** Per class id; a class that is in neither labels nor prediction is left out. */
  readonly iouByClass: Readonly<Record<number, number>>;
  /** Against the exact mask over every known pixel, where one is known. */
  readonly trueAccuracy: number | null;
  readonly trueMeanIou: number | null;
}

/** The learner that the project's own is compared with. */
export interface ComparedLearner {
  /** The one setting in which it differs. */
  readonly difference: SettingsDifference;
  readonly parameterCount: number;
}

/** What it says of the picture that the project's own learner was asked about, too. */
export interface ComparedPrediction extends RawPrediction {
  readonly scores: PredictionScores;
}

/** Scores of the held-out strokes of all pictures together, predicted by one learner. */
export interface HeldOutScores {
  /** Strokes that were scored. */
  readonly strokes: number;
  readonly maskedAccuracy: number;
  /** Bootstrapped over strokes; `null` where one stroke is all, or there are so many that it would say nothing. */
  readonly accuracyInterval: Interval | null;
  /** Over the classes that have held-out strokes. */
  readonly meanIou: number;
}

/** A learner as it was at a step. */
export interface Checkpoint {
  readonly step: number;
  readonly state: LearnerState;
  /** What it was configured with then. */
  readonly settings: LearnerSettings;
}

/** The learner that predicted held-out strokes best, kept by the worker. */
export interface BestLearner {
  readonly step: number;
  readonly meanIou: number;
}
