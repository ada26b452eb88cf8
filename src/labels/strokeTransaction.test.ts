import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rasteriseCapsule } from './capsule.ts';
import { applyPatch, invertPatch } from './patch.ts';
import { clonePlanes, countByClass, createPlanes, type LabelPlanes, UNLABELED } from './planes.ts';
import { type PixelRegion, regionWhere } from './region.ts';
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

  it('refuses regions and class maps that do not fit, and unlabeled pixels without a stroke id', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    const before = clonePlanes(planes);
    const transaction = new StrokeTransaction(planes, countByClass(planes));
    const wide = regionWhere(WIDTH + 1, 1, () => true);
    const high = regionWhere(1, HEIGHT + 1, () => true);
    const classMap = new Uint8Array(WIDTH * HEIGHT);
    for (const region of [wide, high]) {
      expect(() => transaction.paintRegion(region, 1, 1)).toThrow(RangeError);
      expect(() => transaction.paintFrom(region, classMap, 1, () => true)).toThrow(RangeError);
    }
    const all = regionWhere(WIDTH, HEIGHT, () => true);
    expect(() => transaction.paintFrom(all, classMap.subarray(1), 1, () => true)).toThrow(RangeError);
    expect(() => transaction.replace(UNLABELED, 1, null)).toThrow(RangeError);
    expect(transaction.commit()).toBeNull();
    expect(planes).toEqual(before);
  });

  it('takes nothing more once it has ended', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    const transaction = new StrokeTransaction(planes, countByClass(planes));
    transaction.commit();
    expect(() => transaction.paintCapsule(5, 5, 5, 5, 2, 0, 1)).toThrow(/already ended/);
    expect(() => transaction.rollback()).toThrow(/already ended/);
  });
});

type Operation =
  | { readonly name: 'capsule'; readonly stroke: Capsule }
  | {
      readonly name: 'region';
      readonly inside: readonly boolean[];
      readonly classId: number;
      readonly strokeId: number;
    }
  | {
      readonly name: 'from';
      readonly inside: readonly boolean[];
      readonly classMap: Uint8Array;
      readonly strokeId: number;
    }
  | { readonly name: 'replace'; readonly from: number; readonly to: number; readonly strokeId: number | null }
  | { readonly name: 'clear'; readonly classId: number };

const PAINTABLE = new Set([0, 1, 31, UNLABELED]);
const classArbitrary = fc.constantFrom<number[]>(0, 1, 31, UNLABELED);
const strokeIdArbitrary = fc.integer({ min: 1, max: 5 });
const insideArbitrary = fc.array(fc.boolean(), { minLength: WIDTH * HEIGHT, maxLength: WIDTH * HEIGHT });
const operationArbitrary: fc.Arbitrary<Operation> = fc.oneof(
  strokeArbitrary.map(([stroke]) => ({ name: 'capsule', stroke: stroke as Capsule }) as const),
  fc.record({
    name: fc.constant('region' as const),
    inside: insideArbitrary,
    classId: classArbitrary,
    strokeId: strokeIdArbitrary,
  }),
  fc.record({
    name: fc.constant('from' as const),
    inside: insideArbitrary,
    classMap: fc
      .array(fc.constantFrom(0, 1, 2, 31, 254, UNLABELED), { minLength: WIDTH * HEIGHT, maxLength: WIDTH * HEIGHT })
      .map((classes) => Uint8Array.from(classes)),
    strokeId: strokeIdArbitrary,
  }),
  fc
    .record({ from: classArbitrary, to: classArbitrary, strokeId: fc.option(strokeIdArbitrary) })
    .filter(({ from, to, strokeId }) => from !== UNLABELED || to === UNLABELED || strokeId !== null)
    .map((replacement) => ({ name: 'replace', ...replacement }) as const),
  fc.record({ name: fc.constant('clear' as const), classId: classArbitrary }),
);

const regionOf = (inside: readonly boolean[]): PixelRegion => regionWhere(WIDTH, HEIGHT, (i) => inside[i] === true);

function apply(transaction: StrokeTransaction, operation: Operation): void {
  switch (operation.name) {
    case 'capsule': {
      const { points, radiusPx, classId, strokeId } = operation.stroke;
      transaction.paintCapsule(...points, radiusPx, classId, strokeId);
      return;
    }
    case 'region':
      transaction.paintRegion(regionOf(operation.inside), operation.classId, operation.strokeId);
      return;
    case 'from':
      transaction.paintFrom(regionOf(operation.inside), operation.classMap, operation.strokeId, (id) =>
        PAINTABLE.has(id),
      );
      return;
    case 'replace':
      transaction.replace(operation.from, operation.to, operation.strokeId);
      return;
    case 'clear':
      transaction.clear((classId) => classId === operation.classId);
  }
}

