import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { learningRateAt, type ScheduleConfig } from './schedule.ts';
import {
  budgetNumbers,
  budgetOf,
  continuedBudget,
  positionAt,
  type StepBudget,
  stretchedBudget,
  wholeBudget,
} from './stepBudget.ts';

const COSINE: ScheduleConfig = { schedule: 'cosine', learningRate: 0.02, stepBudget: 120, continueRate: 0.1 };

interface TakenStep {
  readonly rate: number;
  readonly end: number;
}

function stretched(budget: StepBudget, step: number, config: ScheduleConfig): StepBudget {
  return stretchedBudget(budget, step, learningRateAt(step, config, budget) / config.learningRate, config);
}

/** A run to its end in which new labels come before these steps; every step's rate and the end that was then in view. */
function run(config: ScheduleConfig, newLabelsAt: readonly number[]): TakenStep[] {
  let budget = wholeBudget(config.stepBudget);
  const taken: TakenStep[] = [];
  for (let step = 0; step < budget.end; step++) {
    if (newLabelsAt.includes(step)) budget = stretched(budget, step, config);
    taken.push({ rate: learningRateAt(step, config, budget), end: budget.end });
  }
  return taken;
}

const configs: fc.Arbitrary<ScheduleConfig> = fc.record({
  schedule: fc.constantFrom('cosine' as const, 'oneCycle' as const),
  learningRate: fc.double({ min: 1e-4, max: 1, noNaN: true }),
  stepBudget: fc.integer({ min: 2, max: 150 }),
  continueRate: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** A run with new labels at up to six of its steps, the first of which may be late. */
const runs = configs.chain((config) =>
  fc.record({
    config: fc.constant(config),
    newLabelsAt: fc.uniqueArray(fc.integer({ min: 1, max: 2 * config.stepBudget }), { maxLength: 6 }),
  }),
);

/** How far neighbouring rates of these may lie apart. */
function largestStep(rates: readonly number[]): number {
  return Math.max(0, ...rates.slice(1).map((rate, i) => Math.abs(rate - (rates[i] ?? 0))));
}

describe('new labels during a run', () => {
  test('leave at least half a budget of steps, and never take any away', () => {
    fc.assert(
      fc.property(runs, ({ config, newLabelsAt }) => {
        const taken = run(config, newLabelsAt);
        taken.forEach(({ end }, step) => {
          expect(end).toBeGreaterThanOrEqual(taken[step - 1]?.end ?? config.stepBudget);
          if (newLabelsAt.includes(step)) expect(end - step).toBeGreaterThanOrEqual(config.stepBudget / 2);
        });
        expect(taken).toHaveLength(taken.at(-1)?.end ?? 0);
      }),
    );
  });

  test('change no rate before them, and none is above the highest', () => {
    fc.assert(
      fc.property(runs, ({ config, newLabelsAt }) => {
        const untouched = run(config, []);
        const taken = run(config, newLabelsAt);
        const first = Math.min(...newLabelsAt, untouched.length);
        expect(taken.slice(0, first).map(({ rate }) => rate)).toEqual(
          untouched.slice(0, first).map(({ rate }) => rate),
        );
        for (const { rate } of taken) expect(rate).toBeLessThanOrEqual(config.learningRate);
        for (const { rate } of taken) expect(rate).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('make the rate jump no more than the schedule itself does, or half a cosine from the continue rate', () => {
    fc.assert(
      fc.property(runs, ({ config, newLabelsAt }) => {
        const { learningRate, stepBudget, continueRate } = config;
        const own = largestStep(run(config, []).map(({ rate }) => rate));
        const climb = (learningRate * Math.PI) / (2 * stepBudget);
        // The floor sinks over at least a quarter of the budget, rounded as the budget's shares are.
        const steps = Math.ceil(stepBudget / 2) - Math.ceil(stepBudget / 4);
        const sink = (learningRate * continueRate * Math.PI) / (2 * Math.max(1, steps));
        const allowed = Math.max(own, climb, sink) * (1 + 1e-6);
        expect(largestStep(run(config, newLabelsAt).map(({ rate }) => rate))).toBeLessThanOrEqual(allowed);
      }),
    );
  });

  test('get the continue rate until they are old, but for the climb to it', () => {
    fc.assert(
      fc.property(runs, ({ config, newLabelsAt }) => {
        const { learningRate, stepBudget, continueRate } = config;
        const taken = run(config, newLabelsAt);
        for (const at of newLabelsAt.filter((step) => step < taken.length)) {
          for (let step = at; step < at + stepBudget / 4; step++) {
            const climbed = ((step - at) * Math.PI) / (2 * stepBudget);
            const least = learningRate * Math.min(continueRate, climbed) * (1 - 1e-6);
            expect(taken[step]?.rate).toBeGreaterThanOrEqual(least);
          }
        }
      }),
    );
  });

  it('spread what is left of the schedule: nothing restarts', () => {
    const budget = stretched(wholeBudget(120), 84, COSINE);
    expect(budget.end).toBe(144);
    const positions = Array.from({ length: 61 }, (_, i) => positionAt(84 + i, budget, 120));
    expect(positions[0]).toBe(84);
    expect(positions.at(-1)).toBe(120);
    const steps = positions.slice(1).map((position, i) => position - (positions[i] ?? 0));
    for (const step of steps) expect(step).toBeCloseTo(36 / 60, 12);
    // cos(π·84/120), by hand; ten steps later the schedule stands at step 90.
    expect(learningRateAt(84, COSINE, budget)).toBeCloseTo(0.01 * (1 - 0.587_785_252), 10);
    expect(learningRateAt(94, COSINE, budget)).toBeCloseTo(0.01 * (1 - Math.SQRT1_2), 10);
  });

  it('leave the rates of a run alone where half of its steps are still to come and the rate is high', () => {
    const rates = (labels: number[]) => run(COSINE, labels).map(({ rate }) => rate);
    expect(rates([10, 40])).toEqual(rates([]));
  });
});

describe('after the budget', () => {
  it('new labels get the continue rate at once, then half a cosine to nothing, over half a budget', () => {
    const budget = stretched(wholeBudget(120), 120, COSINE);
    expect(budget.end).toBe(180);
    const shares = Array.from({ length: 60 }, (_, i) => learningRateAt(120 + i, COSINE, budget) / 0.02);
    for (const share of shares.slice(0, 31)) expect(share).toBeCloseTo(0.1, 9);
    expect(shares[45]).toBeCloseTo(0.05, 9);
    expect(shares[59]).toBeLessThan(0.001);
  });

  it('Continue without any gives another whole budget at the continue rate', () => {
    const budget = continuedBudget(120, 120);
    expect(budget.end).toBe(240);
    for (const step of [120, 121, 180, 239, 240]) expect(learningRateAt(step, COSINE, budget)).toBe(0.02 * 0.1);
    // New labels on the way take none of it away.
    const later = stretched(budget, 150, COSINE);
    for (const step of [150, 200, 239]) expect(learningRateAt(step, COSINE, later)).toBeCloseTo(0.02 * 0.1, 9);
  });
});

describe('as numbers', () => {
  test('a stretched budget comes back as it was, and its rates with it', () => {
    fc.assert(
      fc.property(runs, ({ config, newLabelsAt }) => {
        let budget = wholeBudget(config.stepBudget);
        for (const step of newLabelsAt.toSorted((a, b) => a - b)) budget = stretched(budget, step, config);
        expect(budgetOf(budgetNumbers(budget))).toEqual(budget);
        expect(budgetOf(budgetNumbers(continuedBudget(7, config.stepBudget)))).toEqual(
          continuedBudget(7, config.stepBudget),
        );
      }),
    );
  });

  it.each([
    [[]],
    [[10, 0]],
    [[10, 10, 0]],
    [[10.5, 0, 0]],
    [[Number.NaN, 0, 0]],
    [[10, 0, Number.POSITIVE_INFINITY]],
    [[10, 0, 0, 5, 2, 8, 9]],
    [[10, 0, 0, 5, 0.5, 9, 8]],
    [[10, 0, 0, -1, 0.5, 8, 9]],
  ])('%j are none', (numbers) => {
    expect(budgetOf(Float32Array.from(numbers))).toBeNull();
  });
});
