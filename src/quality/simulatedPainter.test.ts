import { expect, test } from 'vitest';
import { NO_STROKE, UNLABELED } from '../labels/planes.ts';
import { largestStrokes, strokeAcross } from './simulatedPainter.ts';

const _ = UNLABELED;
const REGION = { centreX: 2.5, centreY: 2.5, radiusPx: 2.5, doubt: 1, classIds: [0] };
const NOTHING = new Uint8Array(25).fill(UNLABELED);

test('a stroke crosses the middle over one class alone, two rows thick where they are alike', () => {
  const truth = Uint8Array.from([
    ...[0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0],
    ...[1, 0, 0, 0, 1],
    ...[1, 1, 0, 0, 1],
    ...[1, 1, 1, 1, 1],
  ]);
  expect(strokeAcross(REGION, truth, NOTHING, 5, [0, 1])).toEqual({ classId: 0, pixels: [11, 12, 13, 17, 18] });
});

test('a stroke leaves labeled, void and unknown pixels alone and takes the nearest row that has others', () => {
  const truth = Uint8Array.from([
    ...[1, 1, 1, 1, 1],
    ...[9, 9, 9, 9, 9],
    ...[_, _, _, _, _],
    ...[0, 0, 1, 1, 1],
    ...[0, 0, 0, 0, 0],
  ]);
  const labels = NOTHING.slice();
  labels.fill(1, 17, 20);
  expect(strokeAcross(REGION, truth, labels, 5, [0, 1])).toEqual({ classId: 0, pixels: [15, 16, 20, 21] });
  expect(strokeAcross(REGION, truth, labels, 5, [7])).toBeNull();
});

test('of every class the largest stroke stays', () => {
  const planes = {
    width: 6,
    height: 2,
    classIds: Uint8Array.from([0, 0, _, 0, 1, 1, 0, _, _, 1, 1, 1]),
    strokeIds: Uint16Array.from([1, 1, 0, 2, 3, 3, 1, 0, 0, 4, 4, 4]),
  };
  const kept = largestStrokes(planes);
  expect([...kept.classIds]).toEqual([0, 0, _, _, _, _, 0, _, _, 1, 1, 1]);
  expect([...kept.strokeIds]).toEqual([
    1,
    1,
    NO_STROKE,
    NO_STROKE,
    NO_STROKE,
    NO_STROKE,
    1,
    NO_STROKE,
    NO_STROKE,
    4,
    4,
    4,
  ]);
});
