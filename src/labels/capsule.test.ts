import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rasteriseCapsule, snapToPixelCentre } from './capsule.ts';

type Capsule = readonly [fromX: number, fromY: number, toX: number, toY: number, radiusPx: number];

const WIDTH = 40;
const HEIGHT = 30;

/** The rasteriser's pixels; also checks that rows come once, in order, inside the picture. */
function rasterised(capsule: Capsule): Set<number> {
  const pixels = new Set<number>();
  let lastRow = -1;
  rasteriseCapsule(...capsule, WIDTH, HEIGHT, (y, xStart, xEnd) => {
    expect(y).toBeGreaterThan(lastRow);
    expect(y).toBeLessThan(HEIGHT);
    expect(xStart).toBeGreaterThanOrEqual(0);
    expect(xEnd).toBeGreaterThan(xStart);
    expect(xEnd).toBeLessThanOrEqual(WIDTH);
    lastRow = y;
    for (let x = xStart; x < xEnd; x++) pixels.add(y * WIDTH + x);
  });
  return pixels;
}

/** Distance to a segment by projection onto it: the textbook formula, in another form than the rasteriser's. */
function distanceToSegment(x: number, y: number, [fromX, fromY, toX, toY]: Capsule): number {
  const lengthSquared = (toX - fromX) ** 2 + (toY - fromY) ** 2;
  const t =
    lengthSquared === 0
      ? 0
      : Math.min(1, Math.max(0, ((x - fromX) * (toX - fromX) + (y - fromY) * (toY - fromY)) / lengthSquared));
  return Math.hypot(x - fromX - t * (toX - fromX), y - fromY - t * (toY - fromY));
}

/** Exact: all values are given in sixteenths of a pixel, and the squared distance is compared as a whole fraction. */
function coveredExactly(pixelX: number, pixelY: number, sixteenths: Capsule): boolean {
  const [fromX, fromY, toX, toY, radius] = sixteenths.map(BigInt) as [bigint, bigint, bigint, bigint, bigint];
  const x = BigInt(pixelX * 16 + 8);
  const y = BigInt(pixelY * 16 + 8);
  const dx = toX - fromX;
  const dy = toY - fromY;
  const along = (x - fromX) * dx + (y - fromY) * dy;
  const lengthSquared = dx * dx + dy * dy;
  if (along <= 0n) return (x - fromX) ** 2n + (y - fromY) ** 2n <= radius ** 2n;
  if (along >= lengthSquared) return (x - toX) ** 2n + (y - toY) ** 2n <= radius ** 2n;
  return (dx * (y - fromY) - dy * (x - fromX)) ** 2n <= radius ** 2n * lengthSquared;
}

describe('rasteriseCapsule', () => {
  it('equals brute force in exact arithmetic, rim included', () => {
    const sixteenths = fc.integer({ min: -10 * 16, max: 50 * 16 });
    const radius = fc.integer({ min: 8, max: 15 * 16 });
    fc.assert(
      fc.property(fc.tuple(sixteenths, sixteenths, sixteenths, sixteenths, radius), (scaled) => {
        const expected = new Set<number>();
        for (let y = 0; y < HEIGHT; y++) {
          for (let x = 0; x < WIDTH; x++) if (coveredExactly(x, y, scaled)) expected.add(y * WIDTH + x);
        }
        const capsule = scaled.map((value) => value / 16) as unknown as Capsule;
        expect(rasterised(capsule)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('agrees with the distance for any numbers, down to a billionth of a pixel', () => {
    const coordinate = fc.double({ min: -50, max: 90, noNaN: true });
    const nearby = fc.oneof(coordinate, fc.double({ min: -1e-6, max: 1e-6, noNaN: true }));
    fc.assert(
      fc.property(
        coordinate,
        coordinate,
        nearby,
        nearby,
        fc.double({ min: 0.5, max: 30, noNaN: true }),
        (fromX, fromY, dx, dy, radiusPx) => {
          const capsule: Capsule = [fromX, fromY, fromX + dx, fromY + dy, radiusPx];
          const pixels = rasterised(capsule);
          for (let y = 0; y < HEIGHT; y++) {
            for (let x = 0; x < WIDTH; x++) {
              const distance = distanceToSegment(x + 0.5, y + 0.5, capsule);
              if (Math.abs(distance - radiusPx) < 1e-9) continue;
              if (pixels.has(y * WIDTH + x) !== distance < radiusPx) {
                expect.fail(`pixel ${x}, ${y} at distance ${distance} of radius ${radiusPx}`);
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('does not depend on the direction of the segment', () => {
    const sixteenths = fc.integer({ min: -160, max: 800 }).map((value) => value / 16);
    fc.assert(
      fc.property(sixteenths, sixteenths, sixteenths, sixteenths, (ax, ay, bx, by) => {
        expect(rasterised([ax, ay, bx, by, 3.25])).toEqual(rasterised([bx, by, ax, ay, 3.25]));
      }),
      { numRuns: 100 },
    );
  });

  it('counts the lattice points of Gauss’s circle problem', () => {
    // N(r) for r = 1…5: OEIS A000328.
    const counts = [1, 2, 3, 4, 5].map((radius) => rasterised([20.5, 15.5, 20.5, 15.5, radius]).size);
    expect(counts).toEqual([5, 13, 29, 49, 81]);
  });

  it('covers nothing where the capsule misses the picture', () => {
    expect(rasterised([-9, -9, -9, 80, 4]).size).toBe(0);
    expect(rasterised([1e9, 1e9, 1e9, -1e9, 20]).size).toBe(0);
  });

  it('refuses a radius under half a pixel and points that are no numbers', () => {
    expect(() => rasterised([1, 1, 2, 2, 0.49])).toThrow(RangeError);
    expect(() => rasterised([1, 1, 2, 2, Number.NaN])).toThrow(RangeError);
    expect(() => rasterised([1, Number.NaN, 2, 2, 1])).toThrow(RangeError);
    expect(() => rasterised([1, 1, Number.POSITIVE_INFINITY, 2, 1])).toThrow(RangeError);
  });
});

describe('snapToPixelCentre', () => {
  it('lets a brush under two pixels wide paint exactly the pixel that it points at', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: WIDTH, noNaN: true, maxExcluded: true }),
        fc.double({ min: 0, max: HEIGHT, noNaN: true, maxExcluded: true }),
        fc.double({ min: 0.5, max: 1, noNaN: true, maxExcluded: true }),
        (imageX, imageY, radiusPx) => {
          const { x, y } = snapToPixelCentre(imageX, imageY);
          const expected = new Set([Math.floor(imageY) * WIDTH + Math.floor(imageX)]);
          expect(rasterised([x, y, x, y, radiusPx])).toEqual(expected);
        },
      ),
    );
  });
});
