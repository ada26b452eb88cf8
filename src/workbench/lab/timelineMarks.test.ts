import { describe, expect, it } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { TimelineMarks } from './timelineMarks.ts';

const edit = (name: string) => ({ name, pictureId: null });
const [A, B, C] = [edit('a'), edit('b'), edit('c')];
const SGD: LearnerSettings = { ...DEFAULT_LEARNER_SETTINGS, optimizer: 'sgd' };

/** Names and steps of the edits, keys and steps of the changed settings. */
function listed(marks: TimelineMarks, history: readonly ReturnType<typeof edit>[], position = history.length) {
  return marks
    .list(history, position)
    .map((mark) => [mark.step, mark.kind === 'edit' ? mark.name : mark.changed.join(' ')]);
}

describe('TimelineMarks', () => {
  it('notes at which step what was made, and shows what stands', () => {
    const marks = new TimelineMarks();
    marks.noteEdits([A], 0);
    marks.noteEdits([A, B], 7);
    marks.noteSettings(DEFAULT_LEARNER_SETTINGS, SGD, 4);
    expect(listed(marks, [A, B])).toEqual([
      [0, 'a'],
      [4, 'optimizer'],
      [7, 'b'],
    ]);
    expect(listed(marks, [A, B], 1)).toEqual([
      [0, 'a'],
      [4, 'optimizer'],
    ]);
    // What was undone and done again was made when it was made; what another edit replaced is gone.
    marks.noteEdits([A, B], 9);
    expect(listed(marks, [A, B])[2]).toEqual([7, 'b']);
    marks.noteEdits([A, C], 9);
    expect(listed(marks, [A, C])).toContainEqual([9, 'c']);
  });

  it('joins changes of settings at one step, and notes none where nothing changed', () => {
    const marks = new TimelineMarks();
    marks.noteSettings(SGD, { ...SGD }, 3);
    marks.noteSettings(DEFAULT_LEARNER_SETTINGS, SGD, 0);
    expect(listed(marks, [])).toEqual([]);
    marks.noteSettings(DEFAULT_LEARNER_SETTINGS, SGD, 3);
    marks.noteSettings(SGD, { ...SGD, loss: 'dice' }, 3);
    marks.noteSettings({ ...SGD, loss: 'dice' }, { ...SGD, loss: 'mse' }, 3);
    expect(listed(marks, [])).toEqual([[3, 'optimizer loss']]);
  });

  it('has what stands stand from the first step of a learner that starts over, and as before when it is back', () => {
    const marks = new TimelineMarks();
    marks.noteEdits([A], 5);
    marks.noteSettings(DEFAULT_LEARNER_SETTINGS, SGD, 6);
    marks.startOver(10);
    expect(listed(marks, [A])).toEqual([[0, 'a']]);
    marks.noteEdits([A, B], 2);
    marks.comeBack();
    expect(listed(marks, [A, B])).toEqual([
      [5, 'a'],
      [6, 'optimizer'],
      [10, 'b'],
    ]);
  });

  it('has what was made later stand from where the learner went back to', () => {
    const marks = new TimelineMarks();
    marks.noteEdits([A], 2);
    marks.noteEdits([A, B], 8);
    marks.noteSettings(DEFAULT_LEARNER_SETTINGS, SGD, 9);
    marks.goBack(10, 5);
    expect(listed(marks, [A, B])).toEqual([
      [2, 'a'],
      [5, 'b'],
      [5, 'optimizer'],
    ]);
    marks.comeBack();
    expect(listed(marks, [A, B])).toEqual([
      [2, 'a'],
      [8, 'b'],
      [9, 'optimizer'],
    ]);
    marks.clear();
    expect(listed(marks, [])).toEqual([]);
  });
});
