import type { LabelPlanes } from '../labels/planes.ts';
import type { PixelRect } from '../labels/rect.ts';
import type { ColorTable } from './classColors.ts';

/**
 * Writes the labels in `rect` as canvas pixels; ids without a colour, unlabeled among them, are transparent.
 *
 * A pixel that ends its class's area on one side only takes its rim colour: across a line one pixel wide the area ends
 * on both sides, and the line keeps its class's own colour. `pixels` is `[H·W]`.
 */
export function drawLabelPixels(
  pixels: Uint32Array,
  { classIds, width, height }: LabelPlanes,
  rect: PixelRect,
  colors: ColorTable,
  rimColors: ColorTable,
): void {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    // At the picture's own edge an area does not end.
    const above = y > 0 ? width : 0;
    const below = y < height - 1 ? width : 0;
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const i = y * width + x;
      const id = classIds[i] ?? 0;
      const color = colors[id] ?? 0;
      if (color === 0) {
        pixels[i] = 0;
        continue;
      }
      const endsLeft = x > 0 && classIds[i - 1] !== id;
      const endsRight = x < width - 1 && classIds[i + 1] !== id;
      const endsAbove = classIds[i - above] !== id;
      const endsBelow = classIds[i + below] !== id;
      pixels[i] = endsLeft !== endsRight || endsAbove !== endsBelow ? (rimColors[id] ?? 0) : color;
    }
  }
}
