import { splitMix32 } from '../base/splitMix.ts';

/** How many pixels of one stroke were predicted right. */
export interface StrokeTally {
  readonly right: number;
  readonly labeled: number;
}

/** Percentile interval that holds the middle 95 % of the resampled accuracies. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;
/** Ordered from 1, as in the book: α = 2.5 % on either side. */
const LOW_PLACE = 25;
const HIGH_PLACE = 975;
/** With more, the interval is too narrow to say anything, and takes too long. */
const MAX_STROKES = 300;

/**
 * Percentile interval of the accuracy over all pixels of some strokes, by the bootstrap (Efron & Tibshirani 1993, ch. 13):
 * as many strokes are drawn with replacement, 1,000 times, and of the ordered accuracies the 25th and the 975th are
 * taken. Whole strokes are drawn, for the pixels of one are right or wrong together. The same seed gives the same interval.
 *
 * `null` for less than two strokes, which tell nothing of how strokes differ, and for more than 300.
 */
export function accuracyInterval(strokes: readonly StrokeTally[], seed: number): Interval | null {
  const count = strokes.length;
  if (count < 2 || count > MAX_STROKES) return null;
  const right = Float64Array.from(strokes, (stroke) => stroke.right);
  const labeled = Float64Array.from(strokes, (stroke) => stroke.labeled);
  const next = splitMix32(seed);
  const accuracies = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let rightSum = 0;
    let labeledSum = 0;
    for (let draw = 0; draw < count; draw++) {
      const i = Math.floor((next() / 2 ** 32) * count);
      rightSum += right[i] as number;
      labeledSum += labeled[i] as number;
    }
    accuracies[resample] = rightSum / labeledSum;
  }
  accuracies.sort();
  return { low: accuracies[LOW_PLACE - 1] as number, high: accuracies[HIGH_PLACE - 1] as number };
}
