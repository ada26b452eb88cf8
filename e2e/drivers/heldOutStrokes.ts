import { COFFEE, TABLE } from './espressoStrokes.ts';
import type { Point } from './pageDriver.ts';

export type Stroke = readonly [classId: number, from: Point, to: Point];

// Places in the espresso picture at a working size of 64 px (64 × 43): two that are what they are said to be, and two
// that are the contrary. Of each class the second stroke is held out.
export const TRUE_STROKES: readonly Stroke[] = [
  [TABLE, [3, 20], [8, 36]],
  [COFFEE, [26, 13], [34, 14]],
];
export const COFFEE_CALLED_TABLE: Stroke = [TABLE, [27, 17], [33, 17]];
export const COFFEE_AGAIN: Stroke = [COFFEE, [26, 10], [32, 10]];
export const TABLE_CALLED_COFFEE: Stroke = [COFFEE, [3, 28], [4, 32]];
