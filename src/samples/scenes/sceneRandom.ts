import { hash32, splitMix32 } from '../../base/splitMix.ts';

/** The independent random numbers that a scene is made of. */
type Purpose = 'places' | 'warp' | 'looks' | 'textures' | 'noise' | 'strokes';

/** A seed of its own for each purpose: another texture leaves the things where they are. */
export function seedFor(seed: number, purpose: Purpose): number {
  return hash32(seed, purpose);
}

/**
 * Random numbers of a scene. They and all that is computed from them use only operations that IEEE 754 defines to the
 * last bit (sums, products, quotients, square roots): the same seed is the same picture everywhere.
 */
export class SceneRandom {
  readonly #next: () => number;

  constructor(seed: number, purpose: Purpose) {
    this.#next = splitMix32(seedFor(seed, purpose));
  }

  /** In `[0, 1)`. */
  unit(): number {
    return this.#next() / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** A whole number in `[0, count)`. */
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }

  /** About normal, mean 0 and deviation 1: four bytes added. */
  normal(): number {
    const word = this.#next();
    const sum = (word & 0xff) + ((word >>> 8) & 0xff) + ((word >>> 16) & 0xff) + (word >>> 24);
    // The deviation of a byte is √((256² − 1) / 12); four of them have twice that.
    return (sum - 510) / (2 * Math.sqrt((256 * 256 - 1) / 12));
  }

  /** A direction, evenly distributed, without sine and cosine, which may differ between machines. */
  direction(): readonly [x: number, y: number] {
    for (;;) {
      const x = this.between(-1, 1);
      const y = this.between(-1, 1);
      const squared = x * x + y * y;
      if (squared > 1 || squared < 0.01) continue;
      const length = Math.sqrt(squared);
      return [x / length, y / length];
    }
  }

  shuffled<T>(items: readonly T[]): T[] {
    const rest = [...items];
    return items.map(() => rest.splice(this.below(rest.length), 1)[0] as T);
  }
}
