import { expect, it } from 'vitest';
import type { PictureEntry } from '../../state/project.ts';
import { testScores } from './testScores.ts';

const picture = (facts: Partial<PictureEntry>): PictureEntry => ({
  pictureId: 'a',
  title: 'A',
  thumbnail: '',
  labeledShare: 0.1,
  use: 'train',
  done: false,
  hasTruth: false,
  scores: null,
  ...facts,
});

const scored = (maskedAccuracy: number | null): PictureEntry['scores'] => ({
  maskedAccuracy,
  meanIou: maskedAccuracy,
  iouByClass: [],
  trueAccuracy: null,
  trueMeanIou: null,
});

it('averages over the test pictures that have a score', () => {
  expect(testScores([picture({ scores: scored(1) })])).toEqual({ count: 0, scored: 0, maskedAccuracy: null });
  const test = [0.5, 1, null].map((accuracy) => picture({ use: 'test', scores: scored(accuracy) }));
  expect(testScores([...test, picture({ use: 'test' }), picture({ scores: scored(0) })])).toEqual({
    count: 4,
    scored: 2,
    maskedAccuracy: 0.75,
  });
});
