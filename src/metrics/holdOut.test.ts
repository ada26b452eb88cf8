import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPlanes, UNLABELED } from '../labels/planes.ts';
import { chooseHeldOut, classBitsByStroke, classIdsWithout, type PictureStrokes } from './holdOut.ts';

/** Strokes of one class each, or of several, numbered from 1. */
function picture(pictureId: string, classes: readonly (readonly number[])[], never: readonly number[] = []) {
  const bits = classes.map((ids, i) => [i + 1, ids.reduce((sum, id) => sum | (1 << id), 0)] as const);
  return { pictureId, classBits: new Map(bits), neverHeldOut: new Set(never) };
}

const chosen = (pictures: readonly PictureStrokes[], share = 0.2, seed = 1) =>
  [...chooseHeldOut(pictures, { share, seed })].map(([id, strokeIds]) => [id, [...strokeIds]]);

describe('by hand', () => {
  test('the first stroke of a class is learned from, the second held out', () => {
    expect(chosen([picture('a', [[3]])])).toEqual([]);
    expect(chosen([picture('a', [[3], [3]])])).toEqual([['a', [2]]]);
    expect(chosen([picture('a', [[3], [7], [7], [3]])])).toEqual([['a', [3, 4]]]);
  });

  test('with a share of 0, nothing', () => {
    expect(chosen([picture('a', [[3], [3], [3]])], 0)).toEqual([]);
  });

  test('a stroke of several classes is learned from where it brings one of them', () => {
    // Stroke 2 brings class 7; stroke 3 is the first of class 3 that could be held out.
    expect(chosen([picture('a', [[3], [3, 7], [3]])])).toEqual([['a', [3]]]);
    // A mask that was imported over strokes is one stroke.
    expect(chosen([picture('a', [[3], [7], [3, 7]])])).toEqual([['a', [3]]]);
  });

  test('strokes that must not be held out are passed over', () => {
    expect(chosen([picture('a', [[3], [3], [3]], [2])])).toEqual([['a', [3]]]);
    expect(chosen([picture('a', [[3], [3]], [1])])).toEqual([['a', [2]]]);
    expect(chosen([picture('a', [[3], [3]], [2])])).toEqual([]);
  });

  test('a class is one over all pictures', () => {
    const first = { ...picture('a', []), classBits: new Map([[1, 8]]) };
    const second = { ...picture('b', []), classBits: new Map([[2, 8]]) };
    expect(chosen([first, second])).toEqual([['b', [2]]]);
    expect(chosen([second, first])).toEqual([['b', [2]]]);
  });
});

/** A project’s strokes in the order in which they were painted. */
interface Painted {
  readonly pictureId: string;
  readonly classes: readonly number[];
  readonly never: boolean;
}

const strokesArbitrary = fc.array(
  fc.record<Painted>({
    pictureId: fc.constantFrom('a', 'b', 'c'),
    classes: fc.oneof(
      { weight: 4, arbitrary: fc.tuple(fc.nat(3)) },
      { weight: 1, arbitrary: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 }) },
    ),
    never: fc.nat(7).map((n) => n === 0),
  }),
  { maxLength: 24 },
);
const requests = fc.record({ share: fc.double({ min: 0.1, max: 0.5, noNaN: true }), seed: fc.nat() });

function picturesOf(strokes: readonly Painted[]): PictureStrokes[] {
  return ['a', 'b', 'c'].map((pictureId) => {
    const own = strokes
      .map((stroke, i) => [i + 1, stroke] as const)
      .filter(([, stroke]) => stroke.pictureId === pictureId);
    const bits = own.map(([id, { classes }]) => [id, classes.reduce((sum, c) => sum | (1 << c), 0)] as const);
    return {
      pictureId,
      classBits: new Map(bits),
      neverHeldOut: new Set(own.filter(([, { never }]) => never).map(([id]) => id)),
    };
  });
}

/** For each stroke in the order of painting, whether it is held out. */
function sidesOf(strokes: readonly Painted[], request: { share: number; seed: number }): boolean[] {
  const heldOut = chooseHeldOut(picturesOf(strokes), request);
  return strokes.map(({ pictureId }, i) => heldOut.get(pictureId)?.has(i + 1) ?? false);
}

