import type { LearnerSettings } from '../../settings/learner.ts';
import { rateWords } from './rateFinder/rateWords.ts';

/** What Continue does, for its tooltip: how many steps, and at what rate past the budget. */
export function continueWords(
  { step, stepBudget }: { readonly step: number; readonly stepBudget: number },
  settings: Pick<LearnerSettings, 'stepBudget' | 'learningRate' | 'continueRate' | 'schedule'>,
): string {
  const left = stepBudget - step;
  const steps = left > 0 ? left : settings.stepBudget;
  const { learningRate, continueRate, schedule } = settings;
  const rate = schedule === 'constant' ? learningRate : learningRate * continueRate;
  const past = left > 0 ? '' : ` at a rate of ${rateWords(rate)}`;
  return `Go on from the current weights, for ${steps} ${steps === 1 ? 'step' : 'steps'} more${past}`;
}
