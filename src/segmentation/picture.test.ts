import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packedColors, standardize } from './picture.ts';

test('every channel has mean 0, all three together at most deviation 1', () => {
  const pictures = fc.integer({ min: 2, max: 8 }).chain((width) =>
    fc.record({
      width: fc.constant(width),
      pixels: fc.uint8Array({ minLength: 4 * width * 3, maxLength: 4 * width * 3 }),
    }),
  );
  fc.assert(
    fc.property(pictures, ({ width, pixels }) => {
      const { values } = standardize(pixels, width, 3);
      const squares = values.reduce((sum, v) => sum + v * v, 0) / values.length;
      // Below 1 only where the picture is nearly blank.
      expect(squares).toBeLessThan(1 + 1e-4);
      for (const channel of [0, 1, 2]) {
        const own = values.filter((_, i) => i % 3 === channel);
        expect(Math.abs(own.reduce((sum, v) => sum + v, 0) / own.length)).toBeLessThan(1e-3);
      }
    }),
  );
});

test('a picture worked by hand', () => {
  // Red 0 and 20, green 10 and 10, blue 5 and 15: deviations ±10, 0, ±5 around the means; √(250/6) over all.
  const pixels = Uint8Array.of(0, 10, 5, 255, 20, 10, 15, 0);
  const deviation = Math.sqrt(250 / 6);
  const { values } = standardize(pixels, 2, 1);
  [-10, 0, -5, 10, 0, 5].forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value / deviation, 6);
  });
});

test('a blank picture is all zeros', () => {
  expect(new Set(standardize(new Uint8Array(16).fill(200), 2, 2).values)).toEqual(new Set([0]));
});

test('bytes of another size are refused', () => {
  expect(() => standardize(new Uint8Array(15), 2, 2)).toThrow(RangeError);
});

test('packed colours are the standardised ones in bytes, cut off at the ends', () => {
  const values = Float32Array.of(0, 1, -1, 2.5, -2.5, 9);
  // 127.5, 178.5 and 76.5, rounded; then both ends.
  const expected = [128 | (179 << 8) | (77 << 16), 255 | (0 << 8) | (255 << 16)];
  expect([...packedColors({ width: 2, height: 1, values })]).toEqual(expected);
});
