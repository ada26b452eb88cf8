import { splitMix32 } from '../../base/splitMix.ts';

const SIDE = 256;

/** A random number in `[0, 1)` for every point of a grid; the grid repeats after 256 points. */
export class Lattice {
  readonly #order = new Uint8Array(SIDE);
  readonly #values = new Float64Array(SIDE);

  constructor(seed: number) {
    const next = splitMix32(seed);
    for (let i = 0; i < SIDE; i++) this.#order[i] = i;
    for (let i = SIDE - 1; i > 0; i--) {
      const j = next() % (i + 1);
      const held = this.#order[i] as number;
      this.#order[i] = this.#order[j] as number;
      this.#order[j] = held;
    }
    for (let i = 0; i < SIDE; i++) this.#values[i] = next() / 2 ** 32;
  }

  /** At a grid point; `x` and `y` are whole. */
  at(x: number, y: number): number {
    const row = this.#order[x & (SIDE - 1)] as number;
    return this.#values[this.#order[(row + y) & (SIDE - 1)] as number] as number;
  }

  /**
   * Value noise in `[−1, 1]`: the four grid points around, smoothly mixed. Only sums and products, so that every machine
   * computes the same bits.
   */
  noise(x: number, y: number): number {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const u = smoothStep(x - left);
    const v = smoothStep(y - top);
    const upper = this.at(left, top) * (1 - u) + this.at(left + 1, top) * u;
    const lower = this.at(left, top + 1) * (1 - u) + this.at(left + 1, top + 1) * u;
    return 2 * (upper * (1 - v) + lower * v) - 1;
  }
}

function smoothStep(t: number): number {
  return t * t * (3 - 2 * t);
}
