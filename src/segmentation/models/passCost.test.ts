import { expect, it } from 'vitest';
import { NETWORK_KINDS, type NetworkSettings } from '../../settings/learner.ts';
import { passCost } from './passCost.ts';
import { networkFor } from './registry.ts';

const networks = NETWORK_KINDS.flatMap((kind) =>
  ([1, 2, 4] as const).map((stride): NetworkSettings => ({ kind, width: 16, depth: 3, stride })),
);

it.each(networks)('the largest map is what the network says of itself: $kind, reduced $stride times', (settings) => {
  const network = networkFor(settings);
  const { largestBytes, totalBytes } = passCost(network, 2, { batch: 3, width: 64, height: 32 });
  const numbers = Math.max(network.mapChannels, 3);
  expect(largestBytes).toBe(4 * 3 * 64 * 32 * numbers);
  expect(totalBytes).toBeGreaterThan(largestBytes);
});

it('is in proportion to the pictures and their area', () => {
  const network = networkFor({ kind: 'pretrained', width: 16, depth: 4, stride: 1 });
  const one = passCost(network, 5, { batch: 1, width: 64, height: 64 });
  const many = passCost(network, 5, { batch: 4, width: 128, height: 64 });
  expect(many).toEqual({
    largestBytes: 8 * one.largestBytes,
    totalBytes: 8 * one.totalBytes,
    flops: 8 * one.flops,
  });
});

it('counts two operations for every product of a convolution', () => {
  // 3 × 3 taps of 3 channels into 4, then 4 into 2 logits.
  const { flops } = passCost(networkFor({ kind: 'unet', width: 4, depth: 1, stride: 1 }), 2, {
    batch: 1,
    width: 8,
    height: 8,
  });
  expect(flops).toBe(2 * 64 * (9 * 3 * 4 + 4 * 2));
});
