import { hasPainted } from './conditions.ts';
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
      isDone: ({ trainedClassCount }) => trainedClassCount >= 1,
    },
    {
      text: 'Now choose “Porcelain” and drag over the white of the cup. Two classes are the least that there is something to tell apart.',
      target: 'classes',
      isDone: ({ trainedClassCount }) => trainedClassCount >= 2,
    },
    {
      text: 'Press Train. The network looks at your strokes alone, again and again.',
      target: 'train',
      isDone: ({ predictionStep }, begun) => predictionStep !== null && predictionStep > (begun.predictionStep ?? 0),
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'Everything has a colour now, also where you painted nothing. Unlabeled pixels are taught nothing, so the network is free to say there what it takes them for.',
      target: 'picture',
    },
    {
      text: 'Find a place that is wrong and paint a short stroke of the right class over it. It is learned with the next steps; if training has ended, press Continue.',
      target: 'picture',
      isDone: (now, begun) => hasPainted(now, begun) && now.step > begun.step && !now.labelsChangedSinceStep,
      offer: { label: 'Train', actions: [{ type: 'command', id: 'train' }] },
    },
    {
      text: 'That is the loop: paint where it is wrong, look, paint again. Most people need far fewer strokes than they think.',
    },
  ],
};
