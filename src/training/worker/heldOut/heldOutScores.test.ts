import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPlanes, type LabelPlanes, NO_STROKE, UNLABELED } from '../../../labels/planes.ts';
import { accuracyInterval } from '../../../metrics/bootstrap.ts';
import { type HeldOutTally, scoreHeldOut, tallyHeldOut } from './heldOutScores.ts';

/** Planes of one row from `[class, stroke]` pairs. */
function row(pixels: readonly (readonly [classId: number, strokeId: number])[]): LabelPlanes {
  const planes = createPlanes(pixels.length, 1);
  planes.classIds.set(pixels.map(([classId]) => classId));
  planes.strokeIds.set(pixels.map(([, strokeId]) => strokeId));
  return planes;
}

const U = [UNLABELED, NO_STROKE] as const;

test('by hand: three strokes of two classes in two pictures', () => {
  const first = row([[3, 1], [3, 1], [7, 2], [7, 2], U, [3, 5], [3, 5]]);
  // Stroke 1 is right once, stroke 2 twice; stroke 5 is learned from.
  const one = tallyHeldOut(first, new Set([1, 2, 9]), Uint8Array.from([3, 7, 7, 7, 3, 7, 7]));
  expect(one?.strokes).toEqual([
    { right: 1, labeled: 2 },
    { right: 2, labeled: 2 },
  ]);
  const two = tallyHeldOut(
    row([
      [3, 4],
      [3, 4],
      [3, 4],
    ]),
    new Set([4]),
    Uint8Array.from([3, 3, 254]),
  );
  const scores = scoreHeldOut([one, two] as HeldOutTally[]);
  // Class 3: right 3 of 5, none taken for it. Class 7: right 2 of 2, one more taken for it.
  expect(scores).toMatchObject({ strokes: 3, maskedAccuracy: 5 / 7 });
  expect(scores?.meanIou).toBeCloseTo((3 / 5 + 2 / 3) / 2, 12);
  const strokes = [...(one?.strokes ?? []), ...(two?.strokes ?? [])];
  expect(scores?.accuracyInterval).toEqual(accuracyInterval(strokes, 1));
  expect(scores?.accuracyInterval).not.toBeNull();
});

test('a class without held-out strokes costs nothing but the pixels that are taken for it', () => {
  const tally = tallyHeldOut(
    row([
      [3, 1],
      [3, 1],
      [3, 1],
      [3, 1],
    ]),
    new Set([1]),
    Uint8Array.from([3, 3, 3, 7]),
  );
  expect(scoreHeldOut([tally as HeldOutTally])).toEqual({
    strokes: 1,
    maskedAccuracy: 3 / 4,
    accuracyInterval: null,
    meanIou: 3 / 4,
  });
});

test('nothing held out, or nothing left of it, is no score', () => {
  const planes = row([[3, 1], U]);
  const classMap = Uint8Array.from([3, 3]);
  expect(tallyHeldOut(planes, new Set(), classMap)).toBeNull();
  expect(tallyHeldOut(planes, new Set([2]), classMap)).toBeNull();
  expect(scoreHeldOut([])).toBeNull();
});

test('the accuracy is that of counting pixel by pixel', () => {
  const pixel = fc.record({
    id: fc.constantFrom(0, 1, 2),
    stroke: fc.nat(4),
    predicted: fc.constantFrom(0, 1, 2, 254),
  });
  fc.assert(
    fc.property(
      fc.array(pixel, { minLength: 1, maxLength: 40 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 4 })),
      (list, out) => {
        const planes = row(list.map(({ id, stroke }) => (stroke === NO_STROKE ? U : [id, stroke])));
        const tally = tallyHeldOut(
          planes,
          new Set(out),
          Uint8Array.from(list, ({ predicted }) => predicted),
        );
        const heldOut = list.filter(({ stroke }) => out.includes(stroke));
        const right = heldOut.filter(({ id, predicted }) => id === predicted).length;
        const scores = tally && scoreHeldOut([tally]);
        expect(scores?.maskedAccuracy ?? null).toBe(heldOut.length === 0 ? null : right / heldOut.length);
        expect(tally?.strokes.length ?? 0).toBe(new Set(heldOut.map(({ stroke }) => stroke)).size);
      },
    ),
  );
});

test('the interval of a hundred strokes takes less than 5 ms', () => {
  const strokes = Array.from({ length: 100 }, (_, i) => ({ right: 50 + (i % 50), labeled: 100 }));
  const times = Array.from({ length: 15 }, (_, seed) => {
    const begunMs = performance.now();
    accuracyInterval(strokes, seed);
    return performance.now() - begunMs;
  });
  expect(Math.min(...times)).toBeLessThan(5);
});
