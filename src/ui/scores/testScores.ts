import type { PictureEntry } from '../../state/project.ts';

/** Test pictures, those of them that have a score, and the mean of their accuracies on labeled pixels. */
export function testScores(pictures: readonly PictureEntry[]): {
  readonly count: number;
  readonly scored: number;
  readonly maskedAccuracy: number | null;
} {
  const test = pictures.filter(({ use }) => use === 'test');
  const accuracies = test.map(({ scores }) => scores?.maskedAccuracy ?? null).filter((share) => share !== null);
  const sum = accuracies.reduce((total, share) => total + share, 0);
  return {
    count: test.length,
    scored: accuracies.length,
    maskedAccuracy: accuracies.length === 0 ? null : sum / accuracies.length,
  };
}
