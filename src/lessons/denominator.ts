import { hasTrained, isUntrained } from './conditions.ts';
import type { Lesson } from './lesson.ts';

const ALL_PIXELS = { type: 'settings', change: { unlabeled: 'allPixelMean' } } as const;

export const denominator: Lesson = {
  id: 'denominator',
  title: 'Divided by what?',
  about: 'The right mask with the wrong denominator: how it slows SGD, and why Adam hides it.',
  setUp: {
    picture: 'coffee',
    base: 'starter',
    settings: {
      stepBudget: 60,
      optimizer: 'sgd',
      learningRate: 0.02,
      schedule: 'constant',
      smoothness: { weight: 0, radiusPx: 3, colorWidth: 0.4, spaceWidthPx: 6, gated: true },
      classBalance: 'none',
    },
    lab: 'breakIt',
  },
  steps: [
    {
      text: 'This learner uses plain SGD, which goes as far as the gradient is long. Train with Ignore: the loss is divided by the labeled pixels.',
      target: 'train',
      isDone: ({ training }) => training.settings.unlabeled === 'ignore' && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Note the loss and the accuracy. Then choose All-pixel mean, which divides by every pixel of the picture, and clear the weights.',
      target: 'treatment',
      isDone: ({ training }) => training.settings.unlabeled === 'allPixelMean' && isUntrained(training),
      offer: { label: 'All-pixel mean, from the start', actions: [ALL_PIXELS, { type: 'command', id: 'reset' }] },
    },
    {
      text: 'Train again, as many steps at the same rate.',
      target: 'train',
      isDone: ({ training }) =>
        training.settings.unlabeled === 'allPixelMean' && training.settings.optimizer === 'sgd' && hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'The mask was right: no unlabeled pixel taught anything. But loss and gradient shrank to the labeled share, so every step went a fraction as far. The loss looks small, yet the network has learned far less.',
      target: 'scores',
    },
    {
      text: 'Now AdamW, still with All-pixel mean. It divides by the gradient’s own size.',
      isDone: ({ training }) => training.settings.optimizer === 'adamw' && isUntrained(training),
      offer: {
        label: 'AdamW, from the start',
        actions: [
          { type: 'settings', change: { optimizer: 'adamw', learningRate: 0.01 } },
          { type: 'command', id: 'reset' },
        ],
      },
    },
    {
      text: 'Train a third time.',
      target: 'train',
      isDone: ({ training }) =>
        training.settings.unlabeled === 'allPixelMean' &&
        training.settings.optimizer === 'adamw' &&
        hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'As good as ever: a constant factor nearly cancels. That is why this bug goes unnoticed, until somebody changes the optimiser, or adds a second term to the loss and wonders about its weight.',
      target: 'scores',
    },
  ],
};
