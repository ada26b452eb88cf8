import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pictureIndexAt } from './pictureOrder.ts';

const epochOf = (epoch: number, count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => pictureIndexAt(epoch * count + i, count, seed));

test('every epoch shows every picture once', () => {
  const epochs = fc.record({
    epoch: fc.nat({ max: 50_000 }),
    count: fc.integer({ min: 1, max: 40 }),
    seed: fc.nat({ max: 0xffff_ffff }),
  });
  fc.assert(
    fc.property(epochs, ({ epoch, count, seed }) => {
      const order = epochOf(epoch, count, seed);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }),
  );
});

test('every order of three pictures comes up about as often as any other', () => {
  const times = new Map<string, number>();
  for (let epoch = 0; epoch < 6000; epoch++) {
    const order = epochOf(epoch, 3, 17).join('');
    times.set(order, (times.get(order) ?? 0) + 1);
  }
  expect(times.size).toBe(6);
  // 1000 each, with a standard deviation of √(6000·1/6·5/6) = 29: five of them to either side.
  for (const count of times.values()) expect(Math.abs(count - 1000)).toBeLessThan(145);
});

test('another seed is another order', () => {
  expect(epochOf(0, 40, 1)).not.toEqual(epochOf(0, 40, 2));
  expect(epochOf(0, 40, 1)).toEqual(epochOf(0, 40, 1));
});
