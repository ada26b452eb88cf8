import { describe, expect, test } from 'vitest';
import { fromHalf, unpackWeights } from './packedWeights.ts';

describe('a half', () => {
  test.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x03ff, 2 ** -14 - 2 ** -24],
    [0x8001, -(2 ** -24)],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])('%i is %d', (bits, value) => {
    expect(fromHalf(bits)).toBe(value);
  });

  test('rises with its bits', () => {
    for (let bits = 1; bits < 0x7c00; bits++) expect(fromHalf(bits)).toBeGreaterThan(fromHalf(bits - 1));
  });
});

const LAYERS = [
  { name: 'a', kernelShape: [1, 1, 2, 1], outputs: 1, fixed: false },
  { name: 'b', kernelShape: [1, 1, 1, 2], outputs: 2, fixed: false },
] as const;

test('layers come one after another, each its kernel and its bias', () => {
  const halves = Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600, 0x4700);
  const weights = unpackWeights(LAYERS, halves);
  expect(weights.get('a')).toEqual({ kernel: Float32Array.of(1, 2), bias: Float32Array.of(3) });
  expect(weights.get('b')).toEqual({ kernel: Float32Array.of(4, 5), bias: Float32Array.of(6, 7) });
});

test.each([6, 8])('%i weights in place of 7 are none', (count) => {
  expect(() => unpackWeights(LAYERS, new Uint16Array(count))).toThrow(
    `The pretrained layers have 7 weights, but ${count} came with the page.`,
  );
});
