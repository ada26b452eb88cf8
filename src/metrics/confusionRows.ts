import { PREDICTED_UNLABELED } from '../labels/planes.ts';
import type { ConfusionCell } from './confusionCell.ts';
import type { ConfusionMatrix } from './confusionMatrix.ts';

/** How the pixels of one class were predicted. */
export interface ConfusionRow {
  readonly truthId: number;
  /** Pixels of the class. */
  readonly pixels: number;
  readonly cells: readonly (ConfusionCell & {
    readonly pixels: number;
    /** Of the class's pixels, 0 to 1; `null` where it has none. */
    readonly share: number | null;
  })[];
}

/**
 * A matrix as rows for the classes `ids`, in that order, with a cell for each of them and a last one for "predicted
 * unlabeled" where anything was. Shares are of all the class's pixels, also of those predicted as a class not asked for.
 */
export function confusionRows({ counts, classCount }: ConfusionMatrix, ids: readonly number[]): ConfusionRow[] {
  const columns = classCount + 1;
  const countOf = (truthId: number, column: number) => counts[truthId * columns + column] ?? 0;
  const hasUnlabeled = ids.some((id) => countOf(id, classCount) > 0);
  return ids.map((truthId) => {
    const start = truthId * columns;
    const pixels = counts.subarray(start, start + columns).reduce((sum, count) => sum + count, 0);
    const cell = (predictedId: number, column: number) => {
      const count = countOf(truthId, column);
      return { truthId, predictedId, pixels: count, share: pixels === 0 ? null : count / pixels };
    };
    const cells = ids.map((id) => cell(id, id));
    if (hasUnlabeled) cells.push(cell(PREDICTED_UNLABELED, classCount));
    return { truthId, pixels, cells };
  });
}
