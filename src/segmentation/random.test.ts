import { expect, test } from 'vitest';
import { Random } from './random.ts';

test('is xoshiro128** 1.1', () => {
  // Produced by Blackman and Vigna's reference program from the state 1, 2, 3, 4; the vector of Rust's rand_xoshiro.
  const random = Random.fromState([1, 2, 3, 4]);
  const numbers = Array.from({ length: 10 }, () => random.nextUint32());
  expect(numbers).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

test('a saved state goes on where it was', () => {
  const random = Random.fromSeed(42);
  for (let i = 0; i < 7; i++) random.nextUint32();
  const twin = Random.fromState(random.state);
  expect(Array.from({ length: 20 }, () => twin.normal())).toEqual(Array.from({ length: 20 }, () => random.normal()));
});

test('seeds and streams differ', () => {
  const first = (seed: number, stream: number) => Random.fromSeed(seed, stream).nextUint32();
  expect(new Set([first(1, 0), first(2, 0), first(1, 1), first(2, 1), first(0, 0)]).size).toBe(5);
});

test('moments of the distributions', () => {
  const random = Random.fromSeed(7);
  const n = 40_000;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const value = random.normal();
    sum += value;
    squares += value * value;
  }
  // Four standard errors: 1/√n of the mean, √(2/n) of the variance.
  expect(Math.abs(sum / n)).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.abs(squares / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  const counts = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const index = random.integer(0, 2);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count / n - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / n));
});

test('four zero words are refused', () => {
  expect(() => Random.fromState([0, 0, 0, 0])).toThrow(RangeError);
});
