import { Series } from './series.ts';

/** Every curve of a learner's life, by the name under which it is kept. */
export const CURVE_NAMES = [
  'loss',
  'maskedAccuracy',
  'meanIou',
  'heldOutAccuracy',
  'heldOutMeanIou',
  'trueAccuracy',
  'trueMeanIou',
] as const;

export type CurveName = (typeof CURVE_NAMES)[number];

/** The curves of one learner's life: they start over when the learner does. */
export class TrainingCurves implements Readonly<Record<CurveName, Series>> {
  /** Label loss of each step's augmented batch. */
  readonly loss = new Series();
  /** Masked scores of the full-picture predictions, held-out strokes left out. */
  readonly maskedAccuracy = new Series();
  readonly meanIou = new Series();
  /** Scores of the held-out strokes, where there are any. */
  readonly heldOutAccuracy = new Series();
  readonly heldOutMeanIou = new Series();
  /** Scores against the exact mask, where one is known. */
  readonly trueAccuracy = new Series();
  readonly trueMeanIou = new Series();

  /** Copies of the curves, as far as `step`. */
  upTo(step: number): TrainingCurves {
    const curves = new TrainingCurves();
    for (const name of CURVE_NAMES) {
      for (const [x, y] of this[name].pairs()) if (x <= step) curves[name].push(x, y);
    }
    return curves;
  }
}
