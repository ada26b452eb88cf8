import { expect, test } from 'vitest';
import { fixture } from './optimizerFixture.ts';
import { learningRateAt, type ScheduleConfig } from './schedule.ts';
import { continuedBudget } from './stepBudget.ts';

const stepBudget = 20;
const configOf = (schedule: ScheduleConfig['schedule'], budget = stepBudget): ScheduleConfig => ({
  schedule,
  learningRate: 0.01,
  stepBudget: budget,
  continueRate: 0.25,
});
const rates = (schedule: ScheduleConfig['schedule'], budget = stepBudget) =>
  Array.from({ length: budget }, (_, step) => learningRateAt(step, configOf(schedule, budget)));

test.each(['cosine', 'oneCycle'] as const)('%s follows PyTorch over its budget', (schedule) => {
  rates(schedule).forEach((rate, step) => {
    expect(rate).toBeCloseTo(fixture[schedule][step] ?? Number.NaN, 12);
  });
});

test('constant stays, within and past the budget', () => {
  expect(new Set(rates('constant', 30))).toEqual(new Set([0.01]));
});

test.each(['cosine', 'oneCycle'] as const)('%s continues at a low constant rate past its budget', (schedule) => {
  const config = configOf(schedule);
  for (const step of [stepBudget, stepBudget + 1, stepBudget * 10]) {
    expect(learningRateAt(step, config)).toBe(0.01 * 0.25);
    // Whether the learner was told to continue or takes single steps.
    expect(learningRateAt(step, config, continuedBudget(stepBudget, stepBudget))).toBe(0.01 * 0.25);
  }
});

test.each([1, 2, 3, 4])('a budget of %i steps has finite positive rates', (budget) => {
  for (const schedule of ['cosine', 'oneCycle'] as const) {
    for (const rate of rates(schedule, budget)) {
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThanOrEqual(0.01);
    }
  }
});
