import { describe, expect, it, test } from 'vitest';
import { TREATMENTS } from '../../../settings/learner.ts';
import type { ProbedPixel } from '../../../training/inspectionMessages.ts';
import {
  augmentationNote,
  countWords,
  fixedNumber,
  missingTerm,
  paceWords,
  proofOf,
  shortNumber,
  smoothnessWords,
  termWords,
} from './inspectionWords.ts';

const TALLY = { labeled: 300, labeledZero: 0, unlabeled: 12_345, unlabeledZero: 12_345, unlabeledPushed: 0 };
const count = countWords(12_345);

test('numbers are short, and only 0 is written 0', () => {
  const written = [0, -0, 0.5, -12.345, 1e-45, -3.14e-7, 0.009, 1234, 1e21, Number.NaN, Number.NEGATIVE_INFINITY];
  expect(written.map(shortNumber)).toEqual([
    '0',
    '0',
    '0.500',
    '−12.3',
    '1.0·10⁻⁴⁵',
    '−3.1·10⁻⁷',
    '9.0·10⁻³',
    countWords(1234),
    '1.0·10²¹',
    'not a number',
    '−∞',
  ]);
  expect([-1.006, 0.3, Number.NaN].map((value) => fixedNumber(value, 2))).toEqual(['−1.01', '0.30', 'not a number']);
  expect([7, 999, 1000, 1_234_567].map((value) => countWords(value).replaceAll('\u2009', ' '))).toEqual([
    '7',
    '999',
    '1 000',
    '1 234 567',
  ]);
});

describe('the proof', () => {
  it.each(['ignore', 'allPixelMean', 'zeroedInput'] as const)('is kept under %s', (treatment) => {
    const proof = proofOf(TALLY, treatment, 'Cup');
    expect(proof).toMatchObject({
      isKept: true,
      finding: `${count} unlabeled pixels: the gradient is exactly 0 in all of them.`,
    });
  });

  it.each(['asBackground', 'extraClass'] as const)('is broken under %s', (treatment) => {
    const broken = { ...TALLY, unlabeledZero: 0, unlabeledPushed: 12_345 };
    expect(proofOf(broken, treatment, 'Table')).toMatchObject({
      isKept: false,
      finding: `All ${count} unlabeled pixels are pushed towards Table.`,
    });
    const partly = { ...TALLY, unlabeledZero: 345, unlabeledPushed: 12_000 };
    expect(proofOf(partly, treatment, 'Table').finding).toBe(
      `${countWords(12_000)} of ${count} unlabeled pixels are pushed towards Table.`,
    );
  });

  it('says so where a mask leaks, and where there is nothing to prove', () => {
    const leak = proofOf({ ...TALLY, unlabeledZero: 12_344 }, 'ignore', 'Cup');
    expect(leak.isKept).toBe(false);
    expect(leak.finding).toContain(`exactly 0 in ${countWords(12_344)} of them`);
    for (const treatment of TREATMENTS) {
      expect(proofOf({ ...TALLY, unlabeled: 0, unlabeledZero: 0 }, treatment, 'Cup').finding).toContain('Every pixel');
    }
    expect(proofOf({ ...TALLY, labeled: 0 }, 'ignore', 'Cup').finding).toContain('No pixel is labeled');
  });
});

test('a term is missing for a reason', () => {
  const pixel = { target: 1, term: 0.5 } as ProbedPixel;
  expect(missingTerm(pixel)).toBeNull();
  expect(missingTerm({ ...pixel, target: null, term: null })).toBe('unlabeled: not counted');
  expect(missingTerm({ ...pixel, term: null })).toContain('Dice');
  const weighed = { ...pixel, classWeight: 0.25, denominator: 40 };
  expect(termWords(weighed)).toBe('with class weight 0.250; the sum over the picture is divided by 40.0');
  expect(termWords({ ...weighed, classWeight: 1 })).toBe('the sum over the picture is divided by 40.0');
});

test('what a step sees is told truly', () => {
  const none = { flip: false, quarterTurns: false, color: 0, scale: 0 };
  expect(augmentationNote({ augmentation: none }, 1)).toBeNull();
  expect(augmentationNote({ augmentation: none }, 3)).toContain('one of your 3 pictures');
  expect(augmentationNote({ augmentation: { ...none, color: 0.1 } }, 1)).toContain('the picture, recoloured at random');
  expect(augmentationNote({ augmentation: { flip: true, quarterTurns: true, color: 0.1, scale: 0.5 } }, 2)).toContain(
    'one of your pictures, flipped, turned, recoloured or scaled at random',
  );
});

test('what smoothness leaves out is told where it does', () => {
  expect(smoothnessWords(false, true)).toContain('off');
  expect(smoothnessWords(true, true)).toContain('left out');
  expect(smoothnessWords(true, false)).not.toContain('left out');
});

test('paces have names', () => {
  expect(([6, 1, 'full'] as const).map(paceWords)).toEqual(['a step in 6 s', 'a step a second', 'full speed']);
});
