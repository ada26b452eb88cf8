import { expect, test } from 'vitest';
import { createAppStore, type Facts } from '../../state/store.ts';
import { storedWords } from './storedWords.ts';

const SAVED = {
  project: { saving: 'saved', storedStep: 10 },
  training: { step: 10 },
  document: { historyPosition: 3 },
} as const satisfies Facts;

const words = (facts: Facts) => storedWords(createAppStore({ ...SAVED, ...facts }).getState());

test('everything is stored only where it is', () => {
  expect(words({})).toBe('Everything is stored in this browser.');
  expect(words({ training: { step: 12 } })).toMatch(/but the newest training steps/);
  expect(words({ project: { saving: 'saved', storedStep: null } })).toMatch(/but the newest training steps/);
  const untrained = { project: { saving: 'saved', storedStep: null }, training: { step: 0 } } as const;
  expect(words(untrained)).toBe('Everything is stored in this browser.');
  expect(words({ project: { saving: 'saving' } })).toMatch(/still being stored/);
  expect(words({ project: { saving: 'failed' } })).toMatch(/not stored: download/);
});

test('where a browser stores nothing, what was painted or trained is not said to be stored', () => {
  const unstored = (historyPosition: number, step: number) =>
    words({ project: { saving: 'none' }, document: { historyPosition }, training: { step } });
  expect(unstored(1, 0)).toMatch(/not stored/);
  expect(unstored(0, 1)).toMatch(/not stored/);
  expect(unstored(0, 0)).toMatch(/nothing to store/);
  expect(words({ view: { isFramed: true } })).toMatch(/Nothing is stored here/);
});
