import { changesForRecipe, DEFAULT_LEARNER_SETTINGS, HELD_OUT_SHARE } from '../settings/learner.ts';
import { hasTrained, isUntrained } from './conditions.ts';
import type { Lesson } from './lesson.ts';

export const isItGood: Lesson = {
  id: 'is-99-good',
  title: 'Is 99 % good?',
  about: 'A network can know its strokes by heart: keep some of them out, and ask it about those.',
  setUp: {
    picture: 'textures',
    base: 'starter',
    settings: { stepBudget: 100, ...changesForRecipe(DEFAULT_LEARNER_SETTINGS, 'plain') },
    lab: 'truth',
  },
  steps: [
    {
      text: 'Three textures, and for once somebody knows the exact answer. Train.',
      target: 'train',
      isDone: ({ training }) => training.settings.heldOutShare === 0 && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'On the labeled pixels it is nearly always right; by the exact mask it is not. It was asked about what it had learned.',
      target: 'scores',
    },
    {
      text: 'Without an exact mask there is one honest way: hold some strokes out. They turn hatched, and teach nothing. Switch it on, and clear the weights.',
      target: 'holdOut',
      isDone: ({ training }) => training.settings.heldOutShare > 0 && isUntrained(training),
      offer: {
        label: 'Hold out strokes, from the start',
        actions: [
          { type: 'settings', change: { heldOutShare: HELD_OUT_SHARE } },
          { type: 'command', id: 'reset' },
        ],
      },
    },
    {
      text: 'Train again.',
      target: 'train',
      isDone: ({ training }) => training.heldOutScores !== null && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'The held-out accuracy is the one to believe. Few strokes are held out, so it comes with an interval: the true one lies in there somewhere.',
      target: 'scores',
    },
  ],
};
