import { hasLearnedMore, hasPainted, hasTrained } from './conditions.ts';
import type { Lesson } from './lesson.ts';

export const whereNext: Lesson = {
  id: 'where-next',
  title: 'Let the network ask',
  about: 'Paint where the network is unsure: it learns most from what it does not know.',
  setUp: { picture: 'coffee', base: 'starter', settings: { stepBudget: 60 }, lab: null },
  steps: [
    {
      text: 'Train first: only a network that says something can be unsure of it.',
      target: 'train',
      isDone: ({ training }) => hasTrained(training),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Show its doubt: bright is where the two likeliest classes are close (W).',
      isDone: ({ view }) => view.predictionStyle === 'doubt',
      offer: { label: 'Show doubt', actions: [{ type: 'command', id: 'doubt' }] },
    },
    {
      text: 'Ask for the place that is worth a stroke (M). The ring goes round it, and a sentence says between which classes it wavers.',
      target: 'picture',
      isDone: ({ document }) => document.suggestion !== null,
      offer: { label: 'Where to paint next?', actions: [{ type: 'command', id: 'suggest' }] },
    },
    {
      text: 'Paint inside the ring with the class that is right there.',
      target: 'picture',
      isDone: hasPainted,
    },
    {
      text: 'Go on training: new strokes add steps to the budget.',
      target: 'train',
      isDone: hasLearnedMore,
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: '“Already right” keeps count: how much of each stroke was right before you painted it. Once it stays high, there is little left to correct.',
      target: 'scores',
    },
  ],
};
