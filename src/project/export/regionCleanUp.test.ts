import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import type { Mask } from '../masks/maskPng.ts';
import { cleanUpMask, fillHoles, removeSmallRegions } from './regionCleanUp.ts';

/** A mask drawn with digits; `.` is unlabeled. */
function drawn(...rows: readonly string[]): Mask {
  const values = Uint8Array.from(rows.join(''), (c) => (c === '.' ? UNLABELED : Number(c)));
  return { width: rows[0]?.length ?? 0, height: rows.length, values };
}

function nothingLabeled({ values }: Mask): Uint8Array {
  return new Uint8Array(values.length).fill(UNLABELED);
}

interface Region {
  readonly pixels: readonly number[];
  readonly classId: number;
  readonly isAtEdge: boolean;
  readonly neighborClasses: ReadonlySet<number>;
}

/** Brute force: floods from every pixel not yet visited, with a stack. */
function regionsOf({ width, height, values }: Mask): Region[] {
  const isVisited = new Set<number>();
  return [...values.keys()].flatMap((seed) => {
    if (isVisited.has(seed)) return [];
    isVisited.add(seed);
    const pixels: number[] = [];
    const stack = [seed];
    const neighborClasses = new Set<number>();
    let isAtEdge = false;
    for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
      pixels.push(pixel);
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      for (const [toX, toY] of [
        [x - 1, y],
        [x + 1, y],
        [x, y - 1],
        [x, y + 1],
      ] as const) {
        const isInside = toX >= 0 && toY >= 0 && toX < width && toY < height;
        const to = toY * width + toX;
        if (!isInside) isAtEdge = true;
        else if (values[to] !== values[pixel]) neighborClasses.add(values[to] ?? -1);
        else if (!isVisited.has(to)) {
          isVisited.add(to);
          stack.push(to);
        }
      }
    }
    return [{ pixels, classId: values[seed] ?? -1, isAtEdge, neighborClasses }];
  });
}

const scenes = fc
  .record({
    width: fc.integer({ min: 1, max: 14 }),
    height: fc.integer({ min: 1, max: 14 }),
    values: fc.array(fc.constantFrom(0, 1, 2, 31, UNLABELED), { minLength: 196, maxLength: 196 }),
    isLabeled: fc.array(fc.nat(9), { minLength: 196, maxLength: 196 }),
    limitPx: fc.integer({ min: 0, max: 30 }),
    coarse: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ width, height, values, isLabeled, limitPx, coarse }) => {
    // Blocks of equal pixels make larger regions than noise does.
    const at = (i: number) => Math.floor((i % width) / coarse) + 14 * Math.floor(Math.floor(i / width) / coarse);
    const mask = { width, height, values: Uint8Array.from({ length: width * height }, (_, i) => values[at(i)] ?? 0) };
    const labels = mask.values.map((value, i) => (isLabeled[i] === 0 ? value : UNLABELED));
    return { mask, labels, limitPx };
  });

function hasLabel(region: Region, labels: Uint8Array): boolean {
  return region.pixels.some((pixel) => labels[pixel] !== UNLABELED);
}

function expectLabelsKept(mask: Mask, labels: Uint8Array): void {
  for (const [i, label] of labels.entries()) if (label !== UNLABELED) expect(mask.values[i]).toBe(label);
}

