import { expect, it } from 'vitest';
import { CURVE_NAMES, TrainingCurves } from './curves.ts';

it('go back to a step as copies, each of them', () => {
  const curves = new TrainingCurves();
  CURVE_NAMES.forEach((name, i) => {
    for (const step of [1, 5, 9]) curves[name].push(step, i + step);
  });
  const former = curves.upTo(5);
  former.loss.push(6, 0);
  expect(curves.upTo(100).loss.pairs()).toHaveLength(3);
  CURVE_NAMES.forEach((name, i) => {
    const kept = [
      [1, i + 1],
      [5, i + 5],
    ];
    expect(former[name].pairs()).toEqual(name === 'loss' ? [...kept, [6, 0]] : kept);
  });
});
