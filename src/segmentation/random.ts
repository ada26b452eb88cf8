import { splitMix32 } from '../base/splitMix.ts';

/** A generator's whole state: four unsigned 32-bit words, not all zero. */
export type RandomState = readonly [number, number, number, number];

const rotateLeft = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits));

/**
 * Seeded random numbers whose state can be saved: xoshiro128** 1.1 (Blackman & Vigna, "Scrambled linear pseudorandom
 * number generators", 2018), its four words filled from a seed by SplitMix32.
 */
export class Random {
  #words: [number, number, number, number];

  private constructor(state: RandomState) {
    this.#words = [state[0] >>> 0, state[1] >>> 0, state[2] >>> 0, state[3] >>> 0];
  }

  /** A generator for a 32-bit seed; `stream` gives independent generators of one seed. */
  static fromSeed(seed: number, stream = 0): Random {
    const next = splitMix32(seed ^ Math.imul(stream, 0x85eb_ca6b));
    return new Random([next(), next(), next(), next()]);
  }

  /** A generator that goes on from `state`. Throws a `RangeError` for four zero words, which would stay zero. */
  static fromState(state: RandomState): Random {
    if (state.every((word) => word >>> 0 === 0)) throw new RangeError('A random state of zeros repeats for ever.');
    return new Random(state);
  }

  /** The state before the next number. */
  get state(): RandomState {
    return [...this.#words];
  }

  /** An integer in `[0, 2³²)`. */
  nextUint32(): number {
    const w = this.#words;
    const result = Math.imul(rotateLeft(Math.imul(w[1], 5), 7), 9) >>> 0;
    const shifted = w[1] << 9;
    w[2] ^= w[0];
    w[3] ^= w[1];
    w[1] ^= w[2];
    w[0] ^= w[3];
    w[2] ^= shifted;
    w[3] = rotateLeft(w[3], 11);
    for (let i = 0; i < 4; i++) w[i as 0 | 1 | 2 | 3] >>>= 0;
    return result;
  }

  /** A real number in `[low, high)`. */
  uniform(low: number, high: number): number {
    return low + (high - low) * (this.nextUint32() / 2 ** 32);
  }

  /** An integer in `[low, high]`. */
  integer(low: number, high: number): number {
    return low + Math.floor((this.nextUint32() / 2 ** 32) * (high - low + 1));
  }

  /** True half of the time. */
  coin(): boolean {
    return this.nextUint32() >= 2 ** 31;
  }

  /** A standard normal number (Box & Muller, 1958), from two draws. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.nextUint32() + 1) / (2 ** 32 + 1)));
    return radius * Math.cos(2 * Math.PI * (this.nextUint32() / 2 ** 32));
  }
}
