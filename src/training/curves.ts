import { Series } from './series.ts';

/** The curves of one learner's life: they start over when the learner does. */
export class TrainingCurves {
  /** Label loss of each step's augmented batch. */
  readonly loss = new Series();
  /** Masked accuracy of the full-picture predictions. */
  readonly maskedAccuracy = new Series();
  /** Accuracy against the exact mask, where one is known. */
  readonly trueAccuracy = new Series();
}
