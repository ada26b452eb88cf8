import { rgbOf } from '../pngWriter.ts';
import type { ClassList } from './exportRequest.ts';

/**
 * A picture under the colours of its classes, as RGB bytes `3·H·W`: `(1 − opacity)·picture + opacity·class`, rounded.
 * `pixels` are RGBA bytes whose alpha is not looked at; pixels of no class of the list stay as they are.
 */
export function blendOverlay(
  pixels: Uint8ClampedArray,
  classMap: Uint8Array,
  classes: ClassList,
  opacity: number,
): Uint8Array<ArrayBuffer> {
  const colors = new Float64Array(3 * 256);
  const shares = new Float64Array(256);
  for (const { id, color } of classes) {
    colors.set(rgbOf(color), 3 * id);
    shares[id] = opacity;
  }
  const rgb = new Uint8Array(3 * classMap.length);
  for (let i = 0; i < classMap.length; i++) {
    const classId = classMap[i] ?? 0;
    const share = shares[classId] ?? 0;
    for (let channel = 0; channel < 3; channel++) {
      const picture = pixels[4 * i + channel] ?? 0;
      rgb[3 * i + channel] = Math.round((1 - share) * picture + share * (colors[3 * classId + channel] ?? 0));
    }
  }
  return rgb;
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
