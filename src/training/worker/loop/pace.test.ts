import { expect, test } from 'vitest';
import { Pace, PredictionPace } from './pace.ts';

/** The bursts' sizes when every step takes `msPerStep`. */
function sizes(msPerStep: number, bursts: number): number[] {
  const pace = new Pace();
  let nowMs = 0;
  return Array.from({ length: bursts }, () => {
    const { steps } = pace;
    nowMs += steps * msPerStep;
    pace.ended(nowMs, steps);
    return steps;
  });
}

test('two bursts of quick steps take at most 50 ms, and slow steps go one by one', () => {
  for (const msPerStep of [0.2, 1, 3, 7, 12, 24]) {
    expect(2 * Math.max(...sizes(msPerStep, 20)) * msPerStep).toBeLessThanOrEqual(50);
  }
  expect(new Set(sizes(30, 10))).toEqual(new Set([1]));
  expect(new Set(sizes(3000, 10))).toEqual(new Set([1]));
});

test('quick steps are handed over several at a time, after the first two', () => {
  expect(sizes(2, 3)).toEqual([1, 1, 10]);
  expect(sizes(0.1, 3)).toEqual([1, 1, 16]);
});

test('a pause is not a slow step', () => {
  const pace = new Pace();
  pace.ended(0, 1);
  pace.ended(4, 1);
  expect(pace.steps).toBe(5);
  pace.interrupted();
  pace.ended(10_000, 5);
  expect(pace.steps).toBe(5);
  pace.clear();
  expect(pace.steps).toBe(1);
});

test('predictions take a third of the time at most, and come no closer than 200 ms', () => {
  const pace = new PredictionPace();
  expect(pace.isDue(0)).toBe(true);
  pace.ended(0, 10);
  expect([209, 210].map((nowMs) => pace.isDue(nowMs))).toEqual([false, true]);
  pace.ended(1000, 2000);
  expect([3999, 4000].map((nowMs) => pace.isDue(nowMs))).toEqual([false, true]);
  pace.clear();
  expect(pace.isDue(2001)).toBe(true);
});
