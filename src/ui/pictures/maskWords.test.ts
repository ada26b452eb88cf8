import { expect, test } from 'vitest';
import { entryName, overflowWarning } from './maskWords.ts';

test('a value is called by its number, a colour by its code', () => {
  expect(entryName({ value: 0, color: '#000000' })).toBe('0');
  expect(entryName({ value: null, color: '#ff8000' })).toBe('#ff8000');
});

test('new classes are warned of where they do not fit', () => {
  expect(overflowWarning(['new', 'new', 3, 255], 30)).toBeNull();
  expect(overflowWarning(['new', 'new', 3, 255], 31)).toBe(
    'A project can have 32 classes: one of the new ones stays unlabeled.',
  );
  expect(overflowWarning(['new', 'new', 'new'], 31)).toMatch(/2 of the new ones stay unlabeled\.$/);
});
