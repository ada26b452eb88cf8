import { expect, it } from 'vitest';
import { NETWORK_KINDS, type NetworkSettings } from '../../settings/learner.ts';
import { numbersPerPixel, passCost } from './passCost.ts';
import { networkFor } from './registry.ts';

/** Channels of MobileNetV2's widest map at the size that its picture has: the second block's 16, six times over. */
const WIDEST_MAP = 96;

const networks = NETWORK_KINDS.flatMap((kind) =>
  ([1, 2, 4] as const).map((stride): NetworkSettings => ({ kind, width: 16, depth: 3, stride })),
);

it.each(networks)(
  'the largest map is the widest at the picture’s own size: $kind, reduced $stride times',
  (settings) => {
    const network = networkFor(settings);
    const widest = (settings.kind === 'pretrained' ? WIDEST_MAP : settings.width) / settings.stride ** 2;
    // The picture has three channels, the logits two or nine.
    expect(numbersPerPixel(network, 2)).toBe(Math.max(widest, 3));
    expect(numbersPerPixel(network, 9)).toBe(Math.max(widest, 9));
    const { largestBytes, totalBytes } = passCost(network, 2, { batch: 3, width: 64, height: 32 });
    expect(largestBytes).toBe(4 * 3 * 64 * 32 * Math.max(widest, 3));
    expect(totalBytes).toBeGreaterThan(largestBytes);
  },
);

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
