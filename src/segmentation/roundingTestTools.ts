/** Unit roundoff of single precision that rounds to nearest. */
const UNIT_ROUNDOFF = 2 ** -24;

/**
 * `γ_n = n·u / (1 − n·u)`: by how much, relative to it, `n` roundings to single precision change a product at most
 * (Higham 2002, "Accuracy and Stability of Numerical Algorithms", lemma 3.1).
 *
 * A sum of `n` products is therefore off by at most `γ_n · Σ|products|`, in whatever order it is added up and with
 * multiplications fused or not (sections 3.1 and 4.2). A number that is added without a factor counts as a product.
 */
export function roundingFactor(n: number): number {
  return (n * UNIT_ROUNDOFF) / (1 - n * UNIT_ROUNDOFF);
}

/**
 * The greatest `|found − expected| / bound` of entries of equal place: at most 1 where every error is within its own
 * bound. An entry without an error counts as 0, also where nothing is allowed. Infinite where lengths differ or an
 * entry is not a number.
 */
export function largestShareOfBound(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  bounds: ArrayLike<number>,
): number {
  if (found.length !== expected.length || found.length !== bounds.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < found.length; i++) {
    const error = Math.abs((found[i] as number) - (expected[i] as number));
    if (error === 0) continue;
    const share = error / (bounds[i] as number);
    largest = Number.isNaN(share) ? Number.POSITIVE_INFINITY : Math.max(largest, share);
  }
  return largest;
}
