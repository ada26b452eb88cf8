import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PREDICTED_UNLABELED } from '../../labels/planes.ts';
import { createColorTable } from './classColors.ts';
import { createContourTones } from './contourTones.ts';

const OPAQUE_BLACK = 0xff000000;
const colorText = fc.integer({ min: 0, max: 0xffffff }).map((rgb) => `#${rgb.toString(16).padStart(6, '0')}`);

/** Contrast of two canvas colours, 1 to 21, straight from WCAG 2.2's definition. */
function contrast(a: number, b: number): number {
  const luminanceOf = (color: number) => {
    const [red, green, blue] = [color & 0xff, (color >>> 8) & 0xff, (color >>> 16) & 0xff].map((byte) => {
      const share = byte / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  };
  const [darker, lighter] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => x - y);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

/** Tones of classes 3 and 7. */
function tonesOf(first: string, second: string) {
  const { light, dark, rank } = createContourTones(
    createColorTable(
      new Map([
        [3, first],
        [7, second],
      ]),
    ),
  );
  const [upper, lower] = (rank[3] ?? 0) > (rank[7] ?? 0) ? [3, 7] : [7, 3];
  return { lightSide: light[upper] ?? 0, darkSide: dark[lower] ?? 0 };
}

describe('contour tones', () => {
  it('are checked with a contrast that gives the values WCAG names', () => {
    expect(contrast(0, 0xffffff)).toBeCloseTo(21, 6);
    // https://webaim.org/resources/contrastchecker: #777777 on white is 4.48.
    expect(contrast(0x777777, 0xffffff)).toBeCloseTo(4.48, 2);
  });

  it('stand apart on both sides of any boundary, so that one of them shows on any ground', () => {
    fc.assert(
      fc.property(colorText, colorText, fc.integer({ min: 0, max: 0xffffff }), (first, second, ground) => {
        const { lightSide, darkSide } = tonesOf(first, second);
        // 3 is what WCAG 2.2 asks of graphics beside what they touch.
        expect(contrast(lightSide, darkSide)).toBeGreaterThan(3);
        expect(Math.max(contrast(lightSide, ground), contrast(darkSide, ground))).toBeGreaterThan(Math.sqrt(3));
      }),
      { numRuns: 2000 },
    );
  });

  it('are opaque for classes with a colour and for “predicted unlabeled”, and transparent elsewhere', () => {
    const { light, dark, rank } = createContourTones(createColorTable(new Map([[4, '#102030']])));
    for (const table of [light, dark]) {
      expect([...table.keys()].filter((id) => table[id] !== 0)).toEqual([4, PREDICTED_UNLABELED]);
      for (const id of [4, PREDICTED_UNLABELED]) expect((table[id] ?? 0) >>> 24).toBe(255);
    }
    expect([...rank.keys()].filter((id) => rank[id] !== 0)).toEqual([4, PREDICTED_UNLABELED]);
    expect(dark[4]).not.toBe(OPAQUE_BLACK);
  });

  it('give neighbours of one colour different ranks', () => {
    const { rank } = createContourTones(createColorTable(new Map([...Array(32).keys()].map((id) => [id, '#808080']))));
    expect(new Set(rank.filter((value) => value > 0)).size).toBe(33);
  });
});
