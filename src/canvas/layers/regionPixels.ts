import type { PixelRect } from '../../labels/rect.ts';
import type { PixelRegion } from '../../labels/region.ts';
import { OPAQUE } from './classColors.ts';
import { darkTone, lightTone } from './contourTones.ts';
import { hatchColor } from './hatch.ts';

const FILL_ALPHA = 110 << 24;
const WHITE = 0xffffffff;

/** Blank pixels around a region, so that its rim has neighbours on every side. */
export const REGION_MARGIN_PX = 1;

/**
 * Writes a region as canvas pixels: tinted, with an outline of two tones inside its rim. `color` is `0x00bbggrr`, or
 * `null` for unlabeled, which is hatched.
 *
 * `bounds` are the region's. `pixels` has rows of `stride` pixels, of which the upper left `bounds.width × bounds.height`
 * and a margin of {@link REGION_MARGIN_PX} around them are written; the region's corner comes to (1, 1).
 */
export function drawRegionPixels(
  pixels: Uint32Array,
  stride: number,
  { runs }: PixelRegion,
  bounds: PixelRect,
  color: number | null,
): void {
  const left = bounds.x - REGION_MARGIN_PX;
  const top = bounds.y - REGION_MARGIN_PX;
  for (let row = 0; row < bounds.height + 2 * REGION_MARGIN_PX; row++) {
    pixels.fill(0, row * stride, row * stride + bounds.width + 2 * REGION_MARGIN_PX);
  }
  for (let r = 0; r < runs.length; r += 3) {
    const y = runs[r] ?? 0;
    const start = (y - top) * stride - left;
    const xStart = runs[r + 1] ?? 0;
    const xEnd = runs[r + 2] ?? 0;
    if (color !== null) pixels.fill(color | FILL_ALPHA, start + xStart, start + xEnd);
    else for (let x = xStart; x < xEnd; x++) pixels[start + x] = hatchColor(x, y) | FILL_ALPHA;
  }

  const light = color === null ? WHITE : lightTone((color | OPAQUE) >>> 0);
  const dark = color === null ? OPAQUE : darkTone((color | OPAQUE) >>> 0);
  for (const [value, tone] of [
    [0, light],
    [light, dark],
  ] as const) {
    for (let r = 0; r < runs.length; r += 3) {
      const start = ((runs[r] ?? 0) - top) * stride - left;
      paintBeside(pixels, stride, start + (runs[r + 1] ?? 0), start + (runs[r + 2] ?? 0), value, tone);
    }
  }
}

/** Gives a tone to those pixels of a run that touch one of a given value and are not of that value themselves. */
function paintBeside(
  pixels: Uint32Array,
  stride: number,
  start: number,
  end: number,
  value: number,
  tone: number,
): void {
  for (let i = start; i < end; i++) {
    const isBeside =
      pixels[i - 1] === value ||
      pixels[i + 1] === value ||
      pixels[i - stride] === value ||
      pixels[i + stride] === value;
    if (isBeside && pixels[i] !== value) pixels[i] = tone;
  }
}
