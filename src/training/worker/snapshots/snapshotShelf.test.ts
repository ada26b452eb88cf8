import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SnapshotShelf } from './snapshotShelf.ts';

const LIMITS = { most: 24, bytes: 2400 };

/** Steps of a learner's bursts, which are from one to five steps long. */
const bursts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 400 });

function shelfAfter(lengths: readonly number[], budget: number, byteLength: number) {
  const shelf = new SnapshotShelf(LIMITS);
  shelf.startOver(budget);
  let step = 0;
  let first = 0;
  for (const length of lengths) {
    step += length;
    if (first === 0) first = step;
    if (shelf.takes(step)) shelf.add({ step, byteLength });
    const bytes = shelf.steps.length * byteLength;
    expect(shelf.steps.length).toBeLessThanOrEqual(LIMITS.most);
    expect(bytes).toBeLessThanOrEqual(LIMITS.bytes);
  }
  return { shelf, step, first };
}

describe('SnapshotShelf', () => {
  it('never holds more than it may, keeps the first, and leaves no gap much longer than the others', () => {
    fc.assert(
      fc.property(
        bursts,
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 1200 }),
        (lengths, budget, bytes) => {
          const { shelf, step, first } = shelfAfter(lengths, budget, bytes);
          const { steps } = shelf;
          expect(steps[0]).toBe(first);
          expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
          // As many as fit at the least half of the time, at the distance that the budget asks for, a burst more or less.
          const fit = Math.min(LIMITS.most, Math.floor(LIMITS.bytes / bytes));
          const distance = Math.max(Math.floor(budget / LIMITS.most), (4 * step) / fit);
          const gaps = [...steps.slice(1), step].map((at, i) => at - (steps[i] ?? 0));
          expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * distance + 10);
        },
      ),
    );
  });

  it('keeps two dozen over a budget', () => {
    const { shelf } = shelfAfter(Array<number>(120).fill(1), 120, 1);
    expect(shelf.steps).toEqual([
      1, 6, 11, 16, 21, 26, 31, 36, 41, 46, 51, 56, 61, 66, 71, 76, 81, 86, 91, 96, 101, 106, 111, 116,
    ]);
  });

  it('keeps none of a learner that is too large to be kept once', () => {
    expect(shelfAfter([1, 1, 1], 3, 2401).shelf.steps).toEqual([]);
  });

  it('goes on from where the learner went back to', () => {
    const { shelf } = shelfAfter(Array<number>(30).fill(1), 48, 1);
    expect(shelf.steps.at(-1)).toBe(29);
    shelf.dropAfter(12);
    expect(shelf.steps).toEqual([1, 3, 5, 7, 9, 11]);
    expect(shelf.takes(12)).toBe(false);
    expect(shelf.takes(13)).toBe(true);
    shelf.startOver(48);
    expect(shelf.steps).toEqual([]);
    expect(shelf.at(11)).toBeNull();
  });
});
