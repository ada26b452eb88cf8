import { labeledPixels } from '../state/selectors.ts';
import type { AppState } from '../state/store.ts';
import type { TrainingSlice } from '../state/training.ts';

/** Steps after which a lesson asks what there is to see. */
const LESSON_STEPS = 60;

/** A trained network is on the screen, and nothing is under way. */
export function hasTrained({ step, phase, predictionStep }: TrainingSlice): boolean {
  return step >= LESSON_STEPS && predictionStep === step && phase !== 'training' && phase !== 'compiling';
}

export function isUntrained({ step }: TrainingSlice): boolean {
  return step === 0;
}

/** More of the picture is labeled than when the step began. */
export function hasPainted(now: AppState, begun: AppState): boolean {
  return labeledPixels(now.document) > labeledPixels(begun.document);
}

/** A prediction came of a learner that has taken more steps than when the step began. */
export function hasLearnedMore({ training: { predictionStep } }: AppState, begun: AppState): boolean {
  return predictionStep !== null && predictionStep > begun.training.step;
}
