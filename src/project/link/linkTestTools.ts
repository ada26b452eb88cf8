import fc from 'fast-check';
import { countByClass, createPlanes, type LabelPlanes, UNLABELED } from '../../labels/planes.ts';
import { StrokeTransaction } from '../../labels/strokeTransaction.ts';

export const WIDTH = 40;
export const HEIGHT = 28;

const coordinate = fc.double({ min: -6, max: 46, noNaN: true });
const capsule = fc.record({
  points: fc.tuple(coordinate, coordinate, coordinate, coordinate),
  radiusPx: fc.double({ min: 0.5, max: 9, noNaN: true }),
  classId: fc.constantFrom(0, 1, 31, UNLABELED),
  strokeId: fc.constantFrom(1, 2, 7, 300, 65535),
});

/** Planes of a picture after some strokes. */
export const planesArbitrary: fc.Arbitrary<LabelPlanes> = fc
  .array(capsule, { maxLength: 8 })
  .map((capsules) => painted(WIDTH, HEIGHT, capsules));

/** Planes after some strokes along straight lines. */
export function painted(
  width: number,
  height: number,
  capsules: readonly {
    readonly points: readonly [number, number, number, number];
    readonly radiusPx: number;
    readonly classId: number;
    readonly strokeId: number;
  }[],
): LabelPlanes {
  const planes = createPlanes(width, height);
  const counts = countByClass(planes);
  for (const { points, radiusPx, classId, strokeId } of capsules) {
    const transaction = new StrokeTransaction(planes, counts);
    transaction.paintCapsule(...points, radiusPx, classId, strokeId);
    transaction.commit();
  }
  return planes;
}
