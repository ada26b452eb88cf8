import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlanes, UNLABELED } from '../../labels/planes.ts';
import { createColorTable, lighterColors } from './classColors.ts';
import { createContourTones } from './contourTones.ts';
import { drawLabelOutlinePixels, drawLabelPixels, heldOutTable, OUTLINE_REACH_PX } from './labelPixels.ts';

const COLORS = createColorTable(
  new Map([
    [1, '#2458b4'],
    [2, '#f03c14'],
  ]),
);
const RIM_COLORS = lighterColors(COLORS, 0.5);

const FILLS = new Map([
  [0, '.'],
  [COLORS[1], 'a'],
  [RIM_COLORS[1], 'A'],
  [COLORS[2], 'b'],
  [RIM_COLORS[2], 'B'],
]);

/** Labels as text (`a`: class 1, `b`: class 2, `.`: unlabeled) to pixels as text, rims in capitals, untouched as `-`. */
function draw(rows: readonly string[], rect = { x: 0, y: 0, width: rows[0]?.length ?? 0, height: rows.length }) {
  const planes = createPlanes(rows[0]?.length ?? 0, rows.length);
  for (const [i, letter] of [...rows.join('')].entries()) {
    if (letter !== '.') planes.classIds[i] = letter === 'a' ? 1 : 2;
  }
  const untouched = 0x12345678;
  const pixels = new Uint32Array(planes.classIds.length).fill(untouched);
  drawLabelPixels(pixels, planes, rect, COLORS, RIM_COLORS);
  const letters = [...pixels].map((pixel) => (pixel === untouched ? '-' : (FILLS.get(pixel) ?? '?')));
  return rows.map((_, y) => letters.slice(y * planes.width, (y + 1) * planes.width).join(''));
}

describe('drawLabelPixels', () => {
  it('gives areas a rim, against unlabeled and against each other, but not along the picture’s edge', () => {
    expect(draw(['aaaabbb', 'aaaabbb', 'aaaabbb', '.......', '.......'])).toEqual([
      'aaaABbb',
      'aaaABbb',
      'AAAABBB',
      '.......',
      '.......',
    ]);
  });

  it('keeps lines one pixel wide in their class’s colour', () => {
    expect(draw(['.......', '..aaa..', '.......', '.b.....', '.......'])).toEqual([
      '.......',
      '..AaA..',
      '.......',
      '.b.....',
      '.......',
    ]);
  });

  it('writes inside the rectangle alone, and looks outside it', () => {
    expect(draw(['.....', '.aaa.', '.aaa.', '.aaa.', '.....'], { x: 2, y: 1, width: 2, height: 2 })).toEqual([
      '-----',
      '--AA-',
      '--aA-',
      '-----',
      '-----',
    ]);
  });
});

/** Planes of class 1 all over; the left half is painted by stroke 1, the rest by stroke 2. */
function halves(width: number, height: number) {
  const planes = createPlanes(width, height);
  planes.classIds.fill(1);
  planes.strokeIds.forEach((_, i) => {
    planes.strokeIds[i] = i % width < width / 2 ? 1 : 2;
  });
  return planes;
}

describe('held-out strokes', () => {
  const whole = (width: number, height: number) => ({ x: 0, y: 0, width, height });

  it('are hatched with slanted stripes, faint in between, in their own colour; others are not', () => {
    const pixels = new Uint32Array(8 * 4);
    drawLabelPixels(pixels, halves(8, 4), whole(8, 4), COLORS, RIM_COLORS, heldOutTable(new Set([1])));
    const colour = (COLORS[1] ?? 0) & 0xffffff;
    const text = [...pixels].map((pixel) => {
      expect(pixel & 0xffffff).toBe(colour);
      return pixel >>> 24 === 0xff ? 'a' : pixel >>> 24 === 0x40 ? '.' : '?';
    });
    expect([0, 1, 2, 3].map((y) => text.slice(8 * y, 8 * y + 8).join(''))).toEqual([
      'aa..aaaa',
      'a..aaaaa',
      '..aaaaaa',
      '.aa.aaaa',
    ]);
  });

  it('have wider stripes in larger pictures', () => {
    const pixels = new Uint32Array(1000);
    drawLabelPixels(pixels, halves(1000, 1), whole(1000, 1), COLORS, RIM_COLORS, heldOutTable(new Set([1])));
    const alphas = [...pixels.subarray(0, 20)].map((pixel) => (pixel >>> 24 === 0xff ? 'a' : '.')).join('');
    expect(alphas).toBe('aaaaa.....aaaaa.....');
  });

  it('have dashed outlines', () => {
    const planes = halves(16, 2);
    planes.classIds.fill(2, 16);
    const pixels = new Uint32Array(32);
    drawLabelOutlinePixels(pixels, planes, whole(16, 2), createContourTones(COLORS), heldOutTable(new Set([1])));
    const text = [...pixels].map((pixel) => (pixel === 0 ? '.' : 'x'));
    expect([text.slice(0, 16).join(''), text.slice(16).join('')]).toEqual(['xxxx....xxxxxxxx', 'xxx....xxxxxxxxx']);
  });

  it('of which there are none change nothing', () => {
    expect(heldOutTable(new Set())).toBeNull();
  });
});

const TONES = createContourTones(COLORS);
const UNTOUCHED = 0x12345678;

