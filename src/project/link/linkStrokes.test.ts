import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlanes } from '../../labels/planes.ts';
import { STROKE_ORIGINS } from '../../labels/strokeOrigin.ts';
import { decodeStrokes, encodeStrokes, paintLinkStrokes, strokesBetween } from './linkStrokes.ts';
import { HEIGHT, painted, planesArbitrary, WIDTH } from './linkTestTools.ts';

describe('strokes', () => {
  it('make one picture’s planes of another’s', () => {
    fc.assert(
      fc.property(planesArbitrary, planesArbitrary, (base, planes) => {
        const labels = decodeStrokes(encodeStrokes(strokesBetween(base, planes, new Map([[7, STROKE_ORIGINS[1]]]))));
        expect(labels.strokes.every(({ strokeId, origin }) => origin === (strokeId === 7 ? 'accepted' : null))).toBe(
          true,
        );
        paintLinkStrokes(labels, base);
        expect(base).toEqual(planes);
      }),
      { numRuns: 300 },
    );
  });

  it('refuse bytes that end early, that go on, or that are anything else', () => {
    const planes = painted(WIDTH, HEIGHT, [{ points: [3, 3, 30, 20], radiusPx: 3, classId: 0, strokeId: 1 }]);
    const bytes = encodeStrokes(strokesBetween(createPlanes(WIDTH, HEIGHT), planes, new Map()));
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeStrokes(bytes.subarray(0, length))).toThrow(/ends too early|too large/);
    }
    expect(() => decodeStrokes(Uint8Array.from([...bytes, 0]))).toThrow('goes on');
  });

  // Width, height, strokes; number step, class, origin, top, rows; counts, lefts, lengths.
  it.each([
    ['a side of nothing', [0, 4, 0]],
    ['a side beyond all working sizes', [129, 8, 4, 0]],
    ['more strokes than bytes', [4, 4, 255, 255, 255, 255, 15]],
    ['a class that there is not', [4, 4, 1, 1, 32, 0, 0, 1, 1, 0, 4]],
    ['a stroke without a class', [4, 4, 1, 1, 255, 0, 0, 1, 1, 0, 4]],
    ['a class without a stroke', [4, 4, 1, 0, 3, 0, 0, 1, 1, 0, 4]],
    ['an origin that there is not', [4, 4, 1, 1, 3, 4, 0, 1, 1, 0, 4]],
    ['more rows than there are', [4, 4, 1, 1, 3, 0, 3, 2, 1, 1, 0, 0, 4, 0]],
    ['a run that leaves its row', [4, 4, 1, 1, 3, 0, 0, 1, 1, 4, 6]],
    ['a run before its row', [4, 4, 1, 1, 3, 0, 0, 1, 1, 1, 6]],
    ['an empty run', [4, 4, 1, 1, 3, 0, 0, 1, 1, 0, 0]],
    ['runs over one another', [4, 4, 1, 1, 3, 0, 0, 1, 2, 0, 1, 4, 2]],
    ['more pixels than there are', [1, 1, 2, 1, 3, 0, 0, 1, 1, 3, 0, 0, 1, 1, 1, 0, 0, 2, 2]],
    ['a number that never ends', [4, 4, 255, 255, 255, 255, 255, 255]],
  ])('refuse %s', (_, bytes) => {
    expect(() => decodeStrokes(Uint8Array.from(bytes))).toThrow();
  });

  it('read what is as laid out', () => {
    const { strokes } = decodeStrokes(Uint8Array.of(4, 4, 1, 1, 3, 0, 2, 1, 1, 2, 4));
    expect(strokes).toEqual([
      { strokeId: 1, classId: 3, origin: null, starts: Uint32Array.of(9), lengths: Uint32Array.of(2) },
    ]);
  });
});
