import { hasTrained, isUntrained } from './conditions.ts';
import type { Lesson } from './lesson.ts';

export const ignoreOrBackground: Lesson = {
  id: 'ignore-or-background',
  title: 'Ignore or background?',
  about: 'See what becomes of everything that you did not paint when it is trained as background.',
  setUp: { picture: 'coffee', base: 'starter', settings: { stepBudget: 60 }, lab: 'breakIt' },
  steps: [
    {
      text: 'A few strokes in five colours, and all other pixels unlabeled. Train: unlabeled pixels are ignored.',
      target: 'train',
      isDone: ({ training }) => training.settings.unlabeled === 'ignore' && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'The saucer is found to its rim, though hardly any of it is painted. Keep that in mind.',
      target: 'picture',
    },
    {
      text: 'Now the most common mistake: unlabeled pixels are trained as the class “Table”. Choose As background, and clear the weights.',
      target: 'treatment',
      isDone: ({ training }) => training.settings.unlabeled === 'asBackground' && isUntrained(training),
      offer: {
        label: 'As background, from the start',
        actions: [
          { type: 'settings', change: { unlabeled: 'asBackground', backgroundClassId: 0 } },
          { type: 'command', id: 'reset' },
        ],
      },
    },
    {
      text: 'Train again.',
      target: 'train',
      isDone: ({ training }) => training.settings.unlabeled === 'asBackground' && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'The table has eaten the rest. For every pixel that said “Porcelain” there were many of the same look that said “Table”. What you had not painted was taught to be wrong.',
      target: 'picture',
    },
    {
      text: 'Put it back to Ignore. In other programs it is called ignore_index, void, or mask: look for it before you train.',
      target: 'treatment',
      isDone: ({ training }) => training.settings.unlabeled === 'ignore',
      offer: { label: 'Ignore', actions: [{ type: 'settings', change: { unlabeled: 'ignore' } }] },
    },
  ],
};
