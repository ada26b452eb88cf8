import { UNLABELED } from '../labels/planes.ts';

/** How sure a prediction is of some of its pixels. */
export interface ConfidenceHistogram {
  /** Pixels per bin; the bins divide 0 to 1 evenly. */
  readonly counts: Uint32Array<ArrayBuffer>;
  readonly pixels: number;
  /** Mean confidence, 0 to 1; `null` without pixels. */
  readonly mean: number | null;
}

/** Confidence on the labeled pixels and on the others. */
export interface ConfidenceHistograms {
  readonly labeled: ConfidenceHistogram;
  readonly unlabeled: ConfidenceHistogram;
}

/**
 * Counts the confidence bytes (0–255) of a prediction by whether their pixel is labeled. Both planes are `[H·W]`, a
 * `RangeError` unless of one size; UNLABELED in `classIds` is unlabeled, everything else labeled.
 */
export function confidenceHistograms(
  classIds: Uint8Array,
  confidence: Uint8Array,
  binCount: number,
): ConfidenceHistograms {
  if (classIds.length !== confidence.length) {
    throw new RangeError(`Labels of ${classIds.length} pixels do not fit a confidence of ${confidence.length}.`);
  }
  const labeled = new Uint32Array(256);
  const unlabeled = new Uint32Array(256);
  for (let i = 0; i < classIds.length; i++) {
    const counts = classIds[i] === UNLABELED ? unlabeled : labeled;
    const byte = confidence[i] as number;
    counts[byte] = (counts[byte] as number) + 1;
  }
  return { labeled: binned(labeled, binCount), unlabeled: binned(unlabeled, binCount) };
}

function binned(byByte: Uint32Array, binCount: number): ConfidenceHistogram {
  const counts = new Uint32Array(binCount);
  let pixels = 0;
  let sum = 0;
  for (const [byte, count] of byByte.entries()) {
    const bin = Math.min(binCount - 1, Math.floor((byte / 255) * binCount));
    counts[bin] = (counts[bin] as number) + count;
    pixels += count;
    sum += byte * count;
  }
  return { counts, pixels, mean: pixels === 0 ? null : sum / (255 * pixels) };
}