describe('removeSmallRegions', () => {
  test('gives a region the class that it shares the longest border with', () => {
    // By hand: the 3 has five sides to 1 and three to 2.
    const mask = drawn('11111', '11331', '22322', '22222');
    expect(removeSmallRegions(mask, 4, nothingLabeled(mask))).toEqual(drawn('11111', '11111', '22122', '22222'));
  });

  test('takes the lower id where two borders are as long', () => {
    // By hand: the 3 has two sides to each of 1 and 2, whichever comes first.
    for (const row of ['22311', '11322']) {
      const mask = drawn(row, row);
      const expected = row.replace('3', '1');
      expect(removeSmallRegions(mask, 3, nothingLabeled(mask))).toEqual(drawn(expected, expected));
    }
  });

  test('leaves regions of just the minimum, and a picture of one region', () => {
    const mask = drawn('1122', '1122');
    expect(removeSmallRegions(mask, 4, nothingLabeled(mask))).toEqual(mask);
    const whole = drawn('11', '11');
    expect(removeSmallRegions(whole, 100, nothingLabeled(whole))).toEqual(whole);
  });

  test('leaves a small region whose pixel a person labeled', () => {
    const mask = drawn('1111', '1221', '1111');
    expect(removeSmallRegions(mask, 10, drawn('....', '.2..', '....').values)).toEqual(mask);
  });

  test('diagonal pixels are not joined', () => {
    const mask = drawn('2111', '1211', '1111');
    expect(removeSmallRegions(mask, 2, nothingLabeled(mask))).toEqual(drawn('1111', '1111', '1111'));
  });

  test('leaves no small region but labeled ones, changes no label, and a second time changes nothing', () => {
    fc.assert(
      fc.property(scenes, ({ mask, labels, limitPx }) => {
        const cleaned = removeSmallRegions(mask, limitPx, labels);
        for (const region of regionsOf(cleaned)) {
          const mayBeSmall = hasLabel(region, labels) || region.neighborClasses.size === 0;
          if (!mayBeSmall) expect(region.pixels.length).toBeGreaterThanOrEqual(limitPx);
        }
        expectLabelsKept(cleaned, labels);
        expect(removeSmallRegions(cleaned, limitPx, labels)).toEqual(cleaned);
        // Regions that were large enough only grow.
        for (const region of regionsOf(mask)) {
          if (region.pixels.length < limitPx) continue;
          for (const pixel of region.pixels) expect(cleaned.values[pixel]).toBe(region.classId);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('fillHoles', () => {
  test('fills what SciPy fills', () => {
    // scipy.ndimage.binary_fill_holes of a blurred random mask, 4-connected; every region of 1 touches the edge.
    const mask = drawn(
      '1101110000001111',
      '0100110000001111',
      '1100000001001111',
      '0000000111100100',
      '0000111111100000',
      '0001111111111111',
      '0000111111111111',
      '0001100011101111',
      '0001110011111110',
      '1111110011111100',
      '1111111111111000',
      '1111111111000000',
    );
    const filled = drawn(
      '1101110000001111',
      '0100110000001111',
      '1100000001001111',
      '0000000111100100',
      '0000111111100000',
      '0001111111111111',
      '0000111111111111',
      '0001111111111111',
      '0001111111111110',
      '1111111111111100',
      '1111111111111000',
      '1111111111000000',
    );
    expect(fillHoles(mask, 192, nothingLabeled(mask))).toEqual(filled);
    // The holes have 7 pixels and 1.
    const smallerFilled = fillHoles(mask, 6, nothingLabeled(mask));
    expect(smallerFilled.values.reduce((count, value, i) => count + (value === mask.values[i] ? 0 : 1), 0)).toBe(1);
  });

  test('a hole with an island in it is filled from within', () => {
    const mask = drawn('11111', '10001', '10201', '10001', '11111');
    expect(fillHoles(mask, 9, nothingLabeled(mask)).values).toEqual(new Uint8Array(25).fill(1));
    // The ring and its island are nine pixels together.
    expect(fillHoles(mask, 8, nothingLabeled(mask))).toEqual(drawn('11111', '10001', '10001', '10001', '11111'));
  });

  test('leaves what two classes enclose, what is at the edge, what lies in unlabeled surroundings, and labels', () => {
    const twoAround = drawn('1111', '1032', '1111');
    expect(fillHoles(twoAround, 2, nothingLabeled(twoAround))).toEqual(twoAround);
    const inUnlabeled = drawn('...', '.1.', '...');
    expect(fillHoles(inUnlabeled, 5, nothingLabeled(inUnlabeled))).toEqual(inUnlabeled);
    const hole = drawn('111', '1.1', '111');
    expect(fillHoles(hole, 1, nothingLabeled(hole)).values).toEqual(new Uint8Array(9).fill(1));
    const labeled = drawn('111', '121', '111');
    expect(fillHoles(labeled, 1, drawn('...', '.2.', '...').values)).toEqual(labeled);
  });

  test('leaves no such hole, changes no label, and a second time changes nothing', () => {
    fc.assert(
      fc.property(scenes, ({ mask, labels, limitPx }) => {
        const filled = fillHoles(mask, limitPx, labels);
        for (const region of regionsOf(filled)) {
          const isHole =
            !region.isAtEdge && region.neighborClasses.size === 1 && !region.neighborClasses.has(UNLABELED);
          if (isHole && !hasLabel(region, labels)) expect(region.pixels.length).toBeGreaterThan(limitPx);
        }
        expectLabelsKept(filled, labels);
        expect(fillHoles(filled, limitPx, labels)).toEqual(filled);
      }),
      { numRuns: 500 },
    );
  });
});

describe('cleanUpMask', () => {
  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(scenes, fc.nat(30), ({ mask, labels, limitPx }, maxHolePx) => {
        const cleaned = cleanUpMask(mask, { minAreaPx: limitPx, maxHolePx }, labels);
        expectLabelsKept(cleaned, labels);
        expect(cleanUpMask(cleaned, { minAreaPx: limitPx, maxHolePx }, labels)).toEqual(cleaned);
      }),
      { numRuns: 300 },
    );
  });

  test('the smallest limits change nothing', () => {
    fc.assert(
      fc.property(scenes, ({ mask, labels }) => {
        expect(cleanUpMask(mask, { minAreaPx: 1, maxHolePx: 0 }, labels)).toEqual(mask);
      }),
    );
  });
});
