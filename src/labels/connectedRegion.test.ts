import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classComponent, floodFill } from './connectedRegion.ts';
import type { PixelRegion } from './region.ts';

const WIDTH = 13;
const HEIGHT = 9;
const PIXEL_COUNT = WIDTH * HEIGHT;

function pixelsOf(region: PixelRegion, width = WIDTH): number[] {
  const pixels: number[] = [];
  for (let i = 0; i < region.runs.length; i += 3) {
    const [y = 0, xStart = 0, xEnd = 0] = region.runs.subarray(i, i + 3);
    for (let x = xStart; x < xEnd; x++) pixels.push(y * width + x);
  }
  return pixels;
}

/** Brute force: the seed, then its neighbours' neighbours until nothing joins any more. */
function componentOf(seed: number, belongs: (i: number) => boolean): number[] {
  const found = new Set<number>(belongs(seed) ? [seed] : []);
  for (const i of found) {
    const x = i % WIDTH;
    const neighbours = [i - WIDTH, i + WIDTH, ...(x > 0 ? [i - 1] : []), ...(x < WIDTH - 1 ? [i + 1] : [])];
    for (const j of neighbours) if (j >= 0 && j < PIXEL_COUNT && belongs(j)) found.add(j);
  }
  return [...found].sort((a, b) => a - b);
}

const seedArbitrary = fc.nat({ max: PIXEL_COUNT - 1 });
const bytes = (...values: number[]) =>
  fc.array(fc.constantFrom(...values), { minLength: PIXEL_COUNT, maxLength: PIXEL_COUNT });

describe('floodFill', () => {
  const pixelsArbitrary = fc
    .tuple(bytes(0, 60, 90), bytes(0, 10), bytes(0, 200))
    .map(([red, green, blue]) =>
      Uint8Array.from({ length: 4 * PIXEL_COUNT }, (_, i) => [red, green, blue][i % 4]?.[i >> 2] ?? 255 - (i % 7)),
    );

  it('fills exactly what is joined to the seed through colours close to its own', () => {
    fc.assert(
      fc.property(
        pixelsArbitrary,
        seedArbitrary,
        fc.constantFrom(0, 10, 30, 61, 90, 250, 442),
        (pixels, seed, tolerance) => {
          const distance = (i: number) =>
            Math.hypot(...[0, 1, 2].map((c) => (pixels[4 * i + c] ?? 0) - (pixels[4 * seed + c] ?? 0)));
          const region = floodFill(pixels, WIDTH, HEIGHT, seed % WIDTH, Math.floor(seed / WIDTH), tolerance);
          const expected = componentOf(seed, (i) => distance(i) <= tolerance);
          expect(pixelsOf(region)).toEqual(expected);
          expect(region.pixelCount).toBe(expected.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('measures from the seed, not from neighbour to neighbour', () => {
    const ramp = Uint8Array.from({ length: 4 * PIXEL_COUNT }, (_, i) => 10 * ((i >> 2) % WIDTH));
    const region = floodFill(ramp, WIDTH, HEIGHT, 2, 3, 17.4);
    expect(region.bounds).toEqual({ x: 1, y: 0, width: 3, height: HEIGHT });
  });

  it('finds its way through a labyrinth, from either end', () => {
    const side = 41;
    // Corridors along even rows or columns, joined at alternating ends.
    const isOpen = (along: number, across: number) => across % 2 === 0 || along === (across % 4 === 1 ? side - 1 : 0);
    const openCount = side * 21 + 20;
    for (const turned of [false, true]) {
      const open = Array.from({ length: side * side }, (_, i) => {
        const [x, y] = [i % side, Math.floor(i / side)];
        return turned ? isOpen(y, x) : isOpen(x, y);
      });
      const pixels = Uint8Array.from({ length: 4 * side * side }, (_, i) => (open[i >> 2] ? 255 : 0));
      for (const seed of [0, side - 1]) {
        const region = floodFill(pixels, side, side, seed, seed, 0);
        expect(region.pixelCount).toBe(openCount);
        expect(pixelsOf(region, side).every((i) => open[i])).toBe(true);
      }
    }
  });

  it('is empty for a seed outside the picture', () => {
    const pixels = new Uint8Array(4 * PIXEL_COUNT);
    for (const [x, y] of [
      [-1, 0],
      [0, -1],
      [WIDTH, 0],
      [0, HEIGHT],
    ] as const) {
      expect(floodFill(pixels, WIDTH, HEIGHT, x, y, 500).bounds).toBeNull();
    }
  });
});

describe('classComponent', () => {
  it('holds what is joined to the seed through confident pixels of its class', () => {
    fc.assert(
      fc.property(bytes(0, 0, 1, 254), bytes(0, 99, 100, 255, 255), seedArbitrary, (classes, confidences, seed) => {
        const region = classComponent(
          Uint8Array.from(classes),
          Uint8Array.from(confidences),
          100,
          WIDTH,
          HEIGHT,
          seed % WIDTH,
          Math.floor(seed / WIDTH),
        );
        const expected = componentOf(seed, (i) => classes[i] === classes[seed] && (confidences[i] ?? 0) >= 100);
        expect(pixelsOf(region)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('is empty for a seed outside the picture', () => {
    const map = new Uint8Array(PIXEL_COUNT);
    expect(classComponent(map, map, 0, WIDTH, HEIGHT, WIDTH, 2).bounds).toBeNull();
    expect(classComponent(map, map, 0, WIDTH, HEIGHT, 2, HEIGHT).bounds).toBeNull();
  });
});