/** What an operation makes of pixel `i`, or `null` where it leaves it alone. */
type PixelRule = (
  i: number,
  classNow: number,
  strokeNow: number,
) => readonly [classId: number, strokeId: number] | null;

/** The operations again, as rules for one pixel. */
function pixelRule(operation: Operation): PixelRule {
  switch (operation.name) {
    case 'capsule': {
      const covered = new Set<number>();
      const { points, radiusPx, classId, strokeId } = operation.stroke;
      rasteriseCapsule(...points, radiusPx, WIDTH, HEIGHT, (y, xStart, xEnd) => {
        for (let x = xStart; x < xEnd; x++) covered.add(y * WIDTH + x);
      });
      return (i) => (covered.has(i) ? [classId, strokeId] : null);
    }
    case 'region':
      return (i) => (operation.inside[i] ? [operation.classId, operation.strokeId] : null);
    case 'from':
      return (i) => {
        const classId = operation.classMap[i] ?? 0;
        return operation.inside[i] && PAINTABLE.has(classId) ? [classId, operation.strokeId] : null;
      };
    case 'replace':
      return (_, classNow, strokeNow) =>
        classNow === operation.from ? [operation.to, operation.strokeId ?? strokeNow] : null;
    case 'clear':
      return (_, classNow) => (classNow === operation.classId ? [UNLABELED, 0] : null);
  }
}

const protectedArbitrary = fc.option(fc.uniqueArray(classArbitrary).map((ids) => new Set(ids)));

describe('StrokeTransaction against a model of single pixels', () => {
  it('writes what every operation says, but for pixels that were protected before it began', () => {
    const operations = fc.array(operationArbitrary, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(strokeArbitrary, operations, protectedArbitrary, (first, run, protectedIds) => {
        const before = painted(first);
        const planes = clonePlanes(before);
        const counts = countByClass(planes);
        const transaction = new StrokeTransaction(planes, counts, protectedIds);
        const expected = clonePlanes(before);
        for (const operation of run) {
          apply(transaction, operation);
          const rule = pixelRule(operation);
          expected.classIds.forEach((classNow, i) => {
            const next = rule(i, classNow, expected.strokeIds[i] ?? 0);
            if (next === null || protectedIds?.has(before.classIds[i] ?? 0)) return;
            expected.classIds[i] = next[0];
            expected.strokeIds[i] = next[0] === UNLABELED ? 0 : next[1];
          });
        }
        expect(planes).toEqual(expected);
        expect(counts).toEqual(countByClass(expected));
        const changed = [...expected.classIds.keys()].filter(
          (i) => expected.classIds[i] !== before.classIds[i] || expected.strokeIds[i] !== before.strokeIds[i],
        );
        for (const i of changed) expect(contains(transaction.bounds, i)).toBe(true);

        const patch = transaction.commit();
        expect(patch === null).toBe(changed.length === 0);
        if (patch !== null) applyPatch(planes, invertPatch(patch));
        expect(planes).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('rolls every operation back', () => {
    fc.assert(
      fc.property(strokeArbitrary, fc.array(operationArbitrary), protectedArbitrary, (first, run, protectedIds) => {
        const before = painted(first);
        const planes = clonePlanes(before);
        const counts = countByClass(planes);
        const transaction = new StrokeTransaction(planes, counts, protectedIds);
        for (const operation of run) apply(transaction, operation);
        transaction.rollback();
        expect(planes).toEqual(before);
        expect(counts).toEqual(countByClass(before));
      }),
    );
  });

  it('returns the rectangle of the pixels that it wrote alone', () => {
    const planes = createPlanes(WIDTH, HEIGHT);
    planes.classIds.fill(1, 0, WIDTH);
    planes.strokeIds.fill(9, 0, WIDTH);
    const transaction = new StrokeTransaction(planes, countByClass(planes), new Set([1]));
    const corner = regionWhere(WIDTH, HEIGHT, (i) => i % WIDTH < 3 && i < 4 * WIDTH);
    expect(transaction.paintRegion(corner, 0, 1)).toEqual({ x: 0, y: 1, width: 3, height: 3 });
    expect(transaction.replace(1, 0, null)).toBeNull();
    expect(transaction.replace(0, UNLABELED, null)).toEqual({ x: 0, y: 1, width: 3, height: 3 });
    expect(transaction.bounds).toEqual({ x: 0, y: 1, width: 3, height: 3 });
  });
});

function contains(rect: StrokeTransaction['bounds'], i: number): boolean {
  if (rect === null) return false;
  const x = i % WIDTH;
  const y = Math.floor(i / WIDTH);
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}
