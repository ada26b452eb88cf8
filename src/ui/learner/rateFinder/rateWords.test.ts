import { expect, it } from 'vitest';
import { rateWords, roundedRate } from './rateWords.ts';

it.each([
  [0.02, '0.02'],
  [0.012_345, '0.012'],
  [0.001, '0.001'],
  [0.000_999, '1e-3'],
  [0.000_034, '3e-5'],
  [1, '1'],
  [0, '0'],
])('%d reads %s', (rate, words) => {
  expect(rateWords(rate)).toBe(words);
});

it('rounds to two digits that count', () => {
  expect([0.012_345, 0.000_018_7, 0.5].map(roundedRate)).toEqual([0.012, 0.000_019, 0.5]);
});
