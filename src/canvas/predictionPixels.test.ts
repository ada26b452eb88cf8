import { describe, expect, it } from 'vitest';
import { PREDICTED_UNLABELED } from '../labels/planes.ts';
import { createColorTable, parseColor } from './classColors.ts';
import { drawPredictionPixels } from './predictionPixels.ts';

const COLORS = createColorTable(
  new Map([
    [0, '#204060'],
    [3, '#f03c14'],
  ]),
);

function draw(rows: readonly (readonly number[])[], confidence = 255): number[][] {
  const width = rows[0]?.length ?? 0;
  const classMap = Uint8Array.from(rows.flat());
  const pixels = new Uint32Array(classMap.length);
  const map = { classMap, confidence: new Uint8Array(classMap.length).fill(confidence) };
  drawPredictionPixels(pixels, map, width, rows.length, COLORS);
  return rows.map((_, y) => [...pixels.subarray(y * width, (y + 1) * width)]);
}

const alphas = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map((pixel) => pixel >>> 24));

describe('drawPredictionPixels', () => {
  it('draws both sides of a boundary stronger than the fills, and no boundary at the picture’s rim', () => {
    const [fill, edge] = [165, 255];
    expect(
      alphas(
        draw([
          [0, 0, 0, 3, 3],
          [0, 0, 0, 3, 3],
          [0, 0, 0, 0, 0],
          [0, 0, 0, 0, 0],
        ]),
      ),
    ).toEqual([
      [fill, fill, edge, edge, fill],
      [fill, fill, edge, edge, edge],
      [fill, fill, fill, edge, edge],
      [fill, fill, fill, fill, fill],
    ]);
  });

  it('fills in the class’s colour and lightens the boundary', () => {
    const [row] = draw([[3, 3, 0, 0]]);
    expect((row?.[0] ?? 0) & 0xffffff).toBe(parseColor('#f03c14'));
    expect((row?.[1] ?? 0) & 0xffffff).toBe(parseColor('#f89e8a'));
    expect((row?.[3] ?? 0) & 0xffffff).toBe(parseColor('#204060'));
  });

  it('lets more of the photograph through where the network is unsure', () => {
    const [sure, half, unsure] = [255, 128, 0].map((confidence) => alphas(draw([[0, 0, 3, 3]], confidence))[0]);
    expect(sure).toEqual([165, 255, 255, 165]);
    expect(half).toEqual([113, 213, 213, 113]);
    expect(unsure).toEqual([60, 170, 170, 60]);
  });

  it('hatches “predicted unlabeled”', () => {
    const rows = draw(Array.from({ length: 8 }, () => new Array<number>(8).fill(PREDICTED_UNLABELED)));
    expect(new Set(rows.flat()).size).toBe(2);
    expect(rows[0]?.[0]).toBe(rows[1]?.[7]);
    expect(rows[0]?.filter((pixel) => pixel === rows[0]?.[0])).toHaveLength(3);
  });

  it('leaves a class without a colour transparent, at its boundary too', () => {
    expect(alphas(draw([[7, 7, 7, 3, 3]]))).toEqual([[0, 0, 0, 255, 165]]);
  });
});
