import { expect, test } from 'vitest';
import { drawHeatPixels, heatMapOf } from './heatPixels.ts';

const BLACK = 0xff000000;

function drawn(...values: number[]): number[] {
  const pixels = new Uint32Array(values.length);
  drawHeatPixels(pixels, heatMapOf(Float32Array.from(values)));
  return [...pixels];
}

/** Sum of the channels of an opaque pixel. */
function lightness(pixel: number): number {
  expect(pixel >>> 24).toBe(255);
  return (pixel & 255) + ((pixel >>> 8) & 255) + ((pixel >>> 16) & 255);
}

test('exactly 0 is black, and nothing else is', () => {
  const [zero, negativeZero, ...rest] = drawn(0, -0, 1e-45, 1e-30, 1e-6, 1, Number.NaN, Number.POSITIVE_INFINITY);
  expect([zero, negativeZero]).toEqual([BLACK, BLACK]);
  for (const pixel of rest) expect(lightness(pixel)).toBeGreaterThan(150);
});

test('more is lighter, and a hundredth of the greatest is told from next to nothing', () => {
  const shades = drawn(1e-9, 0.01, 0.1, 0.3, 1).map(lightness);
  expect(shades).toEqual([...shades].sort((a, b) => a - b));
  expect(new Set(shades).size).toBe(shades.length);
});

test('the scale ends at the greatest number there is', () => {
  expect(drawn(0.5, 0.25)).toEqual(drawn(50, 25));
  expect(heatMapOf(Float32Array.of(1, Number.NaN, 3, Number.POSITIVE_INFINITY)).greatest).toBe(3);
  expect(drawn(0, 0)).toEqual([BLACK, BLACK]);
});
