import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classWeights } from './classBalance.ts';

test('worked by hand', () => {
  expect(classWeights([4, 16], 'none')).toBeNull();
  // 1/√: ½ and ¼, mean ⅜. 1/count: ¼ and 1/16, mean 5/32.
  expect(classWeights([4, 16], 'inverseSqrt')).toEqual([4 / 3, 2 / 3]);
  expect(classWeights([4, 16], 'inverse')).toEqual([8 / 5, 2 / 5]);
  expect(classWeights([4, 0, 16], 'inverse')).toEqual([8 / 5, 1, 2 / 5]);
});

test('the mean over present classes is 1, and rarer classes weigh more', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 32 });
  fc.assert(
    fc.property(counts, fc.constantFrom('inverseSqrt' as const, 'inverse' as const), (list, balance) => {
      const weights = classWeights(list, balance) ?? [];
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
