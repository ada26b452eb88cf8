import { MAX_CLASSES, PREDICTED_UNLABELED, UNLABELED } from '../labels/planes.ts';

/** How often each class was predicted as which, over the labeled pixels. */
export interface ConfusionMatrix {
  /** C: class ids are `[0, C)`. */
  readonly classCount: number;
  /**
   * Row-major, C rows of C + 1: `counts[truth·(C + 1) + prediction]`. The last column counts pixels predicted as
   * unlabeled.
   */
  readonly counts: Uint32Array<ArrayBuffer>;
}

/**
 * Counts two planes of class ids of the same size against each other, in one pass.
 *
 * A pixel with truth 255 is left out, whatever its prediction. `prediction` may hold {@link PREDICTED_UNLABELED}, which is wrong.
 * Throws a `RangeError` where the sizes differ or a counted byte is no class id below `classCount`.
 */
export function confusionMatrix(
  truth: Uint8Array,
  prediction: Uint8Array,
  classCount: number = MAX_CLASSES,
): ConfusionMatrix {
  if (truth.length !== prediction.length) {
    throw new RangeError(`A truth of ${truth.length} pixels does not fit a prediction of ${prediction.length}.`);
  }
  const columns = classCount + 1;
  const counts = new Uint32Array(classCount * columns);
  for (let i = 0; i < truth.length; i++) {
    const truthId = truth[i] as number;
    if (truthId === UNLABELED) continue;
    const predictedId = prediction[i] as number;
    const column = predictedId === PREDICTED_UNLABELED ? classCount : predictedId;
    if (truthId >= classCount || (column >= classCount && predictedId !== PREDICTED_UNLABELED)) {
      throw new RangeError(
        `Pixel ${i} has truth ${truthId} and prediction ${predictedId}; class ids end at ${classCount - 1}.`,
      );
    }
    const cell = truthId * columns + column;
    counts[cell] = (counts[cell] as number) + 1;
  }
  return { classCount, counts };
}

/** What several matrices of the same classes counted together; `null` where there is none. */
export function sumOfMatrices(matrices: readonly ConfusionMatrix[]): ConfusionMatrix | null {
  const [first, ...others] = matrices;
  if (first === undefined) return null;
  const counts = first.counts.slice();
  for (const other of others) {
    if (other.classCount !== first.classCount) {
      throw new RangeError(`Counts of ${other.classCount} classes cannot be added to those of ${first.classCount}.`);
    }
    for (let cell = 0; cell < counts.length; cell++)
      counts[cell] = (counts[cell] as number) + (other.counts[cell] as number);
  }
  return { classCount: first.classCount, counts };
}
