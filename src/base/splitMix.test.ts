import { expect, test } from 'vitest';
import { hash32 } from './splitMix.ts';

test('a hash depends on every part, on their order and on where a text ends', () => {
  expect(hash32(7, 'a', 3)).toBe(hash32(7, 'a', 3));
  const hashes = [
    hash32(),
    hash32(0),
    hash32(0, 0),
    hash32(7, 'a', 3),
    hash32(8, 'a', 3),
    hash32(7, 'b', 3),
    hash32(7, 'a', 4),
    hash32(3, 'a', 7),
    hash32('ab', 'c'),
    hash32('a', 'bc'),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('hashes of neighbouring numbers fill the range evenly: χ² of 16 bins below its 99.99 % quantile of 44.3', () => {
  const bins = new Array<number>(16).fill(0);
  const count = 16_000;
  for (let strokeId = 1; strokeId <= count; strokeId++) {
    const bin = hash32(1, 'picture', strokeId) >>> 28;
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const expected = count / 16;
  expect(bins.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0)).toBeLessThan(44.3);
});
