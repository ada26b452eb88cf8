import { describe, expect, it } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS } from '../../../settings/learner.ts';
import type { TimelineMark } from '../../../workbench/lab/timelineMarks.ts';
import { markWords, placeWords, sinceWords } from './timelineWords.ts';

const to = { ...DEFAULT_LEARNER_SETTINGS, unlabeled: 'asBackground' as const };
const edit = (step: number): TimelineMark => ({ kind: 'edit', step, name: 'Paint table' });
const setting = (step: number): TimelineMark => ({ kind: 'settings', step, changed: ['unlabeled', 'stepBudget'], to });

describe('words of the timeline', () => {
  it('say what happened', () => {
    expect(markWords(edit(3))).toBe('Paint table');
    expect(markWords(setting(3))).toBe('Unlabeled pixels: As background · Step budget');
  });

  it('say where one is', () => {
    expect(placeWords(null, 120)).toBe('now, step 120');
    expect(placeWords(40, 120)).toBe('step 40 of 120');
  });

  it('count what was done since', () => {
    expect(sinceWords([edit(1)], 2)).toBe('Nothing but steps since then.');
    expect(sinceWords([edit(1), edit(2)], 2)).toBe('Since then: one edit.');
    expect(sinceWords([edit(2), edit(4), setting(4)], 2)).toBe('Since then: 2 edits and one change of settings.');
  });
});
