import { describe, expect, it } from 'vitest';
import { PREDICTED_UNLABELED } from '../../../labels/planes.ts';
import { COMPARED_SETTINGS, suggestedDifference } from '../../../settings/difference.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../../settings/learner.ts';
import { COMPARED_SETTING_WORDS, differingWords, disagreementWords, hasSameLoss, valueName } from './compareWords.ts';

const CLASSES = [
  { id: 0, name: 'Table' },
  { id: 1, name: 'Cup' },
  { id: 2, name: 'DNA' },
];

const between = (
  byClass: readonly { classId: number; calledId: number; shareA: number; shareB: number }[],
  isByTruth = true,
) => disagreementWords({ differingShare: 0.5, isByTruth, byClass }, CLASSES);

describe('what a class is called instead', () => {
  it('is told of the learner that does so more often', () => {
    expect(between([{ classId: 1, calledId: 0, shareA: 0.03, shareB: 0.411 }])).toEqual([
      'B calls 41 % of the unpainted cup “table”, A 3 %.',
    ]);
    expect(between([{ classId: 0, calledId: 1, shareA: 0.2, shareB: 0 }])).toEqual([
      'A calls 20 % of the unpainted table “cup”, B none of it.',
    ]);
    expect(between([{ classId: 0, calledId: 1, shareA: 0.003, shareB: 0.998 }])).toEqual([
      'B calls over 99 % of the unpainted table “cup”, A under 1 %.',
    ]);
  });

  it('is told of what A calls so where no mask is known', () => {
    expect(between([{ classId: 1, calledId: 0, shareA: 0, shareB: 0.41 }], false)).toEqual([
      'Of the unpainted pixels that A calls cup, B calls 41 % “table”.',
    ]);
  });

  it('keeps names that are not words, and has one for what is no class', () => {
    const found = { classId: 2, calledId: PREDICTED_UNLABELED, shareA: 0, shareB: 0.6 };
    expect(between([found])).toEqual(['B calls 60 % of the unpainted DNA “unlabeled”, A none of it.']);
    expect(between([{ ...found, calledId: 9 }])[0]).toContain('“removed class”');
  });

  it('leaves out what would not show, and all but the largest three', () => {
    const small = { classId: 0, calledId: 1, shareA: 0.5, shareB: 0.502 };
    const large = { ...small, shareB: 0.9 };
    expect(between([small, large, large, large, large])).toHaveLength(3);
    expect(between([small])).toEqual([]);
  });
});

it.each([
  [0, 'A and B say the same everywhere.'],
  [0.001, 'A and B differ on under 1 % of the picture.'],
  [0.234, 'A and B differ on 23 % of the picture.'],
  [1, 'A and B differ on 100 % of the picture.'],
])('a share of %f is told: %s', (differingShare, sentence) => {
  expect(differingWords({ differingShare, isByTruth: false, byClass: [] })).toBe(sentence);
});

it('every setting has a name, and every value one that tells it from the suggested other', () => {
  for (const setting of COMPARED_SETTINGS) {
    const difference = suggestedDifference(DEFAULT_LEARNER_SETTINGS, setting);
    const back = suggestedDifference({ ...DEFAULT_LEARNER_SETTINGS, [setting]: difference.value }, setting);
    expect(COMPARED_SETTING_WORDS[setting].hint).toMatch(/[.?]$/);
    expect(valueName(difference)).not.toBe('');
    if (back.value !== difference.value) expect(valueName(back)).not.toBe(valueName(difference));
  }
});

it('losses are compared where they measure the same', () => {
  expect(hasSameLoss({ setting: 'learningRate', value: 0.1 })).toBe(true);
  expect(hasSameLoss({ setting: 'unlabeled', value: 'asBackground' })).toBe(false);
});
