import { expect, it } from 'vitest';
import { storageWords } from './storageWords.ts';

it.each([
  [12_345_678, true, 'About 12 MB, kept by the browser.'],
  [1000, false, 'About 1 MB. The browser may clear it when the disk is full.'],
  [null, true, 'Kept by the browser.'],
  [null, false, 'The browser may clear it when the disk is full.'],
  [12_345_678, null, 'About 12 MB'],
  [null, null, ''],
])('of %s bytes, persistent or not: %s', (storedBytes, isPersistent, words) => {
  expect(storageWords({ storedBytes, isPersistent })).toBe(words);
});
