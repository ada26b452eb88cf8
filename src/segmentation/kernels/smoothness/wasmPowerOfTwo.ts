import type { Code, Local } from '../wasm/wasmAssembler.ts';
import type { VectorOps } from '../wasm/wasmVectorOps.ts';

/** Less than this is raised to it: 2^−125 is a normal number, and nothing beside 1. */
export const MIN_EXPONENT = -125;

/** Added and taken away, it rounds to a whole number, which then stands in the lowest bits. */
const ROUNDER = 1.5 * 2 ** 23;

/**
 * Of the polynomial in `f`, the highest power first, that is 1 at 0 and whose greatest relative distance from `2^f` for
 * `|f| ≤ ½` is the least that degree 5 allows, 9.2·10⁻⁸ (Lawson's iteration: least squares with the errors as weights).
 */
const COEFFICIENTS = [
  0.0013264727247214586, 0.009671512688154384, 0.05550733743574077, 0.24022242084635012, 0.6931469775987175, 1,
];

/** Code for `2^x`. */
export interface PowerOfTwo {
  /** To run once, before any {@link of}. */
  readonly prepare: readonly Code[];
  /** Puts `2^x` in the place of `x ≤ 0`. */
  of(x: Local): readonly Code[];
}

/**
 * `2^x` for `x ≤ 0` from {@link MIN_EXPONENT} on, within 2·10⁻⁷ of it (relative): a polynomial for what is left after
 * rounding to a whole number, which is added to the exponent's bits. NaN stays NaN.
 */
export function powerOfTwo(v: VectorOps, vector: () => Local): PowerOfTwo {
  const numbers = [MIN_EXPONENT, ROUNDER, ...COEFFICIENTS];
  const locals = numbers.map(vector);
  const [least, rounder, highest, ...lower] = locals as [Local, Local, Local, ...Local[]];
  const [rounded, power] = [vector(), vector()];
  return {
    prepare: locals.map((local, i) => local.set(v.splat(numbers[i] as number))),
    of: (x) => [
      x.set(v.raise(x.get, least.get)),
      rounded.set(v.add(x.get, rounder.get)),
      x.set(v.subtract(x.get, v.subtract(rounded.get, rounder.get))),
      power.set(highest.get),
      ...lower.map((coefficient) => power.set(v.add(v.multiply(power.get, x.get), coefficient.get))),
      x.set(v.bits.add(power.get, v.bits.shiftLeft(rounded.get, 23))),
    ],
  };
}
