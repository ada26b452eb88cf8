import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { percentiles } from './percentiles.ts';
import { checkRasterBytes, MAX_RASTER_BYTES, rasterToRgba } from './raster.ts';

/** By sorting: `numpy.percentile`'s definition. */
function sortedPercentile(values: readonly number[], percent: number): number {
  const ordered = values.filter(Number.isFinite).sort((a, b) => a - b);
  const position = ((ordered.length - 1) * percent) / 100;
  const low = ordered[Math.floor(position)] ?? 0;
  const high = ordered[Math.ceil(position)] ?? 0;
  return low + (position - Math.floor(position)) * (high - low);
}

const percent = fc.double({ min: 0, max: 100, noNaN: true });

describe('percentiles', () => {
  test('are those of the sorted floats that are finite', () => {
    const values = fc.array(fc.float(), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, percent, percent, (floats, low, high) => {
        const found = percentiles(Float32Array.from(floats), { channels: 1, colors: 1 }, [low, high]);
        // `+ 0` makes −0, which sorting leaves anywhere among the zeros, 0.
        const expected = [sortedPercentile(floats, low), sortedPercentile(floats, high)];
        const hasAny = floats.some(Number.isFinite);
        expect(found?.map((value) => value + 0)).toEqual(hasAny ? expected.map((value) => value + 0) : undefined);
      }),
      { numRuns: 500 },
    );
  });

  test('are those of the sorted 16-bit colours, alpha left out', () => {
    const pixels = fc.array(fc.tuple(fc.nat(65_535), fc.nat(65_535)), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(pixels, percent, percent, (greyAlpha, low, high) => {
        const greys = greyAlpha.map(([grey]) => grey);
        const found = percentiles(Uint16Array.from(greyAlpha.flat()), { channels: 2, colors: 1 }, [low, high]);
        expect(found).toEqual([sortedPercentile(greys, low), sortedPercentile(greys, high)]);
      }),
    );
  });
});

describe('rasterToRgba', () => {
  test('keeps bytes and makes grey of three equal colours', () => {
    const raster = { width: 2, height: 1, channels: 2, data: Uint8Array.of(7, 255, 200, 90) } as const;
    expect([...rasterToRgba(raster)]).toEqual([7, 7, 7, 255, 200, 200, 200, 90]);
  });

  test('takes the least and the greatest where the percentiles coincide', () => {
    // A dark picture with one bright spot: both percentiles are 5.
    const data = new Uint16Array(1000).fill(5);
    data[10] = 1005;
    data[20] = 505;
    const rgba = rasterToRgba({ width: 100, height: 10, channels: 1, data });
    // (505 − 5) / 1000 · 255 = 127.5, which rounds to the even neighbour.
    expect([rgba[0], rgba[40], rgba[80]]).toEqual([0, 255, 128]);
  });

  test.each([new Uint16Array(4).fill(900), new Float32Array(4).fill(-7.5)])('a flat picture is black', (data) => {
    expect([...rasterToRgba({ width: 2, height: 2, channels: 1, data })]).toEqual(
      Array.from({ length: 4 }, () => [0, 0, 0, 255]).flat(),
    );
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a picture of %d alone is refused',
  (value) => {
    const data = new Float32Array(8).fill(value);
    // Alpha shows nothing by itself.
    for (let i = 1; i < data.length; i += 2) data[i] = 1;
    expect(() => rasterToRgba({ width: 2, height: 2, channels: 2, data })).toThrow(
      'None of this picture’s values is a finite number, so there is nothing to show.',
    );
  },
);

test('checkRasterBytes names both sizes', () => {
  expect(() => checkRasterBytes(MAX_RASTER_BYTES)).not.toThrow();
  expect(() => checkRasterBytes(1_234_000_001)).toThrow(
    'This picture would take 1,235 megabytes to decode; 400 are the most.',
  );
});
