import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SuperpixelMap } from '../tools/tool.ts';
import { SegmentRegions } from './segmentRegions.ts';
import { defaultSuperpixelOptions, slic } from './slic.ts';

type Rgb = readonly [red: number, green: number, blue: number];

function picture(width: number, height: number, colorAt: (x: number, y: number) => Rgb): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) pixels.set([...colorAt(i % width, Math.floor(i / width)), 255], 4 * i);
  return pixels;
}

function sizesOf({ segmentIds, segmentCount }: SuperpixelMap): number[] {
  const sizes = new Array<number>(segmentCount).fill(0);
  for (const segment of segmentIds) sizes[segment] = (sizes[segment] ?? 0) + 1;
  return sizes;
}

/** Brute force: how many pieces, over sides, the map falls into. Equals the segment count where each is connected. */
function countPieces({ width, height, segmentIds }: SuperpixelMap): number {
  const seen = new Set<number>();
  let pieces = 0;
  for (let seed = 0; seed < width * height; seed++) {
    if (seen.has(seed)) continue;
    pieces++;
    const piece = new Set([seed]);
    for (const i of piece) {
      seen.add(i);
      const x = i % width;
      for (const j of [i - width, i + width, ...(x > 0 ? [i - 1] : []), ...(x < width - 1 ? [i + 1] : [])]) {
        if (segmentIds[j] === segmentIds[i]) piece.add(j);
      }
    }
  }
  return pieces;
}

const pictureArbitrary = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }), seed: fc.integer() })
  .map(({ width, height, seed }) => {
    const pixels = new Uint8Array(4 * width * height);
    let state = seed >>> 0;
    for (let i = 0; i < pixels.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      pixels[i] = state >>> 24;
    }
    return { width, height, pixels };
  });

describe('slic', () => {
  it('gives every pixel of any picture to one connected segment that is not too small', () => {
    const sizeArbitrary = fc.double({ min: 2, max: 20, noNaN: true });
    fc.assert(
      fc.property(pictureArbitrary, sizeArbitrary, fc.constantFrom(1, 10, 40), (noise, patchSizePx, compactness) => {
        const { width, height, pixels } = noise;
        const map = slic(pixels, width, height, { patchSizePx, compactness });
        expect(map).toMatchObject({ width, height });
        expect(map.segmentIds).toHaveLength(width * height);
        const sizes = sizesOf(map);
        expect(sizes).toHaveLength(map.segmentCount);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(width * height);
        const least = map.segmentCount === 1 ? 1 : (patchSizePx * patchSizePx) / 4;
        expect(Math.min(...sizes)).toBeGreaterThanOrEqual(least);
        expect(countPieces(map)).toBe(map.segmentCount);
      }),
      { numRuns: 150 },
    );
  });

  it('cuts a flat picture into patches of about the size asked for', () => {
    const map = slic(
      picture(140, 98, () => [90, 120, 60]),
      140,
      98,
      { patchSizePx: 14, compactness: 10 },
    );
    expect(map.segmentCount).toBe(70);
    for (const size of sizesOf(map)) {
      expect(size).toBeGreaterThan(0.6 * 196);
      expect(size).toBeLessThan(1.5 * 196);
    }
  });

  it('follows borders between flat colours exactly, and numbers segments in row-major order', () => {
    const colors: readonly Rgb[] = [
      [200, 60, 40],
      [40, 90, 180],
      [230, 220, 90],
    ];
    const width = 120;
    const height = 90;
    // A disk, and a diagonal through the rest.
    const partAt = (x: number, y: number) => (Math.hypot(x - 60, y - 45) < 25.3 ? 2 : x + 0.7 * y > 93 ? 1 : 0);
    const pixels = picture(width, height, (x, y) => colors[partAt(x, y)] ?? [0, 0, 0]);
    const { segmentIds, segmentCount } = slic(pixels, width, height, { patchSizePx: 12, compactness: 10 });
    const parts = new Map<number, number>();
    let newest = -1;
    segmentIds.forEach((segment, i) => {
      const part = partAt(i % width, Math.floor(i / width));
      expect(parts.get(segment) ?? part).toBe(part);
      parts.set(segment, part);
      expect(segment).toBeLessThanOrEqual(newest + 1);
      newest = Math.max(newest, segment);
    });
    expect(newest).toBe(segmentCount - 1);
  });

  it('keeps patches near their share of the picture by default', () => {
    expect(defaultSuperpixelOptions(512, 384)).toEqual({ patchSizePx: 14, compactness: 10 });
    expect(defaultSuperpixelOptions(700, 1024).patchSizePx).toBe(28);
    expect(defaultSuperpixelOptions(32, 32).patchSizePx).toBe(6);
    const pixels = picture(60, 48, (x, y) => [4 * x, 5 * y, 90]);
    expect(slic(pixels, 60, 48)).toEqual(slic(pixels, 60, 48, { patchSizePx: 6, compactness: 10 }));
    expect(slic(pixels, 60, 48, { patchSizePx: 12 }).segmentCount).toBeLessThan(30);
  });

  it('refuses sizes that do not fit and options out of range', () => {
    const pixels = picture(8, 8, () => [1, 2, 3]);
    expect(() => slic(pixels, 8, 9, { patchSizePx: 4, compactness: 10 })).toThrow(RangeError);
    expect(() => slic(new Uint8Array(0), 0, 0, { patchSizePx: 4, compactness: 10 })).toThrow(RangeError);
    for (const patchSizePx of [1.9, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => slic(pixels, 8, 8, { patchSizePx, compactness: 10 })).toThrow(RangeError);
    }
    for (const compactness of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => slic(pixels, 8, 8, { patchSizePx: 4, compactness })).toThrow(RangeError);
    }
  });
});

describe('SegmentRegions', () => {
  it('gives each segment its pixels, and none to numbers that no segment has', () => {
    fc.assert(
      fc.property(pictureArbitrary, ({ width, height, pixels }) => {
        const map = slic(pixels, width, height, { patchSizePx: 5, compactness: 10 });
        const regions = new SegmentRegions(map);
        const found = new Int32Array(width * height).fill(-1);
        for (let segment = 0; segment < map.segmentCount; segment++) {
          const { runs, pixelCount } = regions.region(segment);
          let counted = 0;
          for (let i = 0; i < runs.length; i += 3) {
            const [y = 0, xStart = 0, xEnd = 0] = runs.subarray(i, i + 3);
            found.fill(segment, y * width + xStart, y * width + xEnd);
            counted += xEnd - xStart;
          }
          expect(pixelCount).toBe(counted);
        }
        expect(found).toEqual(map.segmentIds);
        expect(regions.region(map.segmentCount).bounds).toBeNull();
        expect(regions.region(-1).bounds).toBeNull();
      }),
      { numRuns: 40 },
    );
  });
});
