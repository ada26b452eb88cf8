import { countByClass, createPlanes, type LabelPlanes, NO_STROKE, UNLABELED } from '../labels/planes.ts';

const MAX_STROKES = 65_535;

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

/**
 * Label planes of scribbles that came as class ids alone: connected pixels of one class (over sides and corners) are a
 * stroke. Throws a `RangeError` where the size is another, or there are more strokes than ids.
 */
export function scribblesOf(classIds: Uint8Array, width: number, height: number): LabelPlanes {
  const planes = planesOf(classIds, width, height);
  const { strokeIds } = planes;
  strokeIds.fill(NO_STROKE);
  let strokes = 0;
  for (let seed = 0; seed < classIds.length; seed++) {
    if (classIds[seed] === UNLABELED || strokeIds[seed] !== NO_STROKE) continue;
    if (++strokes > MAX_STROKES) throw new RangeError(`There are more than ${MAX_STROKES} strokes.`);
    const waiting = [seed];
    strokeIds[seed] = strokes;
    for (let pixel = waiting.pop(); pixel !== undefined; pixel = waiting.pop()) {
      for (const neighbour of neighboursOf(pixel, width, height)) {
        if (classIds[neighbour] !== classIds[seed] || strokeIds[neighbour] !== NO_STROKE) continue;
        strokeIds[neighbour] = strokes;
        waiting.push(neighbour);
      }
    }
  }
  return planes;
}

/** Pixels that share a side or a corner with one. */
function neighboursOf(pixel: number, width: number, height: number): number[] {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  const neighbours: number[] = [];
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      if (row !== y || column !== x) neighbours.push(row * width + column);
    }
  }
  return neighbours;
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
