import { hasTrained, isUntrained } from './conditions.ts';
import type { Lesson } from './lesson.ts';

export const classBalance: Lesson = {
  id: 'class-balance',
  title: 'Small classes count',
  about: 'See a small class drown among many pixels of others, and come up again with a weight.',
  setUp: { picture: 'retina', base: 'starter', settings: { stepBudget: 60, classBalance: 'none' }, lab: 'matrix' },
  steps: [
    {
      text: 'Optic disc and macula are small: their strokes hold few pixels, those of vessels and retina many. Every pixel counts the same at first. Train.',
      target: 'train',
      isDone: ({ training }) => training.settings.classBalance === 'none' && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Accuracy is an average over pixels, so the large classes decide it. Mean IoU gives every class one vote: look at the bars of the smallest.',
      target: 'scores',
    },
    {
      text: 'Now weigh the classes: 1/count makes up for the number of pixels in full. Change it, and clear the weights.',
      isDone: ({ training }) => training.settings.classBalance === 'inverse' && isUntrained(training),
      offer: {
        label: '1/count, from the start',
        actions: [
          { type: 'settings', change: { classBalance: 'inverse' } },
          { type: 'command', id: 'reset' },
        ],
      },
    },
    {
      text: 'Train again, and watch disc and macula.',
      target: 'train',
      isDone: ({ training }) => training.settings.classBalance === 'inverse' && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'The disc is found whole, and the macula has grown, perhaps too far: a weight trades misses for false alarms. 1/√count, between the two, is what this page starts with.',
      target: 'picture',
    },
  ],
};
