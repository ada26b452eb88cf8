import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BalanceSettings,
  changesForBalance,
  classWeights,
  customWeightsFrom,
  weightsOfClasses,
} from './classBalance.ts';
import { DEFAULT_LEARNER_SETTINGS } from './learner.ts';
import { parseLearnerSettings } from './parse.ts';

const classesOf = (counts: readonly number[]) => counts.map((count, i) => ({ classId: 3 * i, count }));
const automatic = (classBalance: 'none' | 'inverseSqrt' | 'inverse'): BalanceSettings => ({
  classBalance,
  customClassWeights: {},
});

test('worked by hand', () => {
  expect(classWeights(classesOf([4, 16]), automatic('none'))).toBeNull();
  // 1/√: ½ and ¼, mean ⅜. 1/count: ¼ and 1/16, mean 5/32.
  expect(classWeights(classesOf([4, 16]), automatic('inverseSqrt'))).toEqual([4 / 3, 2 / 3]);
  expect(classWeights(classesOf([4, 16]), automatic('inverse'))).toEqual([8 / 5, 2 / 5]);
  expect(classWeights(classesOf([4, 0, 16]), automatic('inverse'))).toEqual([8 / 5, 1, 2 / 5]);
});

const counts = fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 11 });
const balance = fc.constantFrom('inverseSqrt' as const, 'inverse' as const);

test('the mean over present classes is 1, and rarer classes weigh more', () => {
  fc.assert(
    fc.property(counts, balance, (list, classBalance) => {
      const weights = classWeights(classesOf(list), automatic(classBalance)) ?? [];
      const present = list.flatMap((count, i) => (count > 0 ? [{ count, weight: weights[i] ?? Number.NaN }] : []));
      if (present.length > 0) {
        expect(present.reduce((sum, { weight }) => sum + weight, 0) / present.length).toBeCloseTo(1, 9);
      }
      for (const a of present)
        for (const b of present) {
          if (a.count < b.count) expect(a.weight).toBeGreaterThan(b.weight);
        }
      expect(weights.every((weight) => Number.isFinite(weight) && weight > 0)).toBe(true);
    }),
  );
});

describe('custom weights', () => {
  test('are taken as they are, 0 too, and are 1 where none was chosen', () => {
    const settings: BalanceSettings = { classBalance: 'custom', customClassWeights: { 0: 0, 6: 2.5 } };
    expect(classWeights(classesOf([4, 16, 9]), settings)).toEqual([0, 1, 2.5]);
  });

  test('begin with what the former balance gave', () => {
    const classes = classesOf([4, 0, 16]);
    expect(changesForBalance(automatic('inverseSqrt'), 'custom', classes)).toEqual({
      classBalance: 'custom',
      customClassWeights: { 0: 1.33, 3: 1, 6: 0.667 },
    });
    expect(changesForBalance(automatic('none'), 'custom', classes)).toEqual({
      classBalance: 'custom',
      customClassWeights: {},
    });
  });

  test('of a person who looked at another balance meanwhile are still there', () => {
    const own: BalanceSettings = { classBalance: 'custom', customClassWeights: { 3: 0.2 } };
    const away = { ...own, ...changesForBalance(own, 'inverse', classesOf([4, 16])) };
    expect(away.classBalance).toBe('inverse');
    expect({ ...away, ...changesForBalance(away, 'custom', classesOf([4, 16])) }).toEqual(own);
  });

  test('taken over are those of the balance but for a common factor, and within what may be chosen', () => {
    fc.assert(
      fc.property(counts, balance, (list, classBalance) => {
        const classes = classesOf(list);
        const weights = classWeights(classes, automatic(classBalance)) ?? [];
        const customClassWeights = customWeightsFrom(classes, classBalance);
        const settings = { ...DEFAULT_LEARNER_SETTINGS, classBalance: 'custom', customClassWeights } as const;
        expect(parseLearnerSettings(settings)).toEqual(settings);
        const taken = classWeights(classes, settings) ?? [];
        const factor = Math.min(1, 10 / Math.max(...weights));
        // Half a unit in the third digit.
        taken.forEach((weight, i) => {
          expect(Math.abs(weight / ((weights[i] as number) * factor) - 1)).toBeLessThan(0.00501);
        });
      }),
    );
  });

  test('of classes that are gone drop out', () => {
    const weights = { 0: 2, 3: 0, 6: 1 };
    expect(weightsOfClasses(weights, [3, 6, 9])).toEqual({ 3: 0, 6: 1 });
    expect(weightsOfClasses(weights, [6, 3, 0])).toBe(weights);
  });
});
