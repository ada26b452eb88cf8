import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regionWhere } from '../../labels/region.ts';
import { parseColor } from './classColors.ts';
import { drawRegionPixels, REGION_MARGIN_PX } from './regionPixels.ts';

const COLOR = parseColor('#2458b4');
const MARGIN = 2 * REGION_MARGIN_PX;

/** A region given as text (`#`: inside) to its pixels as text: `L` light, `D` dark, `f` tinted, `.` transparent. */
function draw(rows: readonly string[], color: number | null = COLOR): { text: string[]; pixels: number[] } {
  const width = rows[0]?.length ?? 0;
  const inside = rows.join('');
  const region = regionWhere(width, rows.length, (i) => inside[i] === '#');
  if (region.bounds === null) throw new Error('An empty region is not drawn.');
  const stride = region.bounds.width + MARGIN + 3;
  const pixels = new Uint32Array(stride * (region.bounds.height + MARGIN)).fill(0x12345678);
  drawRegionPixels(pixels, stride, region, region.bounds, color);
  const written = Array.from({ length: region.bounds.height + MARGIN }, (_, y) =>
    pixels.slice(y * stride, y * stride + (region.bounds?.width ?? 0) + MARGIN),
  );
  const brightness = (pixel: number) => (pixel & 0xff) + ((pixel >>> 8) & 0xff) + ((pixel >>> 16) & 0xff);
  const middle = color === null ? 384 : brightness(color);
  const letterOf = (pixel: number) => {
    if (pixel === 0) return '.';
    if (pixel >>> 24 < 255) return 'f';
    return brightness(pixel) > middle ? 'L' : 'D';
  };
  return { text: written.map((row) => [...row].map(letterOf).join('')), pixels: written.flatMap((row) => [...row]) };
}

describe('drawRegionPixels', () => {
  it('tints a region and draws a light and a dark line inside its rim, at the picture’s edge too', () => {
    expect(draw(['######', '######', '######', '######', '######', '######']).text).toEqual([
      '........',
      '.LLLLLL.',
      '.LDDDDL.',
      '.LDffDL.',
      '.LDffDL.',
      '.LDDDDL.',
      '.LLLLLL.',
      '........',
    ]);
  });

  it('starts at the region’s own corner and leaves its holes free', () => {
    expect(draw(['.......', '..###..', '..#.#..', '..###..', '.......']).text).toEqual([
      '.....',
      '.LLL.',
      '.L.L.',
      '.LLL.',
      '.....',
    ]);
  });

  it('is in the class’s colour, or hatched for unlabeled', () => {
    const block = new Array<string>(12).fill('#'.repeat(12));
    const tints = (color: number | null) =>
      new Set(draw(block, color).pixels.filter((pixel) => pixel !== 0 && pixel >>> 24 < 255));
    expect([...tints(COLOR)].map((pixel) => pixel & 0xffffff)).toEqual([COLOR]);
    expect(tints(null).size).toBe(2);
    expect(draw(['###', '###', '###'], null).text[2]).toBe('.LDL.');
  });

  it('counts steps to the region’s end as an exhaustive search does', () => {
    const width = 9;
    const letters = fc.array(fc.constantFrom('#', '#', '#', '#', '#', '.'), { minLength: 81, maxLength: 81 });
    fc.assert(
      fc.property(
        // A corner pixel on each side makes the bounds the whole picture.
        letters.map((all) => all.with(0, '#').with(80, '#')),
        (all) => {
          const outside: (readonly [number, number])[] = [];
          for (let y = -1; y <= 9; y++) {
            for (let x = -1; x <= width; x++) {
              const isInside = x >= 0 && x < width && y >= 0 && y < 9 && all[y * width + x] === '#';
              if (!isInside) outside.push([x, y]);
            }
          }
          const expected = Array.from({ length: 11 }, (_, row) =>
            Array.from({ length: 11 }, (__, column) => {
              const steps = Math.min(...outside.map(([x, y]) => Math.abs(x - column + 1) + Math.abs(y - row + 1)));
              return ['.', 'L', 'D'][steps] ?? 'f';
            }).join(''),
          );
          const rows = Array.from({ length: 9 }, (_, y) => all.slice(y * width, (y + 1) * width).join(''));
          expect(draw(rows).text).toEqual(expected);
        },
      ),
    );
  });
});
