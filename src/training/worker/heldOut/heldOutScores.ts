import { type LabelPlanes, NO_STROKE, UNLABELED } from '../../../labels/planes.ts';
import { accuracyInterval, type StrokeTally } from '../../../metrics/bootstrap.ts';
import { type ConfusionMatrix, confusionMatrix, sumOfMatrices } from '../../../metrics/confusionMatrix.ts';
import { maskedAccuracy, meanIou } from '../../../metrics/scores.ts';
import type { HeldOutScores } from '../../learnerMessages.ts';

/** Seed of every bootstrap, so that the same strokes give the same interval. */
const BOOTSTRAP_SEED = 1;

/** How one picture's held-out strokes were predicted. */
export interface HeldOutTally {
  readonly matrix: ConfusionMatrix;
  /** Strokes that still have pixels. */
  readonly strokes: readonly StrokeTally[];
}

/** Counts right pixels of a full-picture class map per held-out stroke; `null` where the planes have none of these strokes. */
export function tallyHeldOut(
  { classIds, strokeIds }: LabelPlanes,
  heldOut: ReadonlySet<number>,
  classMap: Uint8Array,
): HeldOutTally | null {
  if (heldOut.size === 0) return null;
  const placeOf = new Uint16Array(2 ** 16);
  const tallies = Array.from(heldOut, (strokeId, i) => {
    placeOf[strokeId] = i + 1;
    return { right: 0, labeled: 0 };
  });
  const truth = new Uint8Array(classIds.length).fill(UNLABELED);
  for (let i = 0; i < truth.length; i++) {
    const strokeId = strokeIds[i] as number;
    const place = strokeId === NO_STROKE ? 0 : (placeOf[strokeId] as number);
    if (place === 0) continue;
    const tally = tallies[place - 1] as { right: number; labeled: number };
    truth[i] = classIds[i] as number;
    tally.labeled++;
    if (classIds[i] === classMap[i]) tally.right++;
  }
  const strokes = tallies.filter(({ labeled }) => labeled > 0);
  return strokes.length === 0 ? null : { matrix: confusionMatrix(truth, classMap), strokes };
}

/**
 * The scores of several pictures' held-out strokes together; `null` where there are none. The mean IoU is over the
 * classes that have such strokes: a class without any would cost a whole class for a single pixel taken for it.
 */
export function scoreHeldOut(tallies: readonly HeldOutTally[]): HeldOutScores | null {
  const strokes = tallies.flatMap((tally) => tally.strokes);
  const matrix = sumOfMatrices(tallies.map((tally) => tally.matrix));
  const accuracy = matrix && maskedAccuracy(matrix);
  const iou = matrix && meanIou(matrix, 'benchmark');
  if (accuracy === null || iou === null) return null;
  return {
    strokes: strokes.length,
    maskedAccuracy: accuracy,
    accuracyInterval: accuracyInterval(strokes, BOOTSTRAP_SEED),
    meanIou: iou,
  };
}
