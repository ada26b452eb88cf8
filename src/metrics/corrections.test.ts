import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { invertPatch, type LabelPatch, PatchBuilder } from '../labels/patch.ts';
import { UNLABELED } from '../labels/planes.ts';
import { alreadyRight, Corrections, movingMean } from './corrections.ts';

const WIDTH = 6;
const HEIGHT = 4;
const SIZE = WIDTH * HEIGHT;

/** The patch between two planes of class ids, as one stroke's. */
function patchBetween(before: readonly number[], after: readonly number[]): LabelPatch | null {
  const builder = new PatchBuilder(WIDTH, HEIGHT);
  before.forEach((classBefore, i) => {
    const classAfter = after[i] ?? UNLABELED;
    builder.add(i, classBefore, classAfter, classBefore === UNLABELED ? 0 : 1, classAfter === UNLABELED ? 0 : 2);
  });
  return builder.finish();
}

const plane = (...ids: number[]) => fc.array(fc.constantFrom(...ids), { minLength: SIZE, maxLength: SIZE });

describe('how much of a stroke was right before', () => {
  test('is counted pixel by pixel over what got another class', () => {
    fc.assert(
      fc.property(plane(0, 3, UNLABELED), plane(0, 3, UNLABELED), plane(0, 3, 254), (before, after, predicted) => {
        const patch = patchBetween(before, after);
        const changed = [...after.keys()].filter((i) => after[i] !== UNLABELED && after[i] !== before[i]);
        const right = changed.filter((i) => predicted[i] === after[i]);
        const expected = changed.length === 0 ? null : right.length / changed.length;
        if (patch !== null) expect(alreadyRight(patch, Uint8Array.from(predicted))).toBe(expected);
      }),
    );
  });

  it('says nothing of what only takes labels away, nor beside a map of another size', () => {
    const painted = patchBetween(Array(SIZE).fill(UNLABELED), Array(SIZE).fill(3)) as LabelPatch;
    expect(alreadyRight(painted, new Uint8Array(SIZE).fill(3))).toBe(1);
    expect(alreadyRight(invertPatch(painted), new Uint8Array(SIZE).fill(3))).toBeNull();
    expect(alreadyRight(painted, new Uint8Array(SIZE + 1))).toBeNull();
  });
});

describe('the corrections of a project', () => {
  it('come in order, and undo takes a point back to which redo gives its place again', () => {
    const corrections = new Corrections();
    [0.1, 0.2, 0.3].forEach((share, i) => {
      corrections.add(`a ${i}`, share);
    });
    expect(corrections.setStanding('a 1', false)).toBe(true);
    expect(corrections.byLearner).toEqual([[0.1, 0.3]]);
    // Done twice, or for a stroke that has no point, it changes nothing.
    expect(corrections.setStanding('a 1', false)).toBe(false);
    expect(corrections.setStanding('b 1', false)).toBe(false);
    corrections.add('a 3', 0.4);
    expect(corrections.setStanding('a 1', true)).toBe(true);
    expect(corrections.byLearner).toEqual([[0.1, 0.2, 0.3, 0.4]]);
  });

  it('of another learner are a group of their own', () => {
    const corrections = new Corrections();
    expect(corrections.startOver()).toBe(false);
    corrections.add('a 1', 0.9);
    expect(corrections.startOver()).toBe(true);
    expect(corrections.startOver()).toBe(false);
    corrections.add('a 2', 0.1);
    corrections.add('a 3', 0.2);
    expect(corrections.byLearner).toEqual([[0.9], [0.1, 0.2]]);
    corrections.setStanding('a 1', false);
    expect(corrections.byLearner).toEqual([[0.1, 0.2]]);
  });

  it('go on where they were when the former learner comes back, unless another one had strokes', () => {
    const corrections = new Corrections();
    corrections.add('a 1', 0.7);
    corrections.startOver();
    corrections.goBack();
    corrections.add('a 2', 0.8);
    expect(corrections.byLearner).toEqual([[0.7, 0.8]]);
    corrections.startOver();
    corrections.add('a 3', 0.1);
    corrections.goBack();
    corrections.add('a 4', 0.9);
    expect(corrections.byLearner).toEqual([[0.7, 0.8], [0.1], [0.9]]);
  });

  it('are bounded: the oldest go', () => {
    const corrections = new Corrections();
    for (let i = 0; i < 10_005; i++) corrections.add(String(i), i < 5 ? 0 : 1);
    const { shares } = corrections.save();
    expect(shares).toHaveLength(10_000);
    expect(Math.min(...shares)).toBe(1);
  });

  test('are stored and restored, and go on', () => {
    const edits = fc.array(
      fc.oneof(
        fc.record({ type: fc.constant('add' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
        fc.record({ type: fc.constant('undo' as const), stroke: fc.nat(20) }),
        fc.constant({ type: 'startOver' as const }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(edits, (made) => {
        const corrections = new Corrections();
        made.forEach((edit, i) => {
          if (edit.type === 'add') corrections.add(String(i), edit.share);
          else if (edit.type === 'undo') corrections.setStanding(String(edit.stroke), false);
          else corrections.startOver();
        });
        const restored = Corrections.restored(corrections.save());
        expect(restored.byLearner).toEqual(corrections.byLearner);
        for (const each of [corrections, restored]) each.add('new', 0.5);
        expect(restored.byLearner).toEqual(corrections.byLearner);
        expect(restored.setStanding('0', false)).toBe(false);
      }),
    );
  });
});

test('the moving mean is that of up to five strokes', () => {
  const means = movingMean([1, 0, 1, 1, 0, 0, 0.5]);
  const expected = [1, 1 / 2, 2 / 3, 3 / 4, 3 / 5, 2 / 5, 2.5 / 5];
  means.forEach((mean, i) => {
    expect(mean).toBeCloseTo(expected[i] ?? Number.NaN, 12);
  });
  expect(movingMean([])).toEqual([]);
});
