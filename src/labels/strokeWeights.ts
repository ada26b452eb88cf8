import { type LabelPlanes, UNLABELED } from './planes.ts';

/**
 * Weights that make every stroke of a picture count the same, whatever its area: of N labeled pixels and S strokes, each
 * pixel of a stroke of n pixels weighs `N / (S·n)`, so that their mean is 1. Float32 `[H·W]`, row-major; what is of none of
 * the classes `classIds` counts as unlabeled, and unlabeled pixels weigh 1.
 *
 * A stroke is what has one stroke id, of whichever classes: a gesture, or a whole import.
 */
export function strokeWeights(planes: LabelPlanes, classIds: readonly number[]): Float32Array<ArrayBuffer> {
  const counts = new LabelCounts(planes, classIds);
  const weights = new Float32Array(planes.classIds.length).fill(1);
  for (let i = 0; i < weights.length; i++) {
    if (counts.isLabeled(i)) weights[i] = counts.weightOf(planes.strokeIds[i] as number);
  }
  return weights;
}

/** The {@link strokeWeights} of each class's pixels, added up, by class id: what its labels are worth in pixels. */
export function weightedCounts(planes: LabelPlanes, classIds: readonly number[]): Float64Array<ArrayBuffer> {
  const counts = new LabelCounts(planes, classIds);
  const sums = new Float64Array(256);
  for (let i = 0; i < planes.classIds.length; i++) {
    if (!counts.isLabeled(i)) continue;
    const classId = planes.classIds[i] as number;
    sums[classId] = (sums[classId] as number) + counts.weightOf(planes.strokeIds[i] as number);
  }
  return sums;
}

/** Labeled pixels and strokes of some classes, counted. */
class LabelCounts {
  readonly #planes: LabelPlanes;
  readonly #counted = new Uint8Array(256);
  readonly #pixelsOfStroke = new Uint32Array(2 ** 16);
  readonly #pixelsOfMean: number;

  constructor(planes: LabelPlanes, classIds: readonly number[]) {
    this.#planes = planes;
    for (const id of classIds) this.#counted[id] = 1;
    this.#counted[UNLABELED] = 0;
    let pixels = 0;
    let strokes = 0;
    for (let i = 0; i < planes.classIds.length; i++) {
      if (!this.isLabeled(i)) continue;
      const id = planes.strokeIds[i] as number;
      const before = this.#pixelsOfStroke[id] as number;
      this.#pixelsOfStroke[id] = before + 1;
      pixels++;
      if (before === 0) strokes++;
    }
    this.#pixelsOfMean = pixels / strokes;
  }

  isLabeled(pixel: number): boolean {
    return this.#counted[this.#planes.classIds[pixel] as number] === 1;
  }

  /** Weight of one pixel of a stroke. */
  weightOf(strokeId: number): number {
    return this.#pixelsOfMean / (this.#pixelsOfStroke[strokeId] as number);
  }
}
