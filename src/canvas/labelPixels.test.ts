import { describe, expect, it } from 'vitest';
import { createPlanes } from '../labels/planes.ts';
import { createColorTable, lighterColors } from './classColors.ts';
import { drawLabelPixels } from './labelPixels.ts';

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
