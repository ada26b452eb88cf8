import { hasLearnedMore, hasPainted } from './conditions.ts';
import type { Lesson } from './lesson.ts';

export const firstStrokes: Lesson = {
  id: 'first-strokes',
  title: 'Your first strokes',
  about: 'Paint two classes, leave the rest unlabeled, and see a network fill it in.',
  setUp: { picture: 'coffee', base: 'empty', settings: { stepBudget: 60 }, lab: null },
  steps: [
    {
      text: 'Nothing is labeled yet. Choose “Table” and drag a short line over the table. There is no need to fill it.',
      target: 'picture',
      isDone: ({ document }) => document.trainedClassCount >= 1,
    },
    {
      text: 'Now choose “Porcelain” and drag over the white of the cup. Two classes are the least that there is something to tell apart.',
      target: 'classes',
      isDone: ({ document }) => document.trainedClassCount >= 2,
    },
    {
      text: 'Press Train. The network looks at your strokes alone, again and again.',
      target: 'train',
      isDone: hasLearnedMore,
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Everything has a colour now, also where you painted nothing. Unlabeled pixels are taught nothing, so the network is free to say there what it takes them for.',
      target: 'picture',
    },
    {
      text: 'Find a place that is wrong and paint a short stroke of the right class over it.',
      target: 'picture',
      isDone: hasPainted,
    },
    {
      text: 'While it trains, a stroke is learned with the next steps. If training has ended, press Continue: it goes on from what it knows.',
      target: 'train',
      isDone: hasLearnedMore,
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'That is the loop: paint where it is wrong, look, paint again. Most people need far fewer strokes than they think.',
    },
  ],
};
