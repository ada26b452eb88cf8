/** Class id of a pixel that nobody has labeled: PyTorch's `ignore_index`, 255 in every mask we read or write. */
export const UNLABELED = 255;

/** Byte in a predicted class map that means "predicted unlabeled"; only the extra-class treatment produces it. */
export const PREDICTED_UNLABELED = 254;

/** Stroke id of an unlabeled pixel. Real strokes count from 1. */
export const NO_STROKE = 0;

/** Class ids are bytes below this number. */
export const MAX_CLASSES = 32;

/**
 * A picture's labels: two row-major planes of `height × width` pixels.
 *
 * Invariant: `classIds[i] === UNLABELED` exactly where `strokeIds[i] === NO_STROKE`.
 */
export interface LabelPlanes {
  readonly width: number;
  readonly height: number;
  /** Class id (0–31) or {@link UNLABELED}. */
  readonly classIds: Uint8Array<ArrayBuffer>;
  /** Which gesture painted the pixel (1–65535) or {@link NO_STROKE}. */
  readonly strokeIds: Uint16Array<ArrayBuffer>;
}

/** Planes of `height × width` pixels, all unlabeled. Throws a `RangeError` unless both sides are positive integers. */
export function createPlanes(width: number, height: number): LabelPlanes {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`Label planes need positive whole sides, not ${width} × ${height}.`);
  }
  return {
    width,
    height,
    classIds: new Uint8Array(width * height).fill(UNLABELED),
    strokeIds: new Uint16Array(width * height),
  };
}

/** An independent copy. */
export function clonePlanes(planes: LabelPlanes): LabelPlanes {
  return {
    width: planes.width,
    height: planes.height,
    classIds: planes.classIds.slice(),
    strokeIds: planes.strokeIds.slice(),
  };
}

/** Pixels per class id: 256 counts, the last of them the unlabeled ones. */
export function countByClass(planes: LabelPlanes): Uint32Array<ArrayBuffer> {
  const counts = new Uint32Array(256);
  for (const id of planes.classIds) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}
