import { expect, it } from 'vitest';
import { sameElements } from './sameElements.ts';

it.each([
  [[], [], true],
  [[3, 7], [3, 7], true],
  [[3, 7], [7, 3], false],
  [[3, 7], [3], false],
  [[3], [3, 7], false],
])('%j and %j: %s', (a, b, same) => {
  expect(sameElements<number>(a, b)).toBe(same);
});
