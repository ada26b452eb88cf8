import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PictureEntry } from '../../state/project.ts';
import { pictureCount, pictureLabel, pictureTip, progressWords, shortPercent } from './pictureWords.ts';

const PICTURE: PictureEntry = {
  pictureId: 'a',
  title: 'Espresso',
  thumbnail: 'blob:a',
  labeledShare: 0.049,
  use: 'train',
  done: false,
  hasTruth: false,
  scores: null,
};

test('counts pictures as English does', () => {
  expect([0, 1, 2].map(pictureCount)).toEqual(['0 pictures', '1 picture', '2 pictures']);
});

test('tells progress', () => {
  expect(progressWords({ done: 12, total: 50 })).toBe('12 of 50');
});

test.each([
  [0, '0 %'],
  [0.0001, '<1 %'],
  [0.005, '1 %'],
  [0.049, '5 %'],
  [0.994, '99 %'],
  [0.996, '>99 %'],
  [1, '100 %'],
])('a share of %d is shown as %s', (share, shown) => {
  expect(shortPercent(share)).toBe(shown);
});

test('only nothing is 0 % and only everything is 100 %', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }), (share) => {
      expect(['0 %', '100 %']).not.toContain(shortPercent(share));
    }),
  );
});

test('a thumbnail is called by its title first, then by what is special about it', () => {
  expect(pictureLabel(PICTURE)).toBe('Espresso: 5 % labeled');
  expect(pictureLabel({ ...PICTURE, use: 'test', done: true })).toBe('Espresso: 5 % labeled, test picture, done');
  expect(pictureLabel({ ...PICTURE, use: 'skip' })).toBe('Espresso: 5 % labeled, left out');
});

test('the tooltip has the scores once there are any', () => {
  expect(pictureTip(PICTURE)).toBe('Espresso, 4.9 % labeled.');
  const scores = {
    maskedAccuracy: 0.987,
    meanIou: 0.952,
    iouByClass: {},
    trueAccuracy: null,
    trueMeanIou: null,
  };
  expect(pictureTip({ ...PICTURE, use: 'test', scores })).toBe(
    'Espresso, 4.9 % labeled. Its labels only score what was learned elsewhere. ' +
      'On labeled pixels: accuracy 98.7 %, mean IoU 95.2 %.',
  );
});

test('undefined scores are left out, not shown as zero', () => {
  const scores = { maskedAccuracy: null, meanIou: null, iouByClass: {}, trueAccuracy: null, trueMeanIou: null };
  expect(pictureTip({ ...PICTURE, labeledShare: 0, scores })).toBe('Espresso, 0.0 % labeled.');
});
