import { expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import {
  BENCH_LAYERS,
  type BenchLayer,
  benchSetup,
  describeBenchNetwork,
  stepWork,
  weightsOf,
} from './benchNetwork.ts';

test('every map fits the layer that reads it, and the logits have the picture’s size', () => {
  interface FeatureMap {
    readonly sidePx: number;
    readonly channels: number;
  }
  const seen: BenchLayer[] = [];
  const logits = describeBenchNetwork<FeatureMap>(
    {
      convolution(x, layer) {
        expect(x.channels).toBe(layer.inputs);
        seen.push(layer);
        return { sidePx: x.sidePx / layer.stride, channels: layer.outputs };
      },
      upsample: ({ sidePx, channels }) => ({ sidePx: 2 * sidePx, channels }),
      concat(enlarged, skip) {
        expect(enlarged.sidePx).toBe(skip.sidePx);
        return { sidePx: skip.sidePx, channels: enlarged.channels + skip.channels };
      },
    },
    { sidePx: 64, channels: 3 },
  );
  expect(logits).toEqual({ sidePx: 64, channels: 4 });
  expect(seen).toEqual(BENCH_LAYERS);
});

test('the same size gives the same problem, about a tenth labeled, all four classes among it', () => {
  const setup = benchSetup(64, 'adam');
  const again = benchSetup(64, 'sgd');
  expect(again.picture).toEqual(setup.picture);
  expect(again.labels).toEqual(setup.labels);
  expect([...again.weights]).toEqual([...setup.weights]);
  const labeled = setup.labels.filter((label) => label !== UNLABELED);
  expect(labeled.length / setup.labels.length).toBeGreaterThan(0.08);
  expect(labeled.length / setup.labels.length).toBeLessThan(0.12);
  expect(new Set(labeled)).toEqual(new Set([0, 1, 2, 3]));
});

test('kernels and biases have the lengths that their layers need', () => {
  const setup = benchSetup(8, 'sgd');
  for (const { name, kernel, inputs, outputs } of BENCH_LAYERS) {
    expect(weightsOf(setup, `${name}/kernel`)).toHaveLength(kernel * kernel * inputs * outputs);
    expect(weightsOf(setup, `${name}/bias`)).toHaveLength(outputs);
  }
  expect(() => weightsOf(setup, 'neck/bias')).toThrow('neck/bias');
});

test('the work of a step is what a calculation by hand gives', () => {
  // Multiplications of a forward pass at 4 px: pixels · taps · inputs · outputs of the six layers.
  const forward = [16 * 432, 4 * 4608, 1 * 18432, 4 * 27648, 16 * 6912, 16 * 64];
  const total = forward.reduce((sum, products) => sum + products, 0);
  expect(stepWork(4).flop).toBe(2 * (3 * total - 16 * 432));
  // Numbers in input, weights and output of each layer.
  const numbers = [
    48 + 432 + 256,
    256 + 4608 + 128,
    128 + 18432 + 64,
    384 + 27648 + 128,
    768 + 6912 + 256,
    256 + 64 + 64,
  ];
  expect(stepWork(4).bytes).toBe(4 * (3 * numbers.reduce((sum, n) => sum + n, 0) - (48 + 432 + 256)));
});
