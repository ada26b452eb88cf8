import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import { createColorTable, parseColor } from './classColors.ts';
import { createContourTones } from './contourTones.ts';
import {
  drawContourPixels,
  drawDoubtPixels,
  drawMistakePixels,
  drawPredictionPixels,
  type PredictionMap,
} from './predictionPixels.ts';

const COLORS = createColorTable(
  new Map([
    [0, '#204060'],
    [3, '#f03c14'],
  ]),
);

const mapOf = (classMap: Uint8Array, confidence: number): PredictionMap => ({
  classMap,
  confidence: new Uint8Array(classMap.length).fill(confidence),
  margin: new Uint8Array(classMap.length).fill(confidence),
});

function draw(rows: readonly (readonly number[])[], confidence = 255): number[][] {
  const width = rows[0]?.length ?? 0;
  const classMap = Uint8Array.from(rows.flat());
  const pixels = new Uint32Array(classMap.length);
  const map = mapOf(classMap, confidence);
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

const TONES = createContourTones(COLORS);

function drawContours(rows: readonly (readonly number[])[], confidence = 255): number[][] {
  const width = rows[0]?.length ?? 0;
  const classMap = Uint8Array.from(rows.flat());
  const pixels = new Uint32Array(classMap.length).fill(0x12345678);
  const map = mapOf(classMap, confidence);
  drawContourPixels(pixels, map, width, rows.length, TONES);
  return rows.map((_, y) => [...pixels.subarray(y * width, (y + 1) * width)]);
}

/** Contours as text: `D`/`L` dark or light of class 0, `d`/`l` of class 3, `h` hatching, `.` transparent. */
function contourText(rows: readonly (readonly number[])[]): string[] {
  const letters = new Map([
    [0, '.'],
    [TONES.dark[0], 'D'],
    [TONES.light[0], 'L'],
    [TONES.dark[3], 'd'],
    [TONES.light[3], 'l'],
    [0xff303030, 'h'],
    [0xfff0f0f0, 'h'],
  ]);
  return drawContours(rows).map((row) => row.map((pixel) => letters.get(pixel) ?? '?').join(''));
}

describe('drawContourPixels', () => {
  it('draws both sides of a boundary, the brighter class light and the other dark, and nothing else', () => {
    expect(
      contourText([
        [0, 0, 0, 3, 3],
        [0, 0, 0, 3, 3],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ]),
    ).toEqual(['..Dl.', '..Dll', '...DD', '.....']);
  });

  it('draws both sides beside a class without a colour, and nothing between two of them', () => {
    expect(contourText([[7, 7, 9, 9, 3, 3, 3]])).toEqual(['...dl..']);
  });

  it('dashes “predicted unlabeled”', () => {
    expect(contourText([[0, 0, PREDICTED_UNLABELED, PREDICTED_UNLABELED]])).toEqual(['.Dh.']);
    const column = Array.from({ length: 8 }, () => [PREDICTED_UNLABELED, 0]);
    const dashes = drawContours(column).map(([pixel]) => pixel);
    expect(dashes.filter((pixel) => pixel === 0xff303030)).toHaveLength(3);
    expect(dashes.filter((pixel) => pixel === 0xfff0f0f0)).toHaveLength(5);
  });

  it('is fainter where the network is unsure', () => {
    expect(drawContours([[0, 0, 3, 3]], 0).map((row) => row.map((pixel) => pixel >>> 24))).toEqual([[0, 170, 170, 0]]);
  });

  it('draws exactly the pixels of classes that end there', () => {
    const size = { width: 7, height: 6 };
    const classIds = fc.array(fc.constantFrom(0, 3), { minLength: 42, maxLength: 42 });
    fc.assert(
      fc.property(classIds, (ids) => {
        const at = (x: number, y: number) =>
          x < 0 || y < 0 || x >= size.width || y >= size.height ? undefined : ids[y * size.width + x];
        const rows = Array.from({ length: size.height }, (_, y) => ids.slice(y * size.width, (y + 1) * size.width));
        const expected = rows.map((row, y) =>
          row.map((id, x) => {
            const others = [at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1)];
            const isBoundary = others.some((other) => other !== undefined && other !== id);
            if (!isBoundary) return '.';
            return id === 3 ? 'l' : 'D';
          }),
        );
        expect(contourText(rows)).toEqual(expected.map((row) => row.join('')));
      }),
    );
  });
});

describe('drawDoubtPixels', () => {
  const margin = Uint8Array.from({ length: 256 }, (_, i) => i);
  const pixels = new Uint32Array(256).fill(0x12345678);
  drawDoubtPixels(pixels, { classMap: new Uint8Array(256), confidence: new Uint8Array(256), margin });

  it('shows nothing where the network is sure, and more the less it is', () => {
    const alpha = [...pixels].map((pixel) => pixel >>> 24);
    expect(alpha[255]).toBe(0);
    expect(alpha[0]).toBe(235);
    for (let i = 1; i < 256; i++) expect(alpha[i]).toBeLessThanOrEqual(alpha[i - 1] ?? -1);
  });

  it('goes from dark to bright', () => {
    const brightness = [...pixels].map((pixel) => (pixel & 0xff) + ((pixel >>> 8) & 0xff) + ((pixel >>> 16) & 0xff));
    for (let i = 1; i < 256; i++) expect(brightness[i]).toBeLessThanOrEqual(brightness[i - 1] ?? -1);
    expect((brightness[0] ?? 0) - (brightness[255] ?? 0)).toBeGreaterThan(300);
  });
});

describe('drawMistakePixels', () => {
  it('shows one colour where the prediction differs from the mask, and nothing where one says nothing', () => {
    const pixels = new Uint32Array(7).fill(7);
    const classMap = Uint8Array.from([0, 3, 0, PREDICTED_UNLABELED, 3, 5, UNLABELED]);
    drawMistakePixels(pixels, mapOf(classMap, 0), Uint8Array.from([0, 0, 3, 3, UNLABELED, UNLABELED, 3]));
    expect([...pixels].map((pixel) => pixel >>> 24)).toEqual([0, 0xf2, 0xf2, 0xf2, 0, 0, 0]);
    expect(new Set(pixels.filter((pixel) => pixel !== 0)).size).toBe(1);
  });
});
