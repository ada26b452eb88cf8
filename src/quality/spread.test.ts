import { expect, test } from 'vitest';
import { spreadOf } from './spread.ts';

test('a spread is the mean and the standard deviation of a sample', () => {
  // By hand: mean 5, squares 9 + 1 + 1 + 9 = 20, over 3.
  const { mean, deviation } = spreadOf([2, 4, 6, 8]);
  expect(mean).toBe(5);
  expect(deviation).toBeCloseTo(Math.sqrt(20 / 3), 12);
  expect(spreadOf([3])).toEqual({ mean: 3, deviation: null });
});
