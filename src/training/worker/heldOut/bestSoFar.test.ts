import { expect, test } from 'vitest';
import { BestSoFar } from './bestSoFar.ts';

/** Steps of the learners that were put back. */
const log: number[] = [];

/** Notes a list of `[step, meanIou]`; the steps that were remembered. */
async function evaluate(best: BestSoFar, scores: readonly (readonly [step: number, meanIou: number])[]) {
  const remembered: number[] = [];
  for (const [step, meanIou] of scores) {
    await best.evaluated(step, meanIou, () => {
      remembered.push(step);
      return Promise.resolve(() => log.push(step));
    });
  }
  return remembered;
}

test('keeps the best learner, the earlier of two alike, and remembers no other', async () => {
  const best = new BestSoFar();
  expect([best.learner, best.restore]).toEqual([null, null]);
  expect(
    await evaluate(best, [
      [5, 0.3],
      [9, 0.2],
      [14, 0.7],
      [20, 0.7],
      [30, 0.6],
    ]),
  ).toEqual([5, 14]);
  expect(best.learner).toEqual({ step: 14, meanIou: 0.7 });
  best.restore?.();
  expect(log).toEqual([14]);
  best.forget(30);
  expect(best.learner).toBeNull();
  expect(await evaluate(best, [[40, 0.1]])).toEqual([40]);
});

test('patience counts steps and evaluations since the best, and ends with both', async () => {
  const best = new BestSoFar();
  expect(best.isOverdue(1000, 10)).toBe(false);
  await evaluate(best, [
    [10, 0.5],
    [15, 0.4],
    [30, 0.5],
  ]);
  // Twenty steps, but only two evaluations.
  expect(best.isOverdue(30, 10)).toBe(false);
  await evaluate(best, [[31, 0.5]]);
  expect(best.isOverdue(31, 10)).toBe(true);
  expect(best.isOverdue(31, 21)).toBe(true);
  expect(best.isOverdue(31, 22)).toBe(false);
  expect(best.isOverdue(31, 0)).toBe(false);
  // A better one, and patience is new.
  await evaluate(best, [[32, 0.6]]);
  expect(best.isOverdue(42, 10)).toBe(false);
});

test('patience starts over where training goes on, the best stays', async () => {
  const best = new BestSoFar();
  await evaluate(best, [
    [10, 0.5],
    [20, 0.4],
    [30, 0.4],
    [40, 0.4],
  ]);
  expect(best.isOverdue(40, 30)).toBe(true);
  best.waitFrom(40);
  expect(best.isOverdue(40, 30)).toBe(false);
  await evaluate(best, [
    [50, 0.4],
    [60, 0.4],
    [70, 0.4],
  ]);
  expect(best.isOverdue(70, 30)).toBe(true);
  expect(best.learner?.step).toBe(10);
});
