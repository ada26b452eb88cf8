import type { LearnerSettings } from '../../settings/learner.ts';

/** Whether an average of the weights is kept, and predicts. */
export function averagesWeights({ weightAverage }: LearnerSettings): boolean {
  return weightAverage > 0;
}

/**
 * Share of the parameters that update number `updates`, counted from 1, gave in their running average
 * `a ← a + share·(parameters − a)`: Polyak & Juditsky 1992 with exponential forgetting, the teacher of Tarvainen & Valpola
 * 2017, "Mean teachers are better role models".
 *
 * A constant `1 − decay` would let the untrained weights count for long. This share, `(1 − decay)/(1 − decayᵗ)`, makes the
 * average one of the updated parameters alone: those of `k` updates ago weigh `decayᵏ`, over the sum of all weights (the
 * bias correction of Kingma & Ba 2015, folded in).
 */
export function averageShare(decay: number, updates: number): number {
  return (1 - decay) / (1 - decay ** updates);
}
