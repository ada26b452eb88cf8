import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNLABELED } from '../labels/planes.ts';
import { confidenceHistograms } from './confidenceHistogram.ts';

const pixel = fc.tuple(fc.constantFrom(0, 3, UNLABELED), fc.nat(255));

describe('confidenceHistograms', () => {
  it('counts every pixel once, in the bin that its confidence lies in', () => {
    fc.assert(
      fc.property(fc.array(pixel, { maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (pixels, bins) => {
        const both = confidenceHistograms(
          Uint8Array.from(pixels, ([id]) => id),
          Uint8Array.from(pixels, ([, byte]) => byte),
          bins,
        );
        for (const [histogram, isIn] of [
          [both.labeled, (id: number) => id !== UNLABELED],
          [both.unlabeled, (id: number) => id === UNLABELED],
        ] as const) {
          const shares = pixels.filter(([id]) => isIn(id)).map(([, byte]) => byte / 255);
          expect(histogram.pixels).toBe(shares.length);
          for (const [bin, count] of histogram.counts.entries()) {
            const isLast = bin === bins - 1;
            const inside = shares.filter((s) => s * bins >= bin && (s * bins < bin + 1 || isLast));
            expect(count).toBe(inside.length);
          }
          if (shares.length === 0) expect(histogram.mean).toBeNull();
          else expect(histogram.mean).toBeCloseTo(shares.reduce((sum, s) => sum + s, 0) / shares.length, 12);
        }
      }),
    );
  });

  it('refuses planes of two sizes', () => {
    expect(() => confidenceHistograms(new Uint8Array(4), new Uint8Array(5), 20)).toThrow(RangeError);
  });
});
