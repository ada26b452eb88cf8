import type { DecodedPicture } from '../formats/raster.ts';

/**
 * Turns a decoded picture upright; `orientation` is the TIFF and EXIF tag, 1–8, and anything else means upright.
 * Browsers do so for what they decode themselves; these samples they never see.
 */
export function turnUpright(picture: DecodedPicture, orientation: number): DecodedPicture {
  const { width: w, height: h } = picture;
  // The stored pixel that comes to lie at the upper left, and the steps to those right of it and below it.
  const walks: Readonly<Record<number, readonly [start: number, stepX: number, stepY: number]>> = {
    2: [w - 1, -1, w],
    3: [w * h - 1, -1, -w],
    4: [w * (h - 1), 1, -w],
    5: [0, w, 1],
    6: [w * (h - 1), -w, 1],
    7: [w * h - 1, -w, -1],
    8: [w - 1, w, -1],
  };
  const walk = walks[orientation];
  if (walk === undefined) return picture;
  const [start, stepX, stepY] = walk;
  const [width, height] = orientation >= 5 ? [h, w] : [w, h];
  const stored = new Uint32Array(picture.rgba.buffer, picture.rgba.byteOffset, w * h);
  const upright = new Uint32Array(w * h);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) upright[y * width + x] = stored[start + x * stepX + y * stepY] ?? 0;
  }
  return { width, height, rgba: new Uint8ClampedArray(upright.buffer) };
}
