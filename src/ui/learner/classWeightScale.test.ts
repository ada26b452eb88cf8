import { expect, test } from 'vitest';
import { LAST_POSITION, positionOf, weightAt, weightText } from './classWeightScale.ts';

test('a slider reaches 0, 0.01, 1 and 10, each step by the same factor, and finds its own weights again', () => {
  const weights = Array.from({ length: LAST_POSITION + 1 }, (_, position) => weightAt(position));
  expect(weights.slice(0, 2)).toEqual([0, 0.01]);
  expect(weights).toContain(1);
  expect(weights.at(-1)).toBe(10);
  weights.slice(1, -1).forEach((weight, i) => {
    // The twentieth root of ten, and half a unit of the third digit of either.
    expect((weights[i + 2] as number) / weight / 10 ** 0.05).toBeCloseTo(1, 2);
  });
  expect(weights.map(positionOf)).toEqual(weights.map((_, position) => position));
});

test('weights between and beyond the steps have the nearest, and only 0 is nothing', () => {
  expect([1.33, 1.05, 1e-6, 25].map((weight) => weightAt(positionOf(weight)))).toEqual([1.26, 1, 0.01, 10]);
});

test('weights are written short', () => {
  expect([0, 0.0004, 0.01, 0.667, 1, 1.333, 9.999].map(weightText)).toEqual([
    '0',
    '<0.01',
    '0.01',
    '0.667',
    '1',
    '1.33',
    '10',
  ]);
});
