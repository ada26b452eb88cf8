import { rgbOf } from '../formats/pngWriter.ts';
import type { ExportedClasses } from './exportRequest.ts';

/**
 * Lays the colours of its classes over a picture: `(1 − opacity)·picture + opacity·class`, rounded, in place. `pixels`
 * are RGBA bytes, row-major as the class ids of `classMap`; alpha stays, and so do pixels of no class of the list.
 */
export function tintClasses(
  pixels: Uint8ClampedArray,
  classMap: Uint8Array,
  classes: ExportedClasses,
  opacity: number,
): void {
  const colors = new Float64Array(3 * 256);
  const shares = new Float64Array(256);
  for (const { id, color } of classes) {
    colors.set(rgbOf(color), 3 * id);
    shares[id] = opacity;
  }
  for (let i = 0; i < classMap.length; i++) {
    const classId = classMap[i] ?? 0;
    const share = shares[classId] ?? 0;
    for (let channel = 0; channel < 3; channel++) {
      const picture = pixels[4 * i + channel] ?? 0;
      pixels[4 * i + channel] = Math.round((1 - share) * picture + share * (colors[3 * classId + channel] ?? 0));
    }
  }
}

/** The RGB bytes of RGBA ones, whose alpha is dropped. */
export function opaqueRgb(pixels: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array((3 * pixels.length) / 4);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = pixels[from] ?? 0;
    rgb[to + 1] = pixels[from + 1] ?? 0;
    rgb[to + 2] = pixels[from + 2] ?? 0;
  }
  return rgb;
}
