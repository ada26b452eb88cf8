import { expect, test } from 'vitest';
import { splitMix32 } from '../base/splitMix.ts';
import { accuracyInterval, type StrokeTally } from './bootstrap.ts';

test('two strokes, one right and one wrong: a quarter of the resamples is all right, another all wrong', () => {
  const strokes = [
    { right: 40, labeled: 40 },
    { right: 0, labeled: 10 },
  ];
  expect(accuracyInterval(strokes, 1)).toEqual({ low: 0, high: 1 });
});

test('strokes that are right alike give no width, however they differ in size', () => {
  const strokes = [10, 30, 80].map((labeled) => ({ right: 0.9 * labeled, labeled }));
  const { low, high } = accuracyInterval(strokes, 7) ?? { low: Number.NaN, high: Number.NaN };
  expect(low).toBeCloseTo(0.9, 12);
  expect(high).toBeCloseTo(0.9, 12);
});

test('five strokes, one of them wrong: 0 to 3 wrong ones are drawn in the middle 95 %', () => {
  // By hand: k wrong draws of 5 at 1/5 each. P(0) = .328 > 2.5 %, so the high end is all right; P(k ≥ 4) = .0067 and
  // P(k ≥ 3) = .058, so the 2.5 % quantile from below is that of three wrong ones: 2 of 5 right.
  const strokes = [1, 1, 1, 1, 0].map((share) => ({ right: 20 * share, labeled: 20 }));
  for (let seed = 0; seed < 20; seed++) expect(accuracyInterval(strokes, seed)).toEqual({ low: 0.4, high: 1 });
});

test('one stroke, or none, or very many give no interval', () => {
  const stroke: StrokeTally = { right: 3, labeled: 4 };
  expect(accuracyInterval([], 1)).toBeNull();
  expect(accuracyInterval([stroke], 1)).toBeNull();
  expect(accuracyInterval(new Array(301).fill(stroke), 1)).toBeNull();
  expect(accuracyInterval(new Array(300).fill(stroke), 1)).not.toBeNull();
});

test('the same seed gives the same interval', () => {
  const strokes = drawStrokes(splitMix32(3), 15);
  expect(accuracyInterval(strokes, 5)).toEqual(accuracyInterval(strokes, 5));
  expect(accuracyInterval(strokes, 5)).not.toEqual(accuracyInterval(strokes, 6));
});

/** Strokes of 20 to 200 pixels whose accuracies are spread evenly over 0.6 to 1. */
function drawStrokes(next: () => number, count: number): StrokeTally[] {
  return Array.from({ length: count }, () => {
    const labeled = 20 + Math.floor(181 * (next() / 2 ** 32));
    return { right: (0.6 + 0.4 * (next() / 2 ** 32)) * labeled, labeled };
  });
}

test('of many samples of 20 strokes, nine in ten intervals hold the true accuracy of 0.8', () => {
  // The percentile interval covers a little less than its nominal 95 % with few strokes: about 92 % for a mean of 20
  // (Efron & Tibshirani 1993, ch. 13 and 14). 400 samples tell a share to within ± 1.4 %.
  const next = splitMix32(11);
  let covered = 0;
  for (let sample = 0; sample < 400; sample++) {
    const interval = accuracyInterval(drawStrokes(next, 20), sample);
    if (interval !== null && interval.low <= 0.8 && 0.8 <= interval.high) covered++;
  }
  expect(covered / 400).toBeGreaterThan(0.88);
  expect(covered / 400).toBeLessThan(0.98);
});
