import { expect, it } from 'vitest';
import { Series } from './series.ts';

it('keeps every point while there is room', () => {
  const series = new Series();
  for (let i = 0; i < 100; i++) series.push(i, i * i);
  const { x, y } = series.view();
  expect([...x]).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(y[9]).toBe(81);
});

it('stays bounded, ordered and unbiased over a hundred thousand points', () => {
  const series = new Series();
  for (let i = 0; i < 100_000; i++) series.push(i, 3 * i + 1);
  const { x, y } = series.view();
  expect(x.length).toBeLessThanOrEqual(2048);
  expect(x.length).toBeGreaterThan(1000);
  for (let i = 0; i < x.length; i++) {
    if (i > 0) expect(x[i]).toBeGreaterThan(x[i - 1] ?? Number.POSITIVE_INFINITY);
    // A straight line stays on the line under averaging.
    expect(y[i]).toBeCloseTo(3 * (x[i] ?? 0) + 1, 6);
  }
  expect(x[x.length - 1]).toBeGreaterThan(99_000);
  // As fine at its beginning as at its end, but for the places where it became coarser.
  const gaps = [...x.slice(1)].map((each, i) => each - (x[i] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(2 * Math.min(...gaps));
});

it('starts over when cleared', () => {
  const series = new Series();
  for (let i = 0; i < 5000; i++) series.push(i, 1);
  series.clear();
  series.push(7, 8);
  expect([...series.view().x]).toEqual([7]);
  expect([...series.view().y]).toEqual([8]);
});
