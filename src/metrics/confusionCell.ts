import { type PixelRegion, regionWhere } from '../labels/region.ts';

/** A cell of a confusion matrix. */
export interface ConfusionCell {
  /** The class that the pixels are of. */
  readonly truthId: number;
  /** What they were predicted as: a class id, or 254 for "predicted unlabeled". */
  readonly predictedId: number;
}

export function isSameCell(a: ConfusionCell | null, b: ConfusionCell | null): boolean {
  return a?.truthId === b?.truthId && a?.predictedId === b?.predictedId;
}

/** The pixels that a cell counts. The planes are `[H·W]` and of one size. */
export function regionOfCell(
  truth: Uint8Array,
  prediction: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { truthId, predictedId }: ConfusionCell,
): PixelRegion {
  return regionWhere(width, height, (i) => truth[i] === truthId && prediction[i] === predictedId);
}
