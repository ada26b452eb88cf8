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
    lab: null,
  },
  steps: [
    {
      text: 'Masked loss alone: unlabeled pixels teach nothing at all. Train.',
      target: 'train',
      isDone: ({ training }) => training.settings.smoothness.weight === 0 && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Mind the borders and the crumbs of wrong colour: where nothing was painted, nothing spoke against them.',
      target: 'picture',
    },
    {
      text: 'Neighbours of one colour mostly belong together. Smoothness says so, softly, to every pair of near pixels of which one is unlabeled. Switch it on, and clear the weights.',
      target: 'treatment',
      isDone: ({ training }) => training.settings.smoothness.weight > 0 && isUntrained(training),
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
      isDone: ({ training }) => training.settings.smoothness.weight > 0 && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Regions close up and borders follow the picture. Unlabeled pixels still have no part in the label loss: smoothness is a term of its own, and the lab has a map of each.',
      target: 'picture',
      offer: { label: 'Show the maps', actions: [{ type: 'lab', panel: 'gradient' }] },
    },
  ],
};
