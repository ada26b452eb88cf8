import { UNLABELED } from '../labels/planes.ts';

/** A picture's prediction, row-major. */
export interface PredictedPixels {
  readonly width: number;
  readonly height: number;
  /** Class ids. */
  readonly classMap: Uint8Array;
  /** What the likeliest class's probability is above the next one's, 0–255. */
  readonly margin: Uint8Array;
}

/** A square of the picture where a stroke would help most. */
export interface SuggestedRegion {
  /** In picture pixels. */
  readonly centreX: number;
  readonly centreY: number;
  /** Half its side. */
  readonly radiusPx: number;
  /** Mean doubt of its unlabeled pixels in [0, 1]: 1 where two classes are equally likely. */
  readonly doubt: number;
  /** The two classes that are predicted most often in it, the first one more often; one where there is no other. */
  readonly classIds: readonly number[];
}

/** Share of the shorter side that a region is wide. */
const SIDE_SHARE = 1 / 8;
const MIN_SIDE_PX = 5;

/**
 * `doubt`: the region where the network wavers most between two classes (margin sampling, Scheffer et al. 2001, summed
 * over the pixels that are not labeled yet). `random`: any region with such a pixel, all equally likely; the control that
 * tells what the other is worth.
 *
 * `labels` has a class id a pixel, 255 where unlabeled. Regions that overlap one of `passed` are left out. `null` when
 * there is no other. `random` draws from [0, 1).
 */
export function suggestRegion(
  prediction: PredictedPixels,
  labels: Uint8Array,
  how: 'doubt' | 'random',
  passed: readonly SuggestedRegion[],
  random: () => number,
): SuggestedRegion | null {
  const { width, height } = prediction;
  const side = Math.min(width, height, Math.max(MIN_SIDE_PX, Math.round(Math.min(width, height) * SIDE_SHARE)));
  const doubts = columnSums(prediction, labels);
  let best: { left: number; top: number; doubt: number; unlabeled: number } | null = null;
  let bestScore = 0;
  let seen = 0;
  for (let top = 0; top + side <= height; top++) {
    doubts.moveTo(top, side);
    for (let left = 0; left + side <= width; left++) {
      const { doubt, unlabeled } = doubts.window(left, side);
      if (unlabeled === 0 || passed.some((region) => overlaps(region, left, top, side))) continue;
      seen++;
      // One of all of them with equal chances, in one pass (reservoir sampling, Vitter 1985).
      const chosen = how === 'doubt' ? best === null || doubt > bestScore : random() * seen < 1;
      if (!chosen) continue;
      best = { left, top, doubt, unlabeled };
      bestScore = doubt;
    }
  }
  if (best === null) return null;
  return {
    centreX: best.left + side / 2,
    centreY: best.top + side / 2,
    radiusPx: side / 2,
    doubt: best.doubt / (255 * best.unlabeled),
    classIds: commonest(prediction, best.left, best.top, side),
  };
}

function overlaps({ centreX, centreY, radiusPx }: SuggestedRegion, left: number, top: number, side: number): boolean {
  const reach = radiusPx + side / 2;
  return Math.abs(centreX - left - side / 2) < reach && Math.abs(centreY - top - side / 2) < reach;
}

/** Sums of doubt over a band of rows that moves down the picture, and over windows of it. */
function columnSums({ width, margin }: PredictedPixels, labels: Uint8Array) {
  // Sums up to a column, of each column's pixels in the band.
  const doubtInColumn = new Int32Array(width);
  const unlabeledInColumn = new Int32Array(width);
  const doubtBefore = new Int32Array(width + 1);
  const unlabeledBefore = new Int32Array(width + 1);
  let added = 0;
  const addRow = (row: number, sign: 1 | -1) => {
    for (let x = 0, i = row * width; x < width; x++, i++) {
      if (labels[i] !== UNLABELED) continue;
      doubtInColumn[x] = (doubtInColumn[x] as number) + sign * (255 - (margin[i] as number));
      unlabeledInColumn[x] = (unlabeledInColumn[x] as number) + sign;
    }
  };
  return {
    /** The band is now the rows `top … top + rows − 1`; it moves one row at a time. */
    moveTo(top: number, rows: number): void {
      if (top > 0) addRow(top - 1, -1);
      while (added < top + rows) addRow(added++, 1);
      for (let x = 0; x < width; x++) {
        doubtBefore[x + 1] = (doubtBefore[x] as number) + (doubtInColumn[x] as number);
        unlabeledBefore[x + 1] = (unlabeledBefore[x] as number) + (unlabeledInColumn[x] as number);
      }
    },
    window(left: number, side: number) {
      return {
        doubt: (doubtBefore[left + side] as number) - (doubtBefore[left] as number),
        unlabeled: (unlabeledBefore[left + side] as number) - (unlabeledBefore[left] as number),
      };
    },
  };
}

function commonest({ width, classMap }: PredictedPixels, left: number, top: number, side: number): number[] {
  const counts = new Map<number, number>();
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++) {
      const id = classMap[y * width + x] as number;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const byCount = [...counts].sort(([, a], [, b]) => b - a);
  return byCount.slice(0, 2).map(([id]) => id);
}
