import { PREDICTED_UNLABELED } from '../labels/planes.ts';
import { type ColorTable, lighterColors } from './classColors.ts';

/** A full-picture prediction. */
export interface PredictionMap {
  /** `[H·W]`: class id per pixel, or {@link PREDICTED_UNLABELED}. */
  readonly classMap: Uint8Array;
  /** `[H·W]`: probability of that class, 0–255. */
  readonly confidence: Uint8Array;
}

const RGB = 0x00ffffff;
const EDGE_WHITE_SHARE = 0.5;
const HATCH_DARK = 0x00303030;
const HATCH_LIGHT = 0x00f0f0f0;

// Fills of a sure prediction; an unsure one (the smaller number) lets more of the photograph through.
const FILL_ALPHA = { unsure: 60, sure: 165 } as const;
const EDGE_ALPHA = { unsure: 170, sure: 255 } as const;

function alphaByConfidence({ unsure, sure }: { readonly unsure: number; readonly sure: number }): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, c) => Math.round(unsure + ((sure - unsure) * c) / 255) << 24);
}

const FILL = alphaByConfidence(FILL_ALPHA);
const EDGE = alphaByConfidence(EDGE_ALPHA);

/**
 * Writes a prediction as canvas pixels: translucent fills, stronger where the network is sure, and each region's rim
 * stronger still and lighter, so that a class shows on a thing of its own colour. "Predicted unlabeled" is hatched.
 * `pixels`, `classMap` and `confidence` are `[H·W]`; `colors` come from `createColorTable`.
 */
export function drawPredictionPixels(
  pixels: Uint32Array,
  { classMap, confidence }: PredictionMap,
  width: number,
  height: number,
  colors: ColorTable,
): void {
  const edgeColors = lighterColors(colors, EDGE_WHITE_SHARE);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = classMap[i] ?? 0;
      const isEdge = touchesAnother(classMap, i, x, y, width, height);
      const alpha = (isEdge ? EDGE : FILL)[confidence[i] ?? 0] ?? 0;
      if (id === PREDICTED_UNLABELED) {
        pixels[i] = (((x + y) & 7) < 3 ? HATCH_DARK : HATCH_LIGHT) | alpha;
        continue;
      }
      const color = (isEdge ? edgeColors : colors)[id] ?? 0;
      // A class that was removed since has no colour; its pixels show the photograph.
      pixels[i] = color === 0 ? 0 : (color & RGB) | alpha;
    }
  }
}

/** Whether one of a pixel's four neighbours is of another class. */
function touchesAnother(classMap: Uint8Array, i: number, x: number, y: number, width: number, height: number): boolean {
  const id = classMap[i];
  return (
    (x > 0 && classMap[i - 1] !== id) ||
    (x < width - 1 && classMap[i + 1] !== id) ||
    (y > 0 && classMap[i - width] !== id) ||
    (y < height - 1 && classMap[i + width] !== id)
  );
}
