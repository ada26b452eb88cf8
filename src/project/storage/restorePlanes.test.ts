import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePatch } from '../../labels/patchCodec.ts';
import {
  clonePlanes,
  countByClass,
  createPlanes,
  type LabelPlanes,
  MAX_CLASSES,
  UNLABELED,
} from '../../labels/planes.ts';
import { StrokeTransaction } from '../../labels/strokeTransaction.ts';
import { restorePlanes } from './restorePlanes.ts';

const SIZE = 16;
const NOTHING_LOST = { snapshot: false, pixelCount: 0, gestureCount: 0 };

interface Entry {
  readonly labelRevision: number;
  readonly patch: Uint8Array<ArrayBuffer>;
}

const coordinate = fc.double({ min: -2, max: SIZE + 2, noNaN: true });
const strokesArbitrary = fc.array(
  fc.record({
    ends: fc.tuple(coordinate, coordinate, coordinate, coordinate),
    radiusPx: fc.double({ min: 0.5, max: 5, noNaN: true }),
    classId: fc.constantFrom(0, 2, 31, UNLABELED),
  }),
  { minLength: 1, maxLength: 10 },
);

/** Paints; `steps[r]` is a copy of the planes at revision `r`. */
const paintingArbitrary = strokesArbitrary.map((strokes) => {
  const planes = createPlanes(SIZE, SIZE);
  const counts = countByClass(planes);
  const steps = [clonePlanes(planes)];
  const journal: Entry[] = [];
  for (const { ends, radiusPx, classId } of strokes) {
    const transaction = new StrokeTransaction(planes, counts);
    transaction.paintCapsule(...ends, radiusPx, classId, journal.length + 1);
    const patch = transaction.commit();
    if (patch === null) continue;
    journal.push({ labelRevision: journal.length + 1, patch: encodePatch(patch) });
    steps.push(clonePlanes(planes));
  }
  return { steps, journal, planes };
});

function snapshotOf(planes: LabelPlanes, labelRevision: number) {
  return { ...planes, labelRevision };
}

function brokenPixelCount({ classIds, strokeIds }: LabelPlanes): number {
  let count = 0;
  classIds.forEach((id, i) => {
    if ((id === UNLABELED) !== (strokeIds[i] === 0) || (id >= MAX_CLASSES && id !== UNLABELED)) count++;
  });
  return count;
}