describe('whatever was painted', () => {
  test('every class keeps a stroke to learn from', () => {
    fc.assert(
      fc.property(strokesArbitrary, requests, (strokes, request) => {
        const sides = sidesOf(strokes, request);
        for (const id of new Set(strokes.flatMap(({ classes }) => classes))) {
          expect(strokes.some(({ classes }, i) => classes.includes(id) && !sides[i])).toBe(true);
        }
      }),
    );
  });

  test('a class has something held out, unless all its strokes may not be or are the first of some class', () => {
    fc.assert(
      fc.property(strokesArbitrary, requests, (strokes, request) => {
        const sides = sidesOf(strokes, request);
        const isFirst = (i: number) =>
          strokes[i]?.classes.some((id) => !strokes.slice(0, i).some(({ classes }) => classes.includes(id))) ?? false;
        for (const id of new Set(strokes.flatMap(({ classes }) => classes))) {
          const own = strokes.flatMap(({ classes }, i) => (classes.includes(id) ? [i] : []));
          const free = own.filter((i) => !strokes[i]?.never && !isFirst(i));
          expect(own.some((i) => sides[i])).toBe(free.length > 0);
        }
      }),
    );
  });

  test('what must not be held out is not', () => {
    fc.assert(
      fc.property(strokesArbitrary, requests, (strokes, request) => {
        const sides = sidesOf(strokes, request);
        expect(strokes.some(({ never }, i) => never && sides[i])).toBe(false);
      }),
    );
  });

  test('later strokes, in whichever picture, move no older one to the other side; undo moves none back', () => {
    fc.assert(
      fc.property(strokesArbitrary, requests, (strokes, request) => {
        const sides = sidesOf(strokes, request);
        for (let count = 0; count < strokes.length; count++) {
          expect(sidesOf(strokes.slice(0, count), request)).toEqual(sides.slice(0, count));
        }
      }),
    );
  });

  test('the order of the pictures says nothing, also where numbers are used in several of them', () => {
    const pictures = fc.array(fc.array(fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 })), {
      minLength: 2,
      maxLength: 4,
    });
    fc.assert(
      fc.property(pictures, requests, (given, request) => {
        const list = given.map((classes, i) => picture(`picture ${i}`, classes));
        const sorted = (of: readonly PictureStrokes[]) => chosen(of, request.share, request.seed).sort();
        expect(sorted(list.toReversed())).toEqual(sorted(list));
      }),
    );
  });
});

test('of many strokes the share is held out; another seed holds out others', () => {
  const many = picture(
    'a',
    Array.from({ length: 4000 }, () => [5]),
  );
  const [[, first = []] = []] = chosen([many], 0.2, 1) as [string, number[]][];
  const [[, other = []] = []] = chosen([many], 0.2, 2) as [string, number[]][];
  // Six standard deviations of a binomial count.
  const bound = 6 * Math.sqrt(4000 * 0.2 * 0.8);
  expect(Math.abs(first.length - 800)).toBeLessThan(bound);
  const both = first.filter((id) => other.includes(id)).length;
  expect(Math.abs(both - 160)).toBeLessThan(6 * Math.sqrt(4000 * 0.04 * 0.96));
});

describe('planes', () => {
  const planes = createPlanes(4, 2);
  planes.classIds.set([0, 31, UNLABELED, 3, 3, 0, 31, UNLABELED]);
  planes.strokeIds.set([1, 65535, 0, 2, 2, 1, 1, 0]);

  test('tell their strokes and the classes of each', () => {
    expect([...classBitsByStroke(planes)]).toEqual([
      [1, 2 ** 31 + 1],
      [2, 8],
      [65535, 2 ** 31],
    ]);
    expect(classBitsByStroke(createPlanes(3, 3)).size).toBe(0);
  });

  test('lose the pixels of held-out strokes in a copy', () => {
    const before = planes.classIds.slice();
    expect([...classIdsWithout(planes, new Set([1, 9]))]).toEqual([255, 31, 255, 3, 3, 255, 255, 255]);
    expect(planes.classIds).toEqual(before);
    expect(classIdsWithout(planes, new Set())).toBe(planes.classIds);
  });
});
