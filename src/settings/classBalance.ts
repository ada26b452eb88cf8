import { type ClassBalance, type CustomClassWeights, type LearnerSettings, MAX_CLASS_WEIGHT } from './learner.ts';

/** Labeled pixels of a class. Where strokes weigh the same, each of its pixels counts with its weight. */
export interface ClassCount {
  readonly classId: number;
  readonly count: number;
}

/** What decides about class weights. */
export type BalanceSettings = Pick<LearnerSettings, 'classBalance' | 'customClassWeights'>;

type AutomaticBalance = Exclude<ClassBalance, 'custom'>;

const WEIGHTS: Readonly<Record<Exclude<AutomaticBalance, 'none'>, (count: number) => number>> = {
  inverseSqrt: (count) => 1 / Math.sqrt(count),
  inverse: (count) => 1 / count,
};

/**
 * Loss weights of classes, in their order: `1/√count` or `1/count`, scaled to mean 1 over the classes that have any
 * label, and 1 for one that has none; or those that a person chose, as they are, 1 for a class without. `null` for
 * `none`.
 */
export function classWeights(classes: readonly ClassCount[], settings: BalanceSettings): number[] | null {
  const { classBalance, customClassWeights } = settings;
  if (classBalance === 'custom') return classes.map(({ classId }) => customClassWeights[classId] ?? 1);
  if (classBalance === 'none') return null;
  const weights = classes.map(({ count }) => (count > 0 ? WEIGHTS[classBalance](count) : 0));
  const present = weights.filter((weight) => weight > 0);
  const mean = present.reduce((sum, weight) => sum + weight, 0) / present.length;
  return weights.map((weight) => (weight > 0 ? weight / mean : 1));
}

/**
 * Custom weights that begin with what an automatic balance gives, to three digits. Beyond the largest that may be chosen
 * all are scaled down alike: a common factor cancels in the mean of the loss.
 */
export function customWeightsFrom(classes: readonly ClassCount[], balance: AutomaticBalance): CustomClassWeights {
  const automatic = classWeights(classes, { classBalance: balance, customClassWeights: {} });
  if (automatic === null) return {};
  const factor = Math.min(1, MAX_CLASS_WEIGHT / Math.max(...automatic));
  return Object.fromEntries(
    classes.map(({ classId }, i) => [classId, Number(((automatic[i] as number) * factor).toPrecision(3))]),
  );
}

/**
 * What to change for another balance. Custom weights begin with what the balance before them gives; those of a person
 * who comes back to them are still there.
 */
export function changesForBalance(
  settings: BalanceSettings,
  classBalance: ClassBalance,
  classes: readonly ClassCount[],
): Partial<BalanceSettings> {
  const former = settings.classBalance;
  const isFirst = Object.keys(settings.customClassWeights).length === 0;
  if (classBalance !== 'custom' || former === 'custom' || !isFirst) return { classBalance };
  return { classBalance, customClassWeights: customWeightsFrom(classes, former) };
}

/** The weights of the classes that there are; the same object where all of them stay. */
export function weightsOfClasses(weights: CustomClassWeights, classIds: readonly number[]): CustomClassWeights {
  const kept = Object.entries(weights).filter(([classId]) => classIds.includes(Number(classId)));
  return kept.length === Object.keys(weights).length ? weights : Object.fromEntries(kept);
}
