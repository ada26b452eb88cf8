import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PREDICTED_UNLABELED, UNLABELED } from '../labels/planes.ts';
import { confusionMatrix, sumOfMatrices } from './confusionMatrix.ts';
import { iouByClass, maskedAccuracy, meanIou } from './scores.ts';

const U = UNLABELED;
const P = PREDICTED_UNLABELED;

const score = (truth: number[], prediction: number[], classCount?: number) =>
  confusionMatrix(Uint8Array.from(truth), Uint8Array.from(prediction), classCount);

describe('by hand', () => {
  // Truth 0: right twice, taken for 1 once. Truth 1: right once, "unlabeled" once. Truth 2: taken for 0 once.
  const matrix = score([0, 0, 0, 1, 1, 2, U, U], [0, 0, 1, 1, P, 0, 3, P], 4);

  test('rows are truth, columns prediction, the last column "predicted unlabeled"', () => {
    expect(matrix.classCount).toBe(4);
    expect([...matrix.counts]).toEqual([2, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('accuracy: 3 of 6 labeled pixels', () => {
    expect(maskedAccuracy(matrix)).toBe(0.5);
  });

  test('IoU: 2 of 4, 1 of 3, 0 of 1; class 3 was predicted on an unlabeled pixel only, which does not count', () => {
    expect(iouByClass(matrix)).toEqual([1 / 2, 1 / 3, 0, null]);
    expect(meanIou(matrix, 'live')).toBeCloseTo((1 / 2 + 1 / 3 + 0) / 3, 15);
    expect(meanIou(matrix, 'benchmark')).toBeCloseTo((1 / 2 + 1 / 3 + 0) / 3, 15);
  });

  test('a class that is predicted but not in the truth costs the live mean, not the benchmark’s', () => {
    const invented = score([0, 0, 0, 0], [0, 0, 0, 1]);
    expect(iouByClass(invented).slice(0, 3)).toEqual([3 / 4, 0, null]);
    expect(meanIou(invented, 'live')).toBe(3 / 8);
    expect(meanIou(invented, 'benchmark')).toBe(3 / 4);
  });

  test('"predicted unlabeled" everywhere is wrong everywhere', () => {
    const refused = score([0, 1, 1], [P, P, P]);
    expect(maskedAccuracy(refused)).toBe(0);
    expect(iouByClass(refused).slice(0, 2)).toEqual([0, 0]);
    expect(meanIou(refused, 'live')).toBe(0);
  });

  test.each([
    ['nothing labeled', [U, U], [0, P]],
    ['no pixel', [], []],
  ])('%s: every score is undefined', (_, truth, prediction) => {
    const nothing = score(truth, prediction);
    expect(maskedAccuracy(nothing)).toBeNull();
    expect(iouByClass(nothing)).toEqual(new Array(32).fill(null));
    expect(meanIou(nothing, 'live')).toBeNull();
    expect(meanIou(nothing, 'benchmark')).toBeNull();
  });

  test('32 classes unless told', () => {
    expect([...score([31], [31]).counts].indexOf(1)).toBe(31 * 33 + 31);
  });

  test.each([
    ['planes of different sizes', [0, 1], [0]],
    ['a truth that is no class', [32], [0]],
    ['a truth of 254', [P], [0]],
    ['a prediction that is no class', [0], [32]],
    ['a prediction of 255 under a label', [0], [U]],
  ])('%s is refused', (_, truth, prediction) => {
    expect(() => score(truth, prediction)).toThrow(RangeError);
  });
});

describe('a sum', () => {
  test('counts what one matrix over all pixels counts, and leaves its parts as they are', () => {
    const parts = [score([0, 1, U], [0, 0, 1]), score([1, 1], [P, 1]), score([2, 0], [2, 0])];
    const before = parts.map(({ counts }) => counts.slice());
    expect(sumOfMatrices(parts)).toEqual(score([0, 1, U, 1, 1, 2, 0], [0, 0, 1, P, 1, 2, 0]));
    expect(parts.map(({ counts }) => counts)).toEqual(before);
  });

  test('of nothing is none, and matrices of other classes are refused', () => {
    expect(sumOfMatrices([])).toBeNull();
    expect(() => sumOfMatrices([score([0], [0], 2), score([0], [0], 3)])).toThrow(RangeError);
  });
});

describe('against counting pixel by pixel', () => {
  const CLASSES = 4;
  const id = fc.integer({ min: 0, max: CLASSES - 1 });
  const pixel = fc.tuple(fc.oneof(id, fc.constant(U)), fc.oneof(id, fc.constant(P)));
  const pixels = fc.array(pixel, { maxLength: 60 });
  const matrixOf = (list: [number, number][]) =>
    score(
      list.map(([t]) => t),
      list.map(([, p]) => p),
      CLASSES,
    );
  const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;

  test('every score equals its definition as sets of pixels', () => {
    fc.assert(
      fc.property(pixels, (list) => {
        const matrix = matrixOf(list);
        const labeled = list.filter(([t]) => t !== U);
        const right = labeled.filter(([t, p]) => t === p);
        expect(maskedAccuracy(matrix)).toBe(labeled.length === 0 ? null : right.length / labeled.length);

        const ious = Array.from({ length: CLASSES }, (_, c) => {
          const union = labeled.filter(([t, p]) => t === c || p === c).length;
          return union === 0 ? null : labeled.filter(([t, p]) => t === c && p === c).length / union;
        });
        expect(iouByClass(matrix)).toEqual(ious);

        const live = ious.filter((iou) => iou !== null);
        const present = ious.filter((iou, c) => iou !== null && labeled.some(([t]) => t === c)) as number[];
        expect(meanIou(matrix, 'live')).toBe(live.length === 0 ? null : mean(live));
        expect(meanIou(matrix, 'benchmark')).toBe(present.length === 0 ? null : mean(present));
      }),
    );
  });

  test('the order of pixels does not matter; renaming the classes renames the scores', () => {
    fc.assert(
      fc.property(pixels, fc.shuffledSubarray([0, 1, 2, 3], { minLength: CLASSES }), (list, renamed) => {
        const matrix = matrixOf(list);
        expect(matrixOf([...list].reverse())).toEqual(matrix);

        const rename = (byte: number) => renamed[byte] ?? byte;
        const other = matrixOf(list.map(([t, p]) => [rename(t), rename(p)]));
        expect(maskedAccuracy(other)).toBe(maskedAccuracy(matrix));
        iouByClass(matrix).forEach((iou, c) => {
          expect(iouByClass(other)[rename(c)]).toBe(iou);
        });
      }),
    );
  });

  test('a perfect prediction scores 1 wherever something is labeled', () => {
    fc.assert(
      fc.property(fc.array(id, { minLength: 1, maxLength: 40 }), (truth) => {
        const matrix = score(truth, truth, CLASSES);
        expect(maskedAccuracy(matrix)).toBe(1);
        expect(meanIou(matrix, 'live')).toBe(1);
        expect(meanIou(matrix, 'benchmark')).toBe(1);
      }),
    );
  });
});
