import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { upsample } from './upsample.ts';

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

test('follows PyTorch', async () => {
  const y = tf.tidy(() => upsample(tf.tensor4d([1, 2, 3, 5, 7, 11], [1, 2, 3, 1])));
  // torch.nn.functional.interpolate(torch.tensor([[[[1., 2, 3], [5, 7, 11]]]]), scale_factor=2, mode="bilinear")
  const expected = [
    [1, 1.25, 1.75, 2.25, 2.75, 3],
    [2, 2.3125, 2.9375, 3.6875, 4.5625, 5],
    [4, 4.4375, 5.3125, 6.5625, 8.1875, 9],
    [5, 5.5, 6.5, 8, 10, 11],
  ].flat();
  const values = await y.data();
  expected.forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value, 5);
  });
  y.dispose();
});

test('its gradient is the adjoint', async () => {
  const shape = fc.record({
    height: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 5 }),
    channels: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer({ min: 0, max: 1000 }),
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ height, width, channels, seed }) => {
      const [difference] = tf.tidy(() => {
        const x = tf.randomNormal<tf.Rank.R4>([2, height, width, channels], 0, 1, 'float32', seed);
        const dy = tf.randomNormal<tf.Rank.R4>([2, 2 * height, 2 * width, channels], 0, 1, 'float32', seed + 1);
        const gradient = tf.grad((input) => upsample(input as tf.Tensor4D))(x, dy);
        const other = tf.randomNormal<tf.Rank.R4>(x.shape, 0, 1, 'float32', seed + 2);
        return [tf.abs(tf.sub(tf.sum(tf.mul(upsample(other), dy)), tf.sum(tf.mul(other, gradient))))];
      });
      expect((await difference?.data())?.[0]).toBeLessThan(1e-4);
      difference?.dispose();
    }),
    { numRuns: 30 },
  );
});
