import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PREDICTED_UNLABELED, UNLABELED } from '../labels/planes.ts';
import { regionOfCell } from './confusionCell.ts';
import { confusionMatrix } from './confusionMatrix.ts';
import { confusionRows } from './confusionRows.ts';

const truthByte = fc.constantFrom(0, 1, 2, 5, UNLABELED);
const predictedByte = fc.constantFrom(0, 1, 2, 5, PREDICTED_UNLABELED);
const WIDTH = 6;
const pairs = fc.array(fc.tuple(truthByte, predictedByte), { minLength: 4 * WIDTH, maxLength: 4 * WIDTH });

function planesOf(pixels: readonly (readonly [number, number])[]) {
  return {
    truth: Uint8Array.from(pixels, ([truth]) => truth),
    prediction: Uint8Array.from(pixels, ([, predicted]) => predicted),
  };
}

describe('confusionRows', () => {
  it('counts what brute force counts, in the order asked for', () => {
    fc.assert(
      fc.property(pairs, fc.shuffledSubarray([0, 1, 2, 5], { minLength: 1 }), (pixels, ids) => {
        const { truth, prediction } = planesOf(pixels);
        const rows = confusionRows(confusionMatrix(truth, prediction), ids);
        expect(rows.map(({ truthId }) => truthId)).toEqual(ids);
        for (const row of rows) {
          const all = pixels.filter(([t]) => t === row.truthId).length;
          expect(row.pixels).toBe(all);
          for (const cell of row.cells) {
            const count = pixels.filter(([t, p]) => t === cell.truthId && p === cell.predictedId).length;
            expect(cell.pixels).toBe(count);
            expect(cell.share).toBe(all === 0 ? null : count / all);
          }
        }
        const hasUnlabeled = pixels.some(([t, p]) => ids.includes(t) && p === PREDICTED_UNLABELED);
        expect(rows.every(({ cells }) => cells.length === ids.length + (hasUnlabeled ? 1 : 0))).toBe(true);
      }),
    );
  });
});

describe('regionOfCell', () => {
  it('has the pixels that the cell counts, and no others', () => {
    fc.assert(
      fc.property(pairs, truthByte, predictedByte, (pixels, truthId, predictedId) => {
        const { truth, prediction } = planesOf(pixels);
        const size = { width: WIDTH, height: pixels.length / WIDTH };
        const { runs, pixelCount } = regionOfCell(truth, prediction, size, { truthId, predictedId });
        const lit: number[] = [];
        for (let r = 0; r < runs.length; r += 3) {
          for (let x = runs[r + 1] ?? 0; x < (runs[r + 2] ?? 0); x++) lit.push((runs[r] ?? 0) * WIDTH + x);
        }
        const expected = pixels.flatMap(([t, p], i) => (t === truthId && p === predictedId ? [i] : []));
        expect(lit).toEqual(expected);
        expect(pixelCount).toBe(expected.length);
      }),
    );
  });
});
