import type { OptimizerKind } from '../../../settings/learner.ts';

/** Adam's decay rates of its moments (Kingma & Ba 2015). */
export const BETA1 = 0.9;
export const BETA2 = 0.999;

/** What an update does. */
export interface UpdateRule {
  readonly kind: OptimizerKind;
  /** Whether a running average of the parameters follows them. */
  readonly averages: boolean;
}

/** Moment vectors that each kind of rule keeps beside the parameters. */
export const MOMENT_COUNT: Readonly<Record<OptimizerKind, number>> = { adamw: 2, sgd: 1 };

/** Vectors of a rule: the parameters, its moments, and the average where it keeps one. */
export function vectorCount({ kind, averages }: UpdateRule): number {
  return 1 + MOMENT_COUNT[kind] + (averages ? 1 : 0);
}

/**
 * How many numbers an update multiplies with, whose bias corrections are folded in so that no vector is divided twice:
 *
 * - `adamw`: step size, share of a decayed parameter that is taken off, and what is added to the root of the second
 *   moment.
 * - `sgd`: learning rate, weight decay, momentum.
 *
 * The last one is {@link AVERAGE_SHARE}'s.
 */
export const UPDATE_NUMBERS = 4;

/** Where the share of the new parameters in their average lies among the numbers. */
export const AVERAGE_SHARE = 3;
