import type { AppState } from '../state/store.ts';

/** Steps after which a lesson asks what there is to see. */
const LESSON_STEPS = 60;

/** A trained network is on the screen, and nothing is under way. */
export function hasTrained({ step, phase, predictionStep }: AppState): boolean {
  return step >= LESSON_STEPS && predictionStep === step && phase !== 'training' && phase !== 'compiling';
}

export function isUntrained({ step }: AppState): boolean {
  return step === 0;
}

/** More of the picture is labeled than when the step began. */
export function hasPainted(now: AppState, begun: AppState): boolean {
  return now.labeledPixels > begun.labeledPixels;
}

/** A prediction came of a learner that has taken more steps than when the step began. */
export function hasLearnedMore({ predictionStep }: AppState, begun: AppState): boolean {
  return predictionStep !== null && predictionStep > begun.step;
}
