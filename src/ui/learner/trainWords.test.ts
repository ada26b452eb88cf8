import { expect, it } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { continueWords } from './trainWords.ts';

const settings = { ...DEFAULT_LEARNER_SETTINGS, stepBudget: 120, learningRate: 0.02, continueRate: 0.1 } as const;

it.each([
  [{ step: 84, stepBudget: 144 }, settings, 'Go on from the current weights, for 60 steps more'],
  [{ step: 119, stepBudget: 120 }, settings, 'Go on from the current weights, for 1 step more'],
  [{ step: 120, stepBudget: 120 }, settings, 'Go on from the current weights, for 120 steps more at a rate of 0.002'],
  [
    { step: 120, stepBudget: 120 },
    { ...settings, schedule: 'constant' as const },
    'Go on from the current weights, for 120 steps more at a rate of 0.02',
  ],
])('%j: what Continue does', (at, chosen, words) => {
  expect(continueWords(at, chosen)).toBe(words);
});
