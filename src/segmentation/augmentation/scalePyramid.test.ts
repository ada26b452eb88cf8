import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pixelsIn, pyramidLevels, pyramidPicture, pyramidPlane } from './scalePyramid.ts';

const side = fc.integer({ min: 1, max: 12 });
const strength = fc.double({ min: 0.01, max: 1, noNaN: true });

describe('the levels', () => {
  test('are the picture alone without scale augmentation', () => {
    expect(pyramidLevels(7, 5, 0)).toEqual([{ width: 7, height: 5, firstPixel: 0 }]);
  });

  test('are five sizes from 1 / (1 + s) to 1 + s, the own one first, without a gap between them', () => {
    const levels = pyramidLevels(100, 60, 0.44);
    expect(levels.map(({ width, height }) => [width, height])).toEqual([
      [100, 60],
      [69, 42],
      [83, 50],
      [120, 72],
      [144, 86],
    ]);
    let pixels = 0;
    for (const { width, height, firstPixel } of levels) {
      expect(firstPixel).toBe(pixels);
      pixels += width * height;
    }
    expect(pixelsIn(levels)).toBe(pixels);
  });
});

describe('a picture', () => {
  test('of one colour has that colour at every size; its own size is left as it is', () => {
    fc.assert(
      fc.property(side, side, strength, fc.integer(), (width, height, scale, seed) => {
        const levels = pyramidLevels(width, height, scale);
        const flat = Float32Array.from({ length: 3 * width * height }, (_, i) => (i % 3) - 1);
        const all = pyramidPicture({ width, height, values: flat }, levels).values;
        all.forEach((value, i) => {
          expect(value).toBeCloseTo((i % 3) - 1, 5);
        });
        const any = Float32Array.from({ length: 3 * width * height }, (_, i) => Math.sin(i * (1 + (seed % 7))));
        const own = pyramidPicture({ width, height, values: any }, levels).values.subarray(0, any.length);
        own.forEach((value, i) => {
          expect(value).toBeCloseTo(any[i] as number, 6);
        });
      }),
    );
  });

  test('is averaged where it gets smaller and interpolated where it gets larger', () => {
    // By hand: [0, 4] at half its size is one pixel; its centre is between the two, so they weigh the same.
    const values = Float32Array.from([0, 0, 0, 4, 4, 4]);
    const half = pyramidPicture({ width: 2, height: 1, values }, [
      { width: 2, height: 1, firstPixel: 0 },
      { width: 1, height: 1, firstPixel: 2 },
    ]);
    expect([...half.values.subarray(6)]).toEqual([2, 2, 2]);
    // Twice as large, centres lie at −¼, ¼, ¾ and 1¼ of the old pixels; what is outside counts as the edge.
    const twice = pyramidPicture({ width: 2, height: 1, values }, [
      { width: 2, height: 1, firstPixel: 0 },
      { width: 4, height: 1, firstPixel: 2 },
    ]);
    expect([0, 1, 2, 3].map((x) => twice.values[6 + 3 * x])).toEqual([0, 1, 3, 4]);
  });

  test('of any sides is resampled along both', () => {
    const [width, height] = [6, 4];
    const ramp = Float32Array.from({ length: 3 * width * height }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return (pixel % width) + 10 * Math.floor(pixel / width);
    });
    const levels = pyramidLevels(width, height, 1);
    const all = pyramidPicture({ width, height, values: ramp }, levels).values;
    const last = levels.at(-1) ?? { width: 0, height: 0, firstPixel: 0 };
    // A ramp stays a ramp away from the edges: pixel x of the picture twice as large is at x / 2 − ¼ of it.
    for (let y = 1; y < last.height - 1; y++) {
      for (let x = 1; x < last.width - 1; x++) {
        const value = all[3 * (last.firstPixel + y * last.width + x)];
        expect(value).toBeCloseTo(x / 2 - 0.25 + 10 * (y / 2 - 0.25), 4);
      }
    }
  });
});

test('a label at every size is the one at the pixel’s centre, whatever number it is', () => {
  fc.assert(
    fc.property(side, side, strength, (width, height, scale) => {
      const levels = pyramidLevels(width, height, scale);
      const labels = Int32Array.from({ length: width * height }, (_, i) => i * 65_537);
      const all = pyramidPlane(labels, levels);
      expect([...all.subarray(0, labels.length)]).toEqual([...labels]);
      // Weights go the same way.
      expect([...pyramidPlane(Float32Array.from(labels), levels)]).toEqual([...Float32Array.from(all)]);
      for (const level of levels) {
        for (let y = 0; y < level.height; y++) {
          for (let x = 0; x < level.width; x++) {
            const [fromX, fromY] = [((x + 0.5) / level.width) * width, ((y + 0.5) / level.height) * height];
            const nearest = [Math.floor(fromX + 1e-9), Math.floor(fromX - 1e-9)].flatMap((column) =>
              [Math.floor(fromY + 1e-9), Math.floor(fromY - 1e-9)].map((row) => labels[row * width + column]),
            );
            expect(nearest).toContain(all[level.firstPixel + y * level.width + x]);
          }
        }
      }
    }),
  );
});
