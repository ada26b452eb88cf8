import { countByClass, createPlanes, type LabelPlanes, NO_STROKE, UNLABELED } from '../labels/planes.ts';

/** A picture with strokes to learn from and its whole truth to be scored against. */
export interface EvaluationPicture {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** RGBA bytes, row-major. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly strokes: LabelPlanes;
  /** Class id per pixel, 255 where it is void. */
  readonly truth: Uint8Array<ArrayBuffer>;
}

/** Label planes of class ids alone, all of one stroke. Throws a `RangeError` where the size is another. */
export function planesOf(classIds: Uint8Array, width: number, height: number): LabelPlanes {
  const planes = createPlanes(width, height);
  if (classIds.length !== planes.classIds.length) {
    throw new RangeError(`${classIds.length} labels do not fit ${width} × ${height} pixels.`);
  }
  planes.classIds.set(classIds);
  classIds.forEach((id, i) => {
    planes.strokeIds[i] = id === UNLABELED ? NO_STROKE : 1;
  });
  return planes;
}

/** Ids of the classes that have a stroke in any of the planes, in order. */
export function strokedClasses(all: readonly LabelPlanes[]): number[] {
  const ids = new Set<number>();
  for (const planes of all) {
    countByClass(planes).forEach((count, id) => {
      if (count > 0 && id !== UNLABELED) ids.add(id);
    });
  }
  return [...ids].sort((a, b) => a - b);
}

/**
 * The truth that counts: void (255) where it is of a class that has no stroke in the picture, and, under `unpainted`,
 * where the picture was painted.
 */
export function scoredTruth(
  { truth, strokes }: EvaluationPicture,
  pixels: 'all' | 'unpainted',
): Uint8Array<ArrayBuffer> {
  const stroked = new Set(strokedClasses([strokes]));
  return truth.map((id, i) => {
    const isPainted = strokes.classIds[i] !== UNLABELED;
    return stroked.has(id) && !(isPainted && pixels === 'unpainted') ? id : UNLABELED;
  });
}
