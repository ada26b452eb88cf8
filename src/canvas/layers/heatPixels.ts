import { mixColors, OPAQUE, parseColor } from './classColors.ts';

/** A number per pixel, drawn as heat. */
export interface HeatMap {
  /** `[H·W]`, none below 0. */
  readonly values: Float32Array;
  /** The largest of them, which the scale ends at. */
  readonly greatest: number;
}

/** From next to nothing to the greatest: of rising lightness, and none of them could be taken for black. */
export const HEAT_RAMP = ['#3d1a78', '#8f2a86', '#d6456a', '#f8894f', '#fdd06b', '#fffbd8'] as const;

const RAMP = HEAT_RAMP.map(parseColor);

/** Colour per level: black for 0 alone, then the ramp from 1 to 255. */
const COLORS = Uint32Array.from({ length: 256 }, (_, level) => {
  if (level === 0) return OPAQUE;
  const at = ((level - 1) / 254) * (RAMP.length - 1);
  const from = Math.min(RAMP.length - 2, Math.floor(at));
  return (mixColors(RAMP[from] as number, RAMP[from + 1] as number, at - from) | OPAQUE) >>> 0;
});

/**
 * Writes a map as canvas pixels, opaque: exactly black where a value is exactly 0 and nowhere else. The scale is of square
 * roots, so that a hundredth of the greatest value still stands out. What is not a number is as bright as can be.
 */
export function drawHeatPixels(pixels: Uint32Array, { values, greatest }: HeatMap): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = COLORS[heatLevel(values[i] ?? 0, greatest)] ?? 0;
}

/** 0 for 0 alone, else 1 to 255. */
function heatLevel(value: number, greatest: number): number {
  if (value === 0) return 0;
  const share = Math.sqrt(value / greatest);
  return Number.isFinite(share) ? Math.max(1, Math.min(255, Math.ceil(255 * share))) : 255;
}

/** A map of these values; those that are not finite are left out of its scale. */
export function heatMapOf(values: Float32Array): HeatMap {
  let greatest = 0;
  for (const value of values) if (value > greatest && value < Number.POSITIVE_INFINITY) greatest = value;
  return { values, greatest };
}
