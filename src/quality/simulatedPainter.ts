import type { SuggestedRegion } from '../editor/suggestedRegion.ts';
import { type LabelPlanes, NO_STROKE, UNLABELED } from '../labels/planes.ts';

/** Rows that a simulated stroke is thick. */
const STROKE_ROWS = 2;

/** Pixels that a person would paint in one go, all of one class. */
export interface SimulatedStroke {
  readonly classId: number;
  /** Row-major indices. */
  readonly pixels: readonly number[];
}

/**
 * The stroke of a careful person who was pointed at a region: straight across it, as near to its middle as there is
 * something to paint, over pixels of one class of the exact mask and over nothing else.
 *
 * Of the rows that are nearest to the middle, the run of unlabeled pixels of one known class that is nearest to the middle,
 * two rows thick where the row below goes on alike. `truth` has 255 where it is void; `channels` are the classes that a
 * person knows of. `null` where the region has no such pixel.
 */
export function strokeAcross(
  { centreX, centreY, radiusPx }: SuggestedRegion,
  truth: Uint8Array,
  labels: Uint8Array,
  width: number,
  channels: readonly number[],
): SimulatedStroke | null {
  const [left, right] = [Math.round(centreX - radiusPx), Math.round(centreX + radiusPx)];
  const [top, bottom] = [Math.round(centreY - radiusPx), Math.round(centreY + radiusPx)];
  const classAt = (x: number, y: number): number => {
    const pixel = y * width + x;
    const id = truth[pixel] as number;
    return labels[pixel] === UNLABELED && channels.includes(id) ? id : UNLABELED;
  };
  for (const y of fromMiddle(top, bottom)) {
    const x = fromMiddle(left, right).find((column) => classAt(column, y) !== UNLABELED);
    if (x === undefined) continue;
    const classId = classAt(x, y);
    let [start, end] = [x, x + 1];
    while (start > left && classAt(start - 1, y) === classId) start--;
    while (end < right && classAt(end, y) === classId) end++;
    const pixels: number[] = [];
    for (let row = y; row < Math.min(bottom, y + STROKE_ROWS); row++) {
      for (let column = start; column < end; column++) {
        if (classAt(column, row) === classId) pixels.push(row * width + column);
      }
    }
    return { classId, pixels };
  }
  return null;
}

/** Whole numbers from `low` to `high − 1`, the middle one first, then its neighbours on either side in turn. */
function fromMiddle(low: number, high: number): number[] {
  const middle = Math.floor((low + high) / 2);
  return Array.from({ length: high - low }, (_, i) => low + i).sort(
    (a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b,
  );
}

/** The planes with one stroke of every class alone, its largest: what a person might have painted first. */
export function largestStrokes(planes: LabelPlanes): LabelPlanes {
  const sizes = new Map<number, Map<number, number>>();
  planes.classIds.forEach((classId, i) => {
    if (classId === UNLABELED) return;
    const ofClass = sizes.get(classId) ?? new Map<number, number>();
    const stroke = planes.strokeIds[i] as number;
    sizes.set(classId, ofClass.set(stroke, (ofClass.get(stroke) ?? 0) + 1));
  });
  const kept = new Map([...sizes].map(([classId, ofClass]) => [classId, largestOf(ofClass)]));
  const isKept = (i: number) => kept.get(planes.classIds[i] as number) === planes.strokeIds[i];
  return {
    ...planes,
    classIds: planes.classIds.map((id, i) => (isKept(i) ? id : UNLABELED)),
    strokeIds: planes.strokeIds.map((stroke, i) => (isKept(i) ? stroke : NO_STROKE)),
  };
}

/** The key of the largest value, of equal ones the lowest. */
function largestOf(sizes: ReadonlyMap<number, number>): number | undefined {
  return [...sizes].sort(([a, x], [b, y]) => y - x || a - b)[0]?.[0];
}
