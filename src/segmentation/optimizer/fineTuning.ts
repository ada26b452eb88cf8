import type { LearnerSettings } from '../../settings/learner.ts';

/** Whether pretrained layers are ever fine-tuned: the network has some, and their rate is not 0. */
export function fineTunes({ network, fineTuning }: LearnerSettings): boolean {
  return network.kind === 'pretrained' && fineTuning.rate > 0;
}

/**
 * Steps to be taken after `step` finished ones until the pretrained layers learn: 0 where they do, infinitely many where
 * they never will.
 *
 * They stay as they are first, for as long as what is new next to them is random and would send back noise, and learn then
 * at a lower rate (fast.ai's `fine_tune`; Howard & Ruder 2018, "Universal Language Model Fine-tuning", sections 3.2 and
 * 3.3: gradual unfreezing, discriminative rates).
 */
export function stepsUntilFineTuning(step: number, settings: LearnerSettings): number {
  if (!fineTunes(settings)) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.round(settings.fineTuning.frozenShare * settings.stepBudget) - step);
}
