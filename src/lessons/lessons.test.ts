import { expect, test } from 'vitest';
import { createAppStore } from '../state/store.ts';
import { findLesson, LESSONS } from './lessons.ts';

test('there are at least six lessons, each found by its id, which fits into a link', () => {
  expect(LESSONS.length).toBeGreaterThanOrEqual(6);
  for (const lesson of LESSONS) {
    expect(findLesson(lesson.id)).toBe(lesson);
    expect(lesson.id).toMatch(/^[a-z0-9-]{1,40}$/);
  }
  expect(new Set(LESSONS.map(({ id }) => id)).size).toBe(LESSONS.length);
  expect(findLesson('nothing')).toBeUndefined();
});

test.each(LESSONS)('$title: short steps, none of which is done before it began, and an end', ({ setUp, steps }) => {
  const state = createAppStore().getState();
  let settings = { ...state.training.settings, ...setUp.settings };
  expect(steps.length).toBeGreaterThanOrEqual(4);
  for (const { text, isDone, offer } of steps) {
    expect(text.length).toBeLessThan(330);
    const begun = { ...state, training: { ...state.training, settings } };
    expect(isDone?.(begun, begun) ?? false).toBe(false);
    for (const action of offer?.actions ?? []) {
      if (action.type === 'settings') settings = { ...settings, ...action.change };
    }
  }
});
