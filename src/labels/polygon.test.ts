import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PolygonPoints, polygonRegion } from './polygon.ts';
import type { PixelRegion } from './region.ts';

const WIDTH = 20;
const HEIGHT = 14;

// Quarters of pixels: the brute force below is exact in them, centres on edges and corners included.
const quarter = fc.integer({ min: -24, max: 100 }).map((n) => n / 4);
const polygonArbitrary: fc.Arbitrary<PolygonPoints> = fc.array(fc.tuple(quarter, quarter), { maxLength: 12 });

function pixelsOf(region: PixelRegion): number[] {
  const pixels: number[] = [];
  for (let i = 0; i < region.runs.length; i += 3) {
    const [y = 0, xStart = 0, xEnd = 0] = region.runs.subarray(i, i + 3);
    for (let x = xStart; x < xEnd; x++) pixels.push(y * WIDTH + x);
  }
  return pixels;
}

/** Even-odd by a ray to the right; which side of an edge a point is on is told by a cross product, without division. */
function isInside(points: PolygonPoints, x: number, y: number): boolean {
  let inside = false;
  for (const [i, [bx, by]] of points.entries()) {
    const [ax, ay] = points.at(i - 1) ?? [bx, by];
    if (ay <= y === by <= y) continue;
    const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    if (by > ay ? cross > 0 : cross < 0) inside = !inside;
  }
  return inside;
}

describe('polygonRegion', () => {
  it('holds exactly the pixels whose centres are inside', () => {
    fc.assert(
      fc.property(polygonArbitrary, (points) => {
        const expected: number[] = [];
        for (let i = 0; i < WIDTH * HEIGHT; i++) {
          if (isInside(points, (i % WIDTH) + 0.5, Math.floor(i / WIDTH) + 0.5)) expected.push(i);
        }
        const region = polygonRegion(points, WIDTH, HEIGHT);
        expect(pixelsOf(region)).toEqual(expected);
        expect(region.pixelCount).toBe(expected.length);
      }),
      { numRuns: 500 },
    );
  });

  it('gives every pixel to one of two polygons that share an edge', () => {
    fc.assert(
      fc.property(quarter, quarter, (topX, bottomX) => {
        const left = polygonRegion(
          [
            [-50, -8],
            [topX, -8],
            [bottomX, HEIGHT + 8],
            [-50, HEIGHT + 8],
          ],
          WIDTH,
          HEIGHT,
        );
        const right = polygonRegion(
          [
            [bottomX, HEIGHT + 8],
            [topX, -8],
            [90, -8],
            [90, HEIGHT + 8],
          ],
          WIDTH,
          HEIGHT,
        );
        const all = [...pixelsOf(left), ...pixelsOf(right)].sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: WIDTH * HEIGHT }, (_, i) => i));
      }),
    );
  });

  it('leaves the middle of a pentagram out', () => {
    const star: PolygonPoints = [0, 2, 4, 1, 3].map((corner) => {
      const angle = (2 * Math.PI * corner) / 5;
      return [10 + 7 * Math.sin(angle), 7 - 7 * Math.cos(angle)] as const;
    });
    const pixels = new Set(pixelsOf(polygonRegion(star, WIDTH, HEIGHT)));
    expect(pixels.has(7 * WIDTH + 10)).toBe(false);
    expect(pixels.has(2 * WIDTH + 10)).toBe(true);
  });

  it('takes points far outside, and refuses those that are no numbers', () => {
    const huge: PolygonPoints = [
      [-1e12, -1e12],
      [1e12, -1e12],
      [1e12, 1e12],
      [-1e12, 1e12],
    ];
    expect(polygonRegion(huge, WIDTH, HEIGHT)).toMatchObject({ pixelCount: WIDTH * HEIGHT });
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => polygonRegion([...huge, [bad, 0]], WIDTH, HEIGHT)).toThrow(RangeError);
      expect(() => polygonRegion([...huge, [0, bad]], WIDTH, HEIGHT)).toThrow(RangeError);
    }
  });

  it('is empty for fewer than three points', () => {
    expect(polygonRegion([], WIDTH, HEIGHT).bounds).toBeNull();
    expect(polygonRegion([[5, 5]], WIDTH, HEIGHT).bounds).toBeNull();
    const line: PolygonPoints = [
      [1, 1],
      [15, 9],
    ];
    expect(polygonRegion(line, WIDTH, HEIGHT).bounds).toBeNull();
  });
});
