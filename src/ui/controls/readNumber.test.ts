import { describe, expect, it } from 'vitest';
import { readNumber } from './readNumber.ts';

const FILTERS = { label: 'Filters', value: 16, min: 4, max: 64, whole: true };
const RATE = { label: 'Learning rate', value: 0.02, min: 1e-6, max: 1, whole: false };

describe('a number field', () => {
  it('takes what it can', () => {
    expect(readNumber(' 32 ', FILTERS)).toEqual({ value: 32, refusal: null });
    expect(readNumber('1e-3', RATE)).toEqual({ value: 0.001, refusal: null });
    expect(readNumber('', RATE)).toEqual({ value: 0.02, refusal: null });
  });

  it.each(['3', '65', '16.5', 'many', 'NaN', 'Infinity', '-8', '1,5'])('refuses %s filters in a sentence', (typed) => {
    expect(readNumber(typed, FILTERS)).toEqual({
      value: 16,
      refusal: `Filters takes a whole number from 4 to 64: “${typed}” was not taken, 16 stays.`,
    });
  });

  it.each(['0', '1.01', 'fast'])('refuses a learning rate of %s in a sentence', (typed) => {
    expect(readNumber(typed, RATE)).toEqual({
      value: 0.02,
      refusal: `Learning rate takes a number from 0.000001 to 1: “${typed}” was not taken, 0.02 stays.`,
    });
  });
});
