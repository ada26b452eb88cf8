import { splitMix32 } from '../../base/splitMix.ts';

/** The graphics processor computes something else than the processor does. The message is a sentence that names what. */
export class DisagreementError extends Error {
  override readonly name = 'DisagreementError';
  /** The kernel, or what else was checked, in a word or two. */
  readonly kernel: string;

  constructor(
    kernel: string,
    sentence = `The graphics processor computes “${kernel}” otherwise than the processor does.`,
  ) {
    super(sentence);
    this.kernel = kernel;
  }
}

/** What single precision, added up in any order, may be off by, as a share of a result's largest number. */
const TOLERANCE = 1e-4;

/**
 * Throws a {@link DisagreementError} unless `found` is `expected` within a ten-thousandth of its largest number, or within
 * `floor` where that is more. NaN agrees with NaN alone, and infinity with the same infinity.
 */
export function assertAgrees(kernel: string, found: ArrayLike<number>, expected: ArrayLike<number>, floor = 0): void {
  if (found.length !== expected.length) throw new DisagreementError(kernel);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const size = Math.abs(expected[i] as number);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  const allowed = Math.max(TOLERANCE * largest, floor);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [found[i] as number, expected[i] as number];
    if (Object.is(a, b) || a === b) continue;
    if (!(Math.abs(a - b) <= allowed)) throw new DisagreementError(kernel);
  }
}

/** Numbers in [−1, 1) that look random and are the same everywhere. */
export function noise(length: number, seed: number): Float32Array<ArrayBuffer> {
  const next = splitMix32(seed);
  return Float32Array.from({ length }, () => (next() >>> 8) / 2 ** 23 - 1);
}
