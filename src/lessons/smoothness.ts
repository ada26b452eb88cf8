import { changesForRecipe, DEFAULT_LEARNER_SETTINGS, SMOOTHNESS } from '../settings/learner.ts';
import { hasTrained, isUntrained } from './conditions.ts';
import type { Lesson } from './lesson.ts';

export const smoothness: Lesson = {
  id: 'smoothness',
  title: 'What unlabeled pixels still teach',
  about: 'They have no label, but they have colours and neighbours: see what a smoothness term makes of that.',
  setUp: {
    picture: 'coffee',
    base: 'starter',
    settings: { stepBudget: 60, ...changesForRecipe(DEFAULT_LEARNER_SETTINGS, 'plain') },
    lab: 'gradient',
  },
  steps: [
    {
      text: 'Masked loss alone: unlabeled pixels teach nothing at all. Train.',
      target: 'train',
      isDone: (now) => now.settings.smoothness.weight === 0 && hasTrained(now),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Mind the borders and the crumbs of wrong colour. The gradient of the label loss is exactly black wherever you did not paint.',
      target: 'picture',
    },
    {
      text: 'Neighbours of one colour mostly belong together. Smoothness says so, softly, to every pair of near pixels of which one is unlabeled. Switch it on, and clear the weights.',
      target: 'treatment',
      isDone: (now) => now.settings.smoothness.weight > 0 && isUntrained(now),
      offer: {
        label: 'Smoothness, from the start',
        actions: [
          { type: 'settings', change: { smoothness: SMOOTHNESS } },
          { type: 'command', id: 'reset' },
        ],
      },
    },
    {
      text: 'Train again.',
      target: 'train',
      isDone: (now) => now.settings.smoothness.weight > 0 && hasTrained(now),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Regions close up and borders follow the picture. The label loss is still black on unlabeled pixels: smoothness is a term of its own, with a map of its own.',
      target: 'picture',
    },
  ],
};
