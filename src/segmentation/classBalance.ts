import type { ClassBalance } from '../settings/learner.ts';

const WEIGHTS: Readonly<Record<Exclude<ClassBalance, 'none'>, (count: number) => number>> = {
  inverseSqrt: (count) => 1 / Math.sqrt(count),
  inverse: (count) => 1 / count,
};

/**
 * Loss weights per channel from the labeled pixels of each: `1/√count` or `1/count`, scaled to mean 1 over the classes
 * that have any; 1 for a class that has none. `null` for `none`.
 */
export function classWeights(counts: readonly number[], balance: ClassBalance): number[] | null {
  if (balance === 'none') return null;
  const weights = counts.map((count) => (count > 0 ? WEIGHTS[balance](count) : 0));
  const present = weights.filter((weight) => weight > 0);
  const mean = present.reduce((sum, weight) => sum + weight, 0) / present.length;
  return weights.map((weight) => (weight > 0 ? weight / mean : 1));
}
