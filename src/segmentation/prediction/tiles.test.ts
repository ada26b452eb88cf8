import fc from 'fast-check';
import { expect, test } from 'vitest';
import { range } from '../range.ts';
import { needsTiles, planTiles, type TileSpan, tileWeight } from './tiles.ts';

const requests = fc.record({
  width: fc.integer({ min: 1, max: 900 }),
  height: fc.integer({ min: 1, max: 900 }),
  sizeMultiple: fc.constantFrom(1, 2, 8),
  halos: fc.integer({ min: 0, max: 3 }),
  rampPx: fc.integer({ min: 0, max: 16 }),
  sidePx: fc.integer({ min: 200, max: 400 }),
});

/** Whether two tiles at most have a say on a pixel, none of them beyond where it may, and one whole say in all. */
function isSharedWell(pixel: number, spans: readonly TileSpan[], rampPx: number): boolean {
  const weights = spans.map((span) => tileWeight(span, rampPx, pixel));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return (
    weights.every((weight) => weight >= 0 && weight <= 1) &&
    weights.filter((weight) => weight > 0).length <= 2 &&
    Math.abs(sum - 1) < 1e-12 &&
    spans.every(({ saidStart, saidEnd }, i) => (pixel >= saidStart && pixel < saidEnd) || weights[i] === 0)
  );
}

test('tiles reach over the picture, trust only what is a halo inside, and share the say', () => {
  fc.assert(
    fc.property(requests, ({ width, height, sizeMultiple, halos, rampPx, sidePx }) => {
      const haloPx = halos * sizeMultiple;
      const maxPixels = sidePx * sidePx;
      const plan = planTiles(width, height, { sizeMultiple, haloPx, rampPx, maxPixels });
      fc.pre(plan.columns.length * plan.rows.length > 1);
      expect(plan.tileWidth * plan.tileHeight).toBeLessThanOrEqual(maxPixels);
      expect(plan.rampPx).toBeGreaterThanOrEqual(rampPx);
      const check = (spans: readonly TileSpan[], side: number, tile: number) => {
        const padded = Math.ceil(side / sizeMultiple) * sizeMultiple;
        expect(tile % sizeMultiple).toBe(0);
        expect([spans[0]?.coreStart, spans.at(-1)?.coreEnd]).toEqual([0, side]);
        spans.forEach(({ start, coreStart, coreEnd, saidStart, saidEnd }, i) => {
          expect([start % sizeMultiple, coreStart % sizeMultiple]).toEqual([0, 0]);
          expect(start >= 0 && start + tile <= padded).toBe(true);
          expect(saidStart <= coreStart && coreStart < coreEnd && coreEnd <= saidEnd).toBe(true);
          expect(start === 0 || saidStart - start >= haloPx).toBe(true);
          expect(start + tile === padded || start + tile - saidEnd >= haloPx).toBe(true);
          if (i > 0) expect(coreStart).toBe(spans[i - 1]?.coreEnd);
        });
        expect(range(side).filter((pixel) => !isSharedWell(pixel, spans, plan.rampPx))).toEqual([]);
      };
      check(plan.columns, width, plan.tileWidth);
      check(plan.rows, height, plan.tileHeight);
    }),
    { numRuns: 40 },
  );
});

test('a picture within the budget is one tile', () => {
  expect(needsTiles(500, 300, { maxPixels: 150_000 })).toBe(false);
  expect(needsTiles(500, 301, { maxPixels: 150_000 })).toBe(true);
  const plan = planTiles(500, 296, { sizeMultiple: 8, haloPx: 32, rampPx: 16, maxPixels: 150_000 });
  expect(plan).toMatchObject({ tileWidth: 504, tileHeight: 296 });
  expect([plan.columns, plan.rows]).toEqual([
    [{ start: 0, coreStart: 0, coreEnd: 500, saidStart: 0, saidEnd: 500 }],
    [{ start: 0, coreStart: 0, coreEnd: 296, saidStart: 0, saidEnd: 296 }],
  ]);
});

test('a ramp rises along half a cosine around the seam', () => {
  const { columns, rampPx } = planTiles(64, 8, { sizeMultiple: 2, haloPx: 4, rampPx: 8, maxPixels: 8 * 40 });
  expect(rampPx).toBe(8);
  // Two tiles of 40 from 0 and 24 are trusted up to 36 and from 28 on; the seam is in the middle.
  expect(columns).toEqual([
    { start: 0, coreStart: 0, coreEnd: 32, saidStart: 0, saidEnd: 36 },
    { start: 24, coreStart: 32, coreEnd: 64, saidStart: 28, saidEnd: 64 },
  ]);
  const [, second] = columns;
  for (let i = 0; i < 8; i++) {
    expect(tileWeight(second as TileSpan, rampPx, 28 + i)).toBeCloseTo(Math.sin(((i + 0.5) * Math.PI) / 16) ** 2, 12);
  }
});

test.each([
  [0, 5],
  [5, 2.5],
])('refuses a picture of %d × %d', (width, height) => {
  const request = { sizeMultiple: 8, haloPx: 32, rampPx: 0, maxPixels: 1e6 };
  expect(() => planTiles(width, height, request)).toThrow(RangeError);
});

test('refuses a budget that the halo eats up', () => {
  const request = { sizeMultiple: 8, haloPx: 32, rampPx: 0, maxPixels: 64 * 64 };
  expect(() => planTiles(512, 512, request)).toThrow('no room');
});