describe('restorePlanes', () => {
  it('gives the painted planes from a snapshot at any revision, with all of the journal or what came after', () => {
    fc.assert(
      fc.property(paintingArbitrary, fc.nat(), fc.boolean(), ({ steps, journal, planes }, cut, keepsAll) => {
        const revision = cut % steps.length;
        const snapshot = snapshotOf(steps[revision] ?? planes, revision);
        const kept = journal.filter(({ labelRevision }) => keepsAll || labelRevision > revision);
        const restored = restorePlanes(snapshot, kept, SIZE, SIZE);
        expect(restored.planes).toEqual(planes);
        expect(restored.labelRevision).toBe(journal.length);
        expect(restored.gestureCount).toBe(journal.length - revision);
        expect(restored.lost).toEqual(NOTHING_LOST);
      }),
    );
  });

  it('shares no memory with what the database gave', () => {
    const stored = createPlanes(SIZE, SIZE);
    const { planes } = restorePlanes(snapshotOf(stored, 0), [], SIZE, SIZE);
    planes.classIds[0] = 1;
    expect(stored.classIds[0]).toBe(UNLABELED);
  });

  it('passes over a gesture that is older than the one before it', () => {
    const paint = (classId: number) => {
      const planes = createPlanes(SIZE, SIZE);
      const transaction = new StrokeTransaction(planes, countByClass(planes));
      transaction.paintCapsule(8, 8, 8, 8, 3, classId, 1);
      const patch = transaction.commit();
      if (patch === null) throw new Error('The stroke misses the picture.');
      return { planes, bytes: encodePatch(patch) };
    };
    const newer = paint(1);
    const journal = [
      { labelRevision: 5, patch: newer.bytes },
      { labelRevision: 4, patch: paint(2).bytes },
      { labelRevision: 5, patch: paint(3).bytes },
    ];
    const restored = restorePlanes(snapshotOf(createPlanes(SIZE, SIZE), 0), journal, SIZE, SIZE);
    expect(restored.planes).toEqual(newer.planes);
    expect(restored).toMatchObject({ labelRevision: 5, gestureCount: 1, lost: NOTHING_LOST });
  });

  it('passes over and counts a gesture of another size, cut short or of another kind', () => {
    const other = createPlanes(SIZE, SIZE + 1);
    const transaction = new StrokeTransaction(other, countByClass(other));
    transaction.paintCapsule(8, 8, 8, 8, 3, 1, 1);
    const patch = transaction.commit();
    if (patch === null) throw new Error('The stroke misses the picture.');
    const bytes = encodePatch(patch);
    const journal = [
      { labelRevision: 1, patch: bytes },
      { labelRevision: 2, patch: bytes.subarray(0, bytes.length - 1) },
      { labelRevision: 3, patch: [...bytes] },
      { labelRevision: 1.5, patch: bytes },
      { labelRevision: -1, patch: bytes },
      { patch: bytes },
      'a gesture',
      null,
    ];
    const blank = createPlanes(SIZE, SIZE);
    const restored = restorePlanes(snapshotOf(blank, 0), journal, SIZE, SIZE);
    expect(restored.planes).toEqual(blank);
    expect(restored).toMatchObject({ labelRevision: 0, gestureCount: 0, lost: { gestureCount: journal.length } });
  });

  it('makes pixels unlabeled that no planes may hold, counts them, and keeps all others', () => {
    fc.assert(
      fc.property(
        paintingArbitrary,
        fc.array(fc.tuple(fc.nat({ max: SIZE * SIZE - 1 }), fc.nat({ max: 255 }), fc.constantFrom(0, 1, 65535)), {
          maxLength: 20,
        }),
        ({ planes }, damages) => {
          for (const [i, classId, strokeId] of damages) {
            planes.classIds[i] = classId;
            planes.strokeIds[i] = strokeId;
          }
          const expectedCount = brokenPixelCount(planes);
          const restored = restorePlanes(snapshotOf(planes, 9), [], SIZE, SIZE);
          expect(restored.lost).toEqual({ ...NOTHING_LOST, pixelCount: expectedCount });
          expect(brokenPixelCount(restored.planes)).toBe(0);
          const changed = restored.planes.classIds.filter(
            (id, i) => id !== planes.classIds[i] || restored.planes.strokeIds[i] !== planes.strokeIds[i],
          );
          expect(changed.length).toBe(expectedCount);
        },
      ),
    );
  });

  it('replays the journal over blank planes when the snapshot is anything else', () => {
    const good = snapshotOf(createPlanes(SIZE, SIZE), 0);
    const bad = [
      undefined,
      null,
      7,
      {},
      { ...good, width: SIZE + 1 },
      { ...good, width: SIZE / 2, height: SIZE * 2 },
      { ...good, classIds: good.classIds.subarray(1) },
      { ...good, strokeIds: new Uint16Array(SIZE * SIZE + 1) },
      { ...good, strokeIds: new Uint8Array(SIZE * SIZE) },
      { ...good, labelRevision: -1 },
      { ...good, labelRevision: Number.NaN },
    ];
    fc.assert(
      fc.property(paintingArbitrary, fc.constantFrom(...bad), ({ planes, journal }, snapshot) => {
        const restored = restorePlanes(snapshot, journal, SIZE, SIZE);
        expect(restored.lost).toEqual({ ...NOTHING_LOST, snapshot: true });
        expect(restored.planes).toEqual(planes);
        expect(restored.labelRevision).toBe(journal.length);
      }),
    );
  });

  it('gives valid planes for records of any shape', () => {
    fc.assert(
      fc.property(fc.anything(), fc.array(fc.anything(), { maxLength: 5 }), (snapshot, journal) => {
        const restored = restorePlanes(snapshot, journal, SIZE, SIZE);
        expect(restored.planes).toEqual(createPlanes(SIZE, SIZE));
        expect(restored.lost).toMatchObject({ snapshot: true, gestureCount: journal.length });
      }),
    );
  });
});
