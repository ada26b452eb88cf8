import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPlanes, type LabelPlanes, UNLABELED } from './planes.ts';
import { strokeWeights, weightedCounts } from './strokeWeights.ts';

function planesOf(classIds: readonly number[], strokeIds: readonly number[]): LabelPlanes {
  const planes = createPlanes(classIds.length, 1);
  planes.classIds.set(classIds);
  planes.strokeIds.set(strokeIds);
  return planes;
}

const U = UNLABELED;

test('a large and a small stroke, by hand', () => {
  // Six pixels of stroke 7 and two of stroke 9: eight pixels, two strokes, so each is worth four.
  const planes = planesOf([3, 3, 3, 3, 3, 3, U, 5, 5, U], [7, 7, 7, 7, 7, 7, 0, 9, 9, 0]);
  const [large, small] = [Math.fround(4 / 6), 2];
  expect([...strokeWeights(planes, [3, 5])]).toEqual([...Array(6).fill(large), 1, small, small, 1]);
  const counts = weightedCounts(planes, [3, 5]);
  expect(counts[3]).toBeCloseTo(4, 12);
  expect(counts[5]).toBeCloseTo(4, 12);
  // Of class 3 alone there is one stroke.
  expect([...strokeWeights(planes, [3])]).toEqual(Array(10).fill(1));
  expect([...weightedCounts(planes, [3])].filter((count) => count > 0)).toEqual([6]);
});

test('a stroke of two classes is one stroke', () => {
  // An accepted prediction, stroke 2, of two and one pixels, beside a dab: four pixels, two strokes.
  const planes = planesOf([0, 0, 1, 1], [2, 2, 2, 4]);
  const [each, dab] = [Math.fround(2 / 3), 2];
  expect([...strokeWeights(planes, [0, 1])]).toEqual([each, each, each, dab]);
  expect(weightedCounts(planes, [0, 1])[0]).toBeCloseTo(4 / 3, 12);
  expect(weightedCounts(planes, [0, 1])[1]).toBeCloseTo(2 / 3 + 2, 12);
});

test('without labels all pixels weigh 1 and no class counts', () => {
  const planes = createPlanes(3, 2);
  expect([...strokeWeights(planes, [0, 255])]).toEqual(Array(6).fill(1));
  expect(weightedCounts(planes, [0, 255]).every((count) => count === 0)).toBe(true);
});

test('every stroke is worth the same, and a labeled pixel 1 in the mean', () => {
  const pixel = fc.oneof(
    fc.constant([U, 0] as const),
    fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(1, 2, 3, 60_000, 65_535)),
  );
  const classes = fc.uniqueArray(fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(fc.array(pixel, { minLength: 1, maxLength: 40 }), classes, (pixels, classIds) => {
      const planes = planesOf(
        pixels.map(([classId]) => classId),
        pixels.map(([, strokeId]) => strokeId),
      );
      const weights = strokeWeights(planes, classIds);
      const labeled = pixels.flatMap(([classId, strokeId], i) =>
        classIds.includes(classId) ? [{ classId, strokeId, weight: weights[i] as number }] : [],
      );
      const worthOf = (some: typeof labeled) => some.reduce((sum, { weight }) => sum + weight, 0);
      const strokes = new Set(labeled.map(({ strokeId }) => strokeId));
      for (const id of strokes) {
        expect(worthOf(labeled.filter(({ strokeId }) => strokeId === id))).toBeCloseTo(
          labeled.length / strokes.size,
          4,
        );
      }
      expect(worthOf(labeled)).toBeCloseTo(labeled.length, 4);
      const counts = weightedCounts(planes, classIds);
      for (const id of [0, 1, 2, 3]) {
        expect(counts[id]).toBeCloseTo(worthOf(labeled.filter(({ classId }) => classId === id)), 4);
      }
    }),
  );
});
