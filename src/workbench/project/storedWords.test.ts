import { expect, test } from 'vitest';
import { storedWords } from './storedWords.ts';

const SAVED = { saving: 'saved', step: 10, storedStep: 10, historyPosition: 3, isFramed: false } as const;

test('everything is stored only where it is', () => {
  expect(storedWords(SAVED)).toBe('Everything is stored in this browser.');
  expect(storedWords({ ...SAVED, step: 12 })).toMatch(/but the newest training steps/);
  expect(storedWords({ ...SAVED, storedStep: null })).toMatch(/but the newest training steps/);
  expect(storedWords({ ...SAVED, step: 0, storedStep: null })).toBe('Everything is stored in this browser.');
  expect(storedWords({ ...SAVED, saving: 'saving' })).toMatch(/still being stored/);
  expect(storedWords({ ...SAVED, saving: 'failed' })).toMatch(/not stored: download/);
});

test('where a browser stores nothing, what was painted or trained is not said to be stored', () => {
  expect(storedWords({ ...SAVED, saving: 'none', historyPosition: 1, step: 0 })).toMatch(/not stored/);
  expect(storedWords({ ...SAVED, saving: 'none', historyPosition: 0, step: 1 })).toMatch(/not stored/);
  expect(storedWords({ ...SAVED, saving: 'none', historyPosition: 0, step: 0 })).toMatch(/nothing to store/);
  expect(storedWords({ ...SAVED, isFramed: true })).toMatch(/Nothing is stored here/);
});
