import type { ConfusionMatrix } from './confusionMatrix.ts';

/** Share of the counted pixels that were predicted right, in [0, 1]; `null` (undefined, shown as "–") without any. */
export function maskedAccuracy(matrix: ConfusionMatrix): number | null {
  const total = matrix.counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let right = 0;
  for (let id = 0; id < matrix.classCount; id++) right += count(matrix, id, id);
  return right / total;
}

/**
 * Intersection over union by class id, in [0, 1]: right pixels of a class over all that are it or were predicted as it.
 * `null` for a class that is in neither.
 */
export function iouByClass(matrix: ConfusionMatrix): (number | null)[] {
  return Array.from({ length: matrix.classCount }, (_, id) => {
    const intersection = count(matrix, id, id);
    const union = truthCount(matrix, id) + predictedCount(matrix, id) - intersection;
    return union === 0 ? null : intersection / union;
  });
}

/**
 * Which classes a mean IoU is over. `live`: those in the truth or in the prediction, so that a class nobody painted
 * costs something once it is predicted. `benchmark`: those in the scored truth, as published figures have it.
 */
export type MeanIouRule = 'live' | 'benchmark';

/** Mean of {@link iouByClass} over the classes that `rule` names; `null` where there are none. */
export function meanIou(matrix: ConfusionMatrix, rule: MeanIouRule): number | null {
  const ious = iouByClass(matrix).filter(
    (iou, id): iou is number => iou !== null && (rule === 'live' || truthCount(matrix, id) > 0),
  );
  return ious.length === 0 ? null : ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
}

function count(matrix: ConfusionMatrix, truthId: number, column: number): number {
  return matrix.counts[truthId * (matrix.classCount + 1) + column] as number;
}

function truthCount(matrix: ConfusionMatrix, id: number): number {
  let sum = 0;
  for (let column = 0; column <= matrix.classCount; column++) sum += count(matrix, id, column);
  return sum;
}

function predictedCount(matrix: ConfusionMatrix, id: number): number {
  let sum = 0;
  for (let truthId = 0; truthId < matrix.classCount; truthId++) sum += count(matrix, truthId, id);
  return sum;
}
