import type { PixelRect } from './rect.ts';

/**
 * A set of a picture's pixels as runs within rows.
 *
 * `runs` holds three numbers a run, `y, xStart, xEnd` (end exclusive); runs are in row-major order, lie inside the
 * picture and do not overlap.
 */
export interface PixelRegion {
  readonly runs: Int32Array<ArrayBuffer>;
  readonly pixelCount: number;
  /** The smallest rectangle around all runs; `null` where there are none. */
  readonly bounds: PixelRect | null;
}

/** Collects runs, given in row-major order, into a region. Empty runs are passed over, touching ones joined. */
export class RegionBuilder {
  #runs = new Int32Array(3 * 64);
  #length = 0;
  #pixelCount = 0;
  #left = Number.POSITIVE_INFINITY;
  #right = 0;

  add(y: number, xStart: number, xEnd: number): void {
    if (xEnd <= xStart) return;
    const last = this.#length - 3;
    this.#pixelCount += xEnd - xStart;
    this.#left = Math.min(this.#left, xStart);
    this.#right = Math.max(this.#right, xEnd);
    if (last >= 0 && this.#runs[last] === y && this.#runs[last + 2] === xStart) {
      this.#runs[last + 2] = xEnd;
      return;
    }
    if (this.#length === this.#runs.length) {
      const grown = new Int32Array(2 * this.#length);
      grown.set(this.#runs);
      this.#runs = grown;
    }
    const runs = this.#runs;
    runs[this.#length] = y;
    runs[this.#length + 1] = xStart;
    runs[this.#length + 2] = xEnd;
    this.#length += 3;
  }

  /** The region; the builder is spent. */
  finish(): PixelRegion {
    const runs = this.#runs.slice(0, this.#length);
    if (runs.length === 0) return { runs, pixelCount: 0, bounds: null };
    const top = runs[0] ?? 0;
    const bottom = (runs[runs.length - 3] ?? 0) + 1;
    const bounds = { x: this.#left, y: top, width: this.#right - this.#left, height: bottom - top };
    return { runs, pixelCount: this.#pixelCount, bounds };
  }
}

/** The pixels, row-major, for which `isInside(index)` is true. */
export function regionWhere(width: number, height: number, isInside: (index: number) => boolean): PixelRegion {
  const builder = new RegionBuilder();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; ) {
      if (!isInside(y * width + x)) {
        x++;
        continue;
      }
      const xStart = x;
      while (x < width && isInside(y * width + x)) x++;
      builder.add(y, xStart, x);
    }
  }
  return builder.finish();
}
