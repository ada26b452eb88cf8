import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PREDICTED_UNLABELED, UNLABELED } from '../labels/planes.ts';
import { differingOnly, disagreementOf } from './disagreement.ts';

const U = UNLABELED;
const bytes = (...values: number[]) => Uint8Array.from(values);
const nothingPainted = (length: number) => new Uint8Array(length).fill(U);

describe('by an exact mask', () => {
  // Ten pixels of class 0 and four of class 1, counted by hand.
  const truth = bytes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1);
  const a = bytes(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0);
  const b = bytes(1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 1, 1, 1, 1);

  it('gives the share of either that calls a class something else', () => {
    expect(disagreementOf(a, b, nothingPainted(14), truth)).toEqual({
      differingShare: 7 / 14,
      isByTruth: true,
      byClass: [
        { classId: 0, calledId: 1, shareA: 0.1, shareB: 0.4 },
        { classId: 1, calledId: 0, shareA: 0.25, shareB: 0 },
      ],
    });
  });

  it('leaves painted pixels out of the classes, but not out of the whole', () => {
    const painted = nothingPainted(14);
    painted.fill(0, 0, 4);
    painted[13] = 1;
    expect(disagreementOf(a, b, painted, truth)).toEqual({
      differingShare: 7 / 14,
      isByTruth: true,
      byClass: [{ classId: 0, calledId: 2, shareA: 0, shareB: 2 / 6 }],
    });
  });

  it('leaves pixels out whose class is not known', () => {
    const { byClass } = disagreementOf(a, b, nothingPainted(14), new Uint8Array(14).fill(U));
    expect(byClass).toEqual([]);
  });
});

it('without a mask, classes are what the first prediction says', () => {
  const a = bytes(3, 3, 3, 3, 7, 7);
  const b = bytes(3, 3, 3, PREDICTED_UNLABELED, 3, 7);
  expect(disagreementOf(a, b, nothingPainted(6), null)).toEqual({
    differingShare: 2 / 6,
    isByTruth: false,
    byClass: [
      { classId: 3, calledId: PREDICTED_UNLABELED, shareA: 0, shareB: 0.25 },
      { classId: 7, calledId: 3, shareA: 0, shareB: 0.5 },
    ],
  });
});

it('finds nothing between a prediction and itself', () => {
  const map = bytes(0, 1, 2, 254);
  expect(disagreementOf(map, map, nothingPainted(4), null)).toEqual({
    differingShare: 0,
    isByTruth: false,
    byClass: [],
  });
  expect(disagreementOf(bytes(), bytes(), bytes(), null).differingShare).toBe(0);
});

it('agrees with a count pixel by pixel', () => {
  const id = fc.constantFrom(0, 1, 2, 31, PREDICTED_UNLABELED);
  const pixel = fc.record({
    a: id,
    b: id,
    label: fc.constantFrom(U, U, 0),
    truth: fc.constantFrom(0, 1, 31, U),
  });
  fc.assert(
    fc.property(fc.array(pixel, { minLength: 1, maxLength: 60 }), fc.boolean(), (pixels, withTruth) => {
      const plane = (key: 'a' | 'b' | 'label' | 'truth') => Uint8Array.from(pixels, (p) => p[key]);
      const found = disagreementOf(plane('a'), plane('b'), plane('label'), withTruth ? plane('truth') : null);
      expect(found.differingShare).toBeCloseTo(pixels.filter(({ a, b }) => a !== b).length / pixels.length, 12);
      for (const { classId, calledId, shareA, shareB } of found.byClass) {
        const ofClass = pixels.filter((p) => p.label === U && (withTruth ? p.truth : p.a) === classId);
        const share = (key: 'a' | 'b', called: number) =>
          ofClass.filter((p) => p[key] === called).length / ofClass.length;
        expect([shareA, shareB]).toEqual([share('a', calledId), share('b', calledId)]);
        for (const other of [0, 1, 2, 31, PREDICTED_UNLABELED]) {
          if (other === classId) continue;
          expect(Math.abs(share('b', other) - share('a', other))).toBeLessThanOrEqual(
            Math.abs(shareB - shareA) + 1e-12,
          );
        }
      }
    }),
  );
});

it('refuses planes of different sizes', () => {
  expect(() => disagreementOf(bytes(1), bytes(1, 2), bytes(U), null)).toThrow(RangeError);
  expect(() => disagreementOf(bytes(1), bytes(1), bytes(U, U), null)).toThrow(RangeError);
  expect(() => disagreementOf(bytes(1), bytes(1), bytes(U), bytes())).toThrow(RangeError);
});

it('takes out of a prediction what another says, too', () => {
  const prediction = { step: 4, classMap: bytes(0, 1, 2), margin: bytes(9, 8, 7) };
  const found = differingOnly(prediction, { classMap: bytes(0, 2, 2) });
  expect(found).toEqual({ step: 4, classMap: bytes(U, 1, U), margin: bytes(255, 8, 255) });
  expect(prediction.classMap).toEqual(bytes(0, 1, 2));
});
