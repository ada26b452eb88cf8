import { expect, test } from 'vitest';
import { gapSentence, pixelWords, pointsOf, shareSentence } from './truthWords.ts';

test.each([
  [null, /^Press Train/],
  [{ maskedAccuracy: 1, trueAccuracy: null }, /^Press Train/],
  [{ maskedAccuracy: null, trueAccuracy: 0.5 }, /^Nothing is labeled/],
  [{ maskedAccuracy: 1, trueAccuracy: 0.92 }, /look 8\.0 points better/],
  [{ maskedAccuracy: 0.9, trueAccuracy: 0.95 }, /look 5\.0 points worse/],
  [{ maskedAccuracy: 0.951, trueAccuracy: 0.948 }, /within half a point/],
  [{ maskedAccuracy: 0.948, trueAccuracy: 0.951 }, /within half a point/],
] as const)('%j', (scores, words) => {
  expect(gapSentence(scores)).toMatch(words);
});

test('one point and one pixel are singular', () => {
  expect(pointsOf(0.01)).toBe('1 point');
  expect(pointsOf(0.0123)).toBe('1.2 points');
  expect(pixelWords(1)).toBe('1 pixel');
  expect(pixelWords(12_345)).toBe('12,345 pixels');
});

test('a result is told with its picture, its size and its share', () => {
  expect(shareSentence({ title: 'Scene 1', width: 256, height: 256, paintedPx: 214 })).toBe(
    'I reached 90 % true mean IoU on “Scene 1” (256 × 256) with 214 pixels painted, 0.33 % of the picture. The rest was left unlabeled.',
  );
});
