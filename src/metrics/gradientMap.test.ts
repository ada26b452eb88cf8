import { expect, test } from 'vitest';
import { UNLABELED } from '../labels/planes.ts';
import { magnitudes, tallyGradient } from './gradientMap.ts';

test('a map is 0 where every channel is, and nowhere else', () => {
  // 1e-45 is the smallest number there is: its square would be 0.
  const gradient = Float32Array.of(0, -0, 1e-45, 0, Number.NaN, 1, -3, 4);
  expect([...magnitudes(gradient, 2)]).toEqual([0, Float32Array.of(1e-45)[0], Number.NaN, 7]);
});

test('pixels are counted by label and by what pulls at them', () => {
  const labels = [0, 1, UNLABELED, UNLABELED, UNLABELED];
  const gradient = Float32Array.of(-1, 1, 0, 0, 0, 0, 0.5, -0.5, -0.1, 0.1);
  const counted = (unlabeledAs: number | null) =>
    tallyGradient({ labels, gradient, channels: 2, unlabeledAs }, magnitudes(gradient, 2));
  const rest = { labeled: 2, labeledZero: 1, unlabeled: 3, unlabeledZero: 1 };
  expect(counted(null)).toEqual({ ...rest, unlabeledPushed: 0 });
  expect(counted(0)).toEqual({ ...rest, unlabeledPushed: 1 });
});
