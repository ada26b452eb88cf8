import { describe, expect, it } from 'vitest';
import { PREDICTED_UNLABELED } from '../../../labels/planes.ts';
import { cellSentence, confidenceSentence } from './matrixWords.ts';

const CLASSES = [
  { id: 0, name: 'cup', color: '#ff0000' },
  { id: 3, name: 'table', color: '#00ff00' },
];

describe('cellSentence', () => {
  it('says how many pixels of which class are taken for what', () => {
    const right = { truthId: 3, predictedId: 3, pixels: 1158, share: 0.962 };
    expect(cellSentence(CLASSES, 'labels', right)).toBe(
      '1,158 of the pixels labeled table are predicted table: 96.2 %.',
    );
    const wrong = { truthId: 3, predictedId: 0, pixels: 1, share: 0.001 };
    expect(cellSentence(CLASSES, 'truth', wrong)).toBe('1 of the pixels that are table is predicted cup: 0.1 %.');
  });

  it('has words for "predicted unlabeled" and for a class without pixels', () => {
    const unlabeled = { truthId: 0, predictedId: PREDICTED_UNLABELED, pixels: 4, share: 1 };
    expect(cellSentence(CLASSES, 'labels', unlabeled)).toContain('labeled cup are predicted unlabeled: 100.0 %');
    const none = { truthId: 0, predictedId: 0, pixels: 0, share: null };
    expect(cellSentence(CLASSES, 'labels', none)).toBe('No pixels are labeled cup.');
    expect(cellSentence(CLASSES, 'truth', none)).toBe('No pixels are cup.');
    const never = { truthId: 0, predictedId: 3, pixels: 0, share: 0 };
    expect(cellSentence(CLASSES, 'labels', never)).toBe('None of the pixels labeled cup is predicted table.');
  });
});

describe('confidenceSentence', () => {
  const histogram = (mean: number | null) => ({ counts: new Uint32Array(20), pixels: mean === null ? 0 : 1, mean });
  const sentence = (labeled: number | null, unlabeled: number | null) =>
    confidenceSentence({ labeled: histogram(labeled), unlabeled: histogram(unlabeled) });

  it('compares the two means', () => {
    expect(sentence(0.97, 0.81)).toContain('97 % sure of the labeled pixels and 81 % of the others: where nobody');
    expect(sentence(0.6, 0.81)).toContain('the strokes lie where it is hard');
    expect(sentence(0.97, 0.972)).toContain('as sure of the others: being sure is not being right');
  });

  it('says so where there is nothing to compare', () => {
    expect(sentence(null, 0.8)).toContain('Nothing is labeled');
    expect(sentence(0.8, null)).toContain('Every pixel is labeled');
  });
});
