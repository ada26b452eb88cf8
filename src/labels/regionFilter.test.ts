import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regionWhere } from './region.ts';
import { filterRegion } from './regionFilter.ts';

describe('filterRegion', () => {
  it('is the region of pixels that are in both', () => {
    const width = 9;
    const height = 5;
    const bits = fc.array(fc.boolean(), { minLength: width * height, maxLength: width * height });
    fc.assert(
      fc.property(bits, bits, (inside, kept) => {
        const region = regionWhere(width, height, (i) => inside[i] === true);
        const expected = regionWhere(width, height, (i) => inside[i] === true && kept[i] === true);
        expect(filterRegion(region, width, (i) => kept[i] === true)).toEqual(expected);
      }),
    );
  });
});
