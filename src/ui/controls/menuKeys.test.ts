import { expect, test } from 'vitest';
import { stopAfter } from './menuKeys.ts';

const NAMES = ['Rename', 'Hide', ' Lock its pixels', 'Remove'];

test.each([
  ['ArrowDown', 0, 1],
  ['ArrowDown', 3, 0],
  ['ArrowDown', -1, 0],
  ['ArrowUp', 1, 0],
  ['ArrowUp', 0, 3],
  ['ArrowUp', -1, 3],
  ['Home', 2, 0],
  ['End', 0, 3],
  ['r', 0, 3],
  ['R', 3, 0],
  ['l', 0, 2],
  ['h', 1, 1],
  ['x', 0, null],
  [' ', 0, null],
  ['Enter', 0, null],
  ['Tab', 0, null],
  ['ArrowRight', 0, null],
])('%s leads from place %i to %s', (key, index, place) => {
  expect(stopAfter(key, index, NAMES, true)).toBe(place);
});

test('letters lead nowhere in a menu that leaves them to the page, and no key in one without entries', () => {
  expect(stopAfter('r', 0, NAMES, false)).toBeNull();
  for (const key of ['ArrowDown', 'ArrowUp', 'Home', 'End', 'r']) expect(stopAfter(key, -1, [], true)).toBeNull();
});
