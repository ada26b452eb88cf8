import type { StandardizedPicture } from '../picture.ts';

/** A picture at one of the sizes that it is shown at, among those laid one after another. */
export interface PyramidLevel {
  readonly width: number;
  readonly height: number;
  /** Index of its first pixel. */
  readonly firstPixel: number;
}

/**
 * The sizes that scale augmentation of a strength shows a picture at: its own first, then, for a strength `s` above 0,
 * `1/(1 + s)`, `1/√(1 + s)`, `√(1 + s)` and `1 + s` times as large, in whole pixels.
 */
export function pyramidLevels(width: number, height: number, strength: number): PyramidLevel[] {
  const most = 1 + strength;
  const factors = strength === 0 ? [1] : [1, 1 / most, 1 / Math.sqrt(most), Math.sqrt(most), most];
  let firstPixel = 0;
  return factors.map((factor) => {
    const level = {
      width: Math.max(1, Math.round(width * factor)),
      height: Math.max(1, Math.round(height * factor)),
      firstPixel,
    };
    firstPixel += level.width * level.height;
    return level;
  });
}

/** Pixels of all levels together. */
export function pixelsIn(levels: readonly PyramidLevel[]): number {
  return levels.reduce((sum, { width, height }) => sum + width * height, 0);
}

/**
 * A picture at every level, one after another: resampled along rows, then columns, with a triangle as wide as a pixel of
 * the coarser of the two sizes, so that a smaller picture is averaged and a larger one interpolated. As `width` and
 * `height` it has all pixels in one row.
 */
export function pyramidPicture(picture: StandardizedPicture, levels: readonly PyramidLevel[]): StandardizedPicture {
  if (levels.length === 1) return picture;
  const values = new Float32Array(3 * pixelsIn(levels));
  for (const { width, height, firstPixel } of levels) {
    const rows = resampled(picture.values, picture.width, width, {
      lines: picture.height,
      along: 3,
      across: 3 * picture.width,
      acrossAfter: 3 * width,
    });
    const both = resampled(rows, picture.height, height, { lines: width, along: 3 * width, across: 3, acrossAfter: 3 });
    values.set(both, 3 * firstPixel);
  }
  return { width: pixelsIn(levels), height: 1, values };
}

/** Labels, or other numbers, `[H, W]` at every level, one after another: each pixel has the one at its centre. */
export function pyramidPlane<Plane extends Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(
  plane: Plane,
  levels: readonly PyramidLevel[],
): Plane {
  const [own] = levels;
  if (own === undefined || levels.length === 1) return plane;
  const size = pixelsIn(levels);
  const all = (plane instanceof Int32Array ? new Int32Array(size) : new Float32Array(size)) as Plane;
  for (const { width, height, firstPixel } of levels) {
    for (let y = 0; y < height; y++) {
      const row = Math.floor(((y + 0.5) * own.height) / height) * own.width;
      for (let x = 0; x < width; x++) {
        all[firstPixel + y * width + x] = plane[row + Math.floor(((x + 0.5) * own.width) / width)] as number;
      }
    }
  }
  return all;
}

/** How lines of three-channel values lie in memory. */
interface Lines {
  readonly lines: number;
  /** From one value of a line to the next. */
  readonly along: number;
  /** From one line to the next, … */
  readonly across: number;
  /** … and when they have their new length. */
  readonly acrossAfter: number;
}

/** Resamples every line of `from` pixels to `to` pixels. */
function resampled(
  values: Float32Array,
  from: number,
  to: number,
  { lines, along, across, acrossAfter }: Lines,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(3 * lines * to);
  const scale = from / to;
  const reach = Math.max(1, scale);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const weights = Array.from({ length: last - first + 1 }, (_, k) =>
      Math.max(0, reach - Math.abs(first + k - centre)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let line = 0; line < lines; line++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        let at = line * across + first * along + channel;
        for (const weight of weights) {
          sum += weight * (values[at] as number);
          at += along;
        }
        result[line * acrossAfter + i * along + channel] = sum / total;
      }
    }
  }
  return result;
}
