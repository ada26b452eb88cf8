import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rasteriseCapsule } from './capsule.ts';
import { applyPatch, invertPatch } from './patch.ts';
import { clonePlanes, countByClass, createPlanes, type LabelPlanes, UNLABELED } from './planes.ts';
import { StrokeTransaction } from './strokeTransaction.ts';

const WIDTH = 24;
const HEIGHT = 16;

interface Capsule {
  readonly points: [fromX: number, fromY: number, toX: number, toY: number];
  readonly radiusPx: number;
  readonly classId: number;
  readonly strokeId: number;
}

const coordinate = fc.double({ min: -6, max: 30, noNaN: true });
const strokeArbitrary: fc.Arbitrary<Capsule[]> = fc.array(
  fc.record({
    points: fc.tuple(coordinate, coordinate, coordinate, coordinate),
    radiusPx: fc.double({ min: 0.5, max: 8, noNaN: true }),
    classId: fc.constantFrom(0, 1, 31, UNLABELED),
    strokeId: fc.integer({ min: 1, max: 65535 }),
  }),
  { minLength: 1, maxLength: 5 },
);

function paint(planes: LabelPlanes, counts: Uint32Array, stroke: readonly Capsule[]): StrokeTransaction {
  const transaction = new StrokeTransaction(planes, counts);
  for (const { points, radiusPx, classId, strokeId } of stroke) {
    transaction.paintCapsule(...points, radiusPx, classId, strokeId);
  }
  return transaction;
}

function painted(...strokes: readonly Capsule[][]): LabelPlanes {
  const planes = createPlanes(WIDTH, HEIGHT);
  for (const stroke of strokes) paint(planes, new Uint32Array(256), stroke).commit();
  return planes;
}

describe('StrokeTransaction', () => {
  it('writes what the rasteriser covers, the later capsule on top, and no stroke id on unlabeled pixels', () => {
    fc.assert(
      fc.property(strokeArbitrary, (stroke) => {
        const expected = createPlanes(WIDTH, HEIGHT);
        for (const { points, radiusPx, classId, strokeId } of stroke) {
          rasteriseCapsule(...points, radiusPx, WIDTH, HEIGHT, (y, xStart, xEnd) => {
            for (let i = y * WIDTH + xStart; i < y * WIDTH + xEnd; i++) {
              expected.classIds[i] = classId;
              expected.strokeIds[i] = classId === UNLABELED ? 0 : strokeId;
            }
          });
        }
        expect(painted(stroke)).toEqual(expected);
      }),
    );
  });

  it('commits a patch that leads from before to after, and inverted back', () => {
    fc.assert(
      fc.property(strokeArbitrary, strokeArbitrary, (first, second) => {
        const before = painted(first);
        const planes = clonePlanes(before);
        const patch = paint(planes, countByClass(planes), second).commit();
        if (patch === null) {
          expect(planes).toEqual(before);
          return;
        }
        const after = clonePlanes(planes);
        applyPatch(planes, invertPatch(patch));
        expect(planes).toEqual(before);
        applyPatch(planes, patch);
        expect(planes).toEqual(after);
      }),
    );
  });

  it('rolls back to exactly what was there, counts included', () => {
    fc.assert(
      fc.property(strokeArbitrary, strokeArbitrary, (first, second) => {
        const before = painted(first);
        const planes = clonePlanes(before);
        const counts = countByClass(planes);
        paint(planes, counts, second).rollback();
        expect(planes).toEqual(before);
        expect(counts).toEqual(countByClass(before));
      }),
    );
  });

  it('keeps counts while it is open', () => {
    fc.assert(
      fc.property(strokeArbitrary, strokeArbitrary, (first, second) => {
        const planes = painted(first);
        const counts = countByClass(planes);
        paint(planes, counts, second);
        expect(counts).toEqual(countByClass(planes));
      }),
    );
  });

  it('says which rectangle each capsule wrote to', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    const transaction = new StrokeTransaction(planes, countByClass(planes));
    expect(transaction.bounds).toBeNull();
    expect(transaction.paintCapsule(5.5, 4.5, 9.5, 4.5, 1, 0, 1)).toEqual({ x: 4, y: 3, width: 7, height: 3 });
    expect(transaction.paintCapsule(-20, 4, -20, 4, 3, 0, 1)).toBeNull();
    expect(transaction.paintCapsule(0, 15.5, 0, 15.5, 1, 0, 1)).toEqual({ x: 0, y: 15, width: 1, height: 1 });
    expect(transaction.bounds).toEqual({ x: 0, y: 3, width: 11, height: 13 });
  });

  it('has nothing to commit when it painted what was there, or missed the picture', () => {
    const stroke: Capsule[] = [{ points: [3, 3, 9, 9], radiusPx: 2, classId: 1, strokeId: 7 }];
    const planes = painted(stroke);
    expect(paint(planes, countByClass(planes), stroke).commit()).toBeNull();
    const outside: Capsule[] = [{ points: [-30, -30, -30, -30], radiusPx: 2, classId: 1, strokeId: 8 }];
    expect(paint(planes, countByClass(planes), outside).commit()).toBeNull();
  });

  it('clears what matches, by class and stroke', () => {
    fc.assert(
      fc.property(strokeArbitrary, fc.func(fc.boolean()), (stroke, matches) => {
        const before = painted(stroke);
        const planes = clonePlanes(before);
        const counts = countByClass(planes);
        const transaction = new StrokeTransaction(planes, counts);
        transaction.clear(matches);
        const patch = transaction.commit();
        before.classIds.forEach((classId, i) => {
          const strokeId = before.strokeIds[i] ?? 0;
          const goes = classId === UNLABELED || matches(classId, strokeId);
          expect(planes.classIds[i]).toBe(goes ? UNLABELED : classId);
          expect(planes.strokeIds[i]).toBe(goes ? 0 : strokeId);
        });
        expect(counts).toEqual(countByClass(planes));
        if (patch !== null) applyPatch(planes, invertPatch(patch));
        expect(planes).toEqual(before);
      }),
    );
  });

  it('takes nothing more once it has ended', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    const transaction = new StrokeTransaction(planes, countByClass(planes));
    transaction.commit();
    expect(() => transaction.paintCapsule(5, 5, 5, 5, 2, 0, 1)).toThrow(/already ended/);
    expect(() => transaction.rollback()).toThrow(/already ended/);
  });
});