/** Letters as above to pixels as text: light tones in capitals, dark ones small, untouched as `-`. */
function drawOutlines(
  rows: readonly string[],
  rect = { x: 0, y: 0, width: rows[0]?.length ?? 0, height: rows.length },
) {
  const planes = createPlanes(rows[0]?.length ?? 0, rows.length);
  for (const [i, letter] of [...rows.join('')].entries()) {
    if (letter !== '.') planes.classIds[i] = letter === 'a' ? 1 : 2;
  }
  const pixels = new Uint32Array(planes.classIds.length).fill(UNTOUCHED);
  drawLabelOutlinePixels(pixels, planes, rect, TONES);
  const letters = new Map([
    [UNTOUCHED, '-'],
    [0, '.'],
    [TONES.light[1], 'A'],
    [TONES.dark[1], 'a'],
    [TONES.light[2], 'B'],
    [TONES.dark[2], 'b'],
  ]);
  const text = [...pixels].map((pixel) => letters.get(pixel) ?? '?');
  return rows.map((_, y) => text.slice(y * planes.width, (y + 1) * planes.width).join(''));
}

describe('drawLabelOutlinePixels', () => {
  it('draws a light and a dark line inside an area’s end and leaves its interior free', () => {
    expect(
      drawOutlines(['........', '.aaaaaa.', '.aaaaaa.', '.aaaaaa.', '.aaaaaa.', '.aaaaaa.', '.aaaaaa.', '........']),
    ).toEqual(['........', '.AAAAAA.', '.AaaaaA.', '.Aa..aA.', '.Aa..aA.', '.AaaaaA.', '.AAAAAA.', '........']);
  });

  it('ends an area at another class, and not at the picture’s edge', () => {
    expect(drawOutlines(['aaaaabbbbb', 'aaaaabbbbb'])).toEqual(['...aABb...', '...aABb...']);
  });

  it('shows thin lines', () => {
    expect(drawOutlines(['.....', 'aaaaa', '.....', 'bbbbb', 'bbbbb', '.....'])).toEqual([
      '.....',
      'AAAAA',
      '.....',
      'BBBBB',
      'BBBBB',
      '.....',
    ]);
  });

  const letters = fc.array(fc.constantFrom('a', 'a', 'a', 'a', 'b', '.'), { minLength: 72, maxLength: 72 });
  const width = 9;
  const rowsOf = (all: readonly string[]) =>
    Array.from({ length: 8 }, (_, y) => all.slice(y * width, (y + 1) * width).join(''));

  it('counts steps to the next other pixel as an exhaustive search does', () => {
    fc.assert(
      fc.property(letters, (all) => {
        const rows = rowsOf(all);
        const stepsTo = (x: number, y: number, letter: string) => {
          const distances = all.map((other, i) =>
            other === letter
              ? Number.POSITIVE_INFINITY
              : Math.abs((i % width) - x) + Math.abs(Math.floor(i / width) - y),
          );
          return Math.min(...distances);
        };
        const expected = rows.map((row, y) =>
          [...row]
            .map((letter, x) => {
              const steps = stepsTo(x, y, letter);
              if (letter === '.' || steps > 2) return '.';
              return steps === 1 ? letter.toUpperCase() : letter;
            })
            .join(''),
        );
        expect(drawOutlines(rows)).toEqual(expected);
      }),
    );
  });

  it('changes no farther than its reach from a changed pixel, and writes inside the rectangle alone', () => {
    fc.assert(
      fc.property(letters, fc.nat(71), (all, changed) => {
        const after = rowsOf(all.with(changed, 'b'));
        const [x, y] = [changed % width, Math.floor(changed / width)];
        const left = Math.max(0, x - OUTLINE_REACH_PX);
        const top = Math.max(0, y - OUTLINE_REACH_PX);
        const rect = {
          x: left,
          y: top,
          width: Math.min(width, x + OUTLINE_REACH_PX + 1) - left,
          height: Math.min(8, y + OUTLINE_REACH_PX + 1) - top,
        };
        const part = drawOutlines(after, rect);
        const patched = drawOutlines(rowsOf(all)).map((row, rowY) =>
          [...row].map((letter, column) => (part[rowY]?.[column] === '-' ? letter : part[rowY]?.[column])).join(''),
        );
        expect(patched).toEqual(drawOutlines(after));
        expect(part.join('').replaceAll('-', '')).toHaveLength(rect.width * rect.height);
      }),
    );
  });
});

it('four unlabeled pixels at once look as one by one, in any part of a picture of any width', () => {
  const tones = createContourTones(COLORS);
  fc.assert(
    fc.property(
      fc.record({
        width: fc.integer({ min: 1, max: 13 }),
        height: fc.integer({ min: 1, max: 5 }),
        labels: fc.array(fc.constantFrom(1, 2, ...Array(6).fill(UNLABELED)), { minLength: 65, maxLength: 65 }),
        edges: fc.tuple(fc.nat(12), fc.nat(12), fc.nat(4), fc.nat(4)),
      }),
      ({ width, height, labels, edges: [a, b, c, d] }) => {
        const [x, right] = [Math.min(a, b, width - 1), Math.min(Math.max(a, b) + 1, width)];
        const [y, bottom] = [Math.min(c, d, height - 1), Math.min(Math.max(c, d) + 1, height)];
        const rect = { x, y, width: right - x, height: bottom - y };
        // Where they begin with the second byte of four, they are looked at one by one.
        const drawn = [0, 1].map((offset) => {
          const classIds = new Uint8Array(new ArrayBuffer(width * height + offset), offset);
          classIds.set(labels.slice(0, width * height));
          const planes = { width, height, classIds, strokeIds: new Uint16Array(width * height) };
          const areas = new Uint32Array(width * height).fill(7);
          const outlines = areas.slice();
          drawLabelPixels(areas, planes, rect, COLORS, RIM_COLORS);
          drawLabelOutlinePixels(outlines, planes, rect, tones);
          return [...areas, ...outlines];
        });
        expect(drawn[0]).toEqual(drawn[1]);
      },
    ),
  );
});
