import { hasTrained, isUntrained } from './conditions.ts';
import type { Lesson } from './lesson.ts';

export const classBalance: Lesson = {
  id: 'class-balance',
  title: 'Small classes count',
  about: 'See a small class drown among many pixels of others, and come up again with a weight.',
  setUp: { picture: 'retina', base: 'starter', settings: { stepBudget: 60, classBalance: 'none' }, lab: 'matrix' },
  steps: [
    {
      text: 'Vessels are thin: their strokes hold few pixels, those of the retina many. Every pixel counts the same at first. Train.',
      target: 'train',
      isDone: (now) => now.settings.classBalance === 'none' && hasTrained(now),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Accuracy is an average over pixels, so the large classes decide it. Mean IoU gives every class one vote: look at the smallest.',
      target: 'scores',
    },
    {
      text: 'Now weigh the classes: 1/count makes up for the number of pixels in full. Change it, and clear the weights.',
      isDone: (now) => now.settings.classBalance === 'inverse' && isUntrained(now),
      offer: {
        label: '1/count, from the start',
        actions: [
          { type: 'settings', change: { classBalance: 'inverse' } },
          { type: 'command', id: 'reset' },
        ],
      },
    },
    {
      text: 'Train again, and watch the thin branches.',
      target: 'train',
      isDone: (now) => now.settings.classBalance === 'inverse' && hasTrained(now),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Small classes are found more often now, and sometimes where there are none: a weight trades misses for false alarms. 1/√count, between the two, is what this page starts with.',
      target: 'picture',
    },
  ],
};
