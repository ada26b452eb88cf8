import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { GpuTuning } from '../../../settings/gpuTuning.ts';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { IS_LONG } from '../../effortTestTools.ts';
import { pretendHardware } from '../webgpu/webgpuTilingTestTools.ts';
import {
  ALL,
  type ConvolutionCase,
  computed,
  computedFilterGradient,
  convolutions,
  definition,
  type Extras,
  extras,
  integers,
  largestDifference,
  largestShareOfRounding,
  operands,
  PLAIN,
  SQUARE,
  shapes,
  waves,
} from './convolutionTestTools.ts';
import { plannedConvolutions } from './webgpuConvolution.ts';

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
});
afterEach(() => pretendHardware(false));

test('convolution and gradients are those of the definition', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(convolutions(2), extras, fc.boolean(), async (c, extra, hardware) => {
      pretendHardware(hardware);
      const given = operands(c, waves);
      const found = await computed(c, given, extra);
      expect(found.shape).toEqual(shapes(c).y);
      expect(largestShareOfRounding(found, c, given, extra)).toBeLessThanOrEqual(1);
      expect(await computedFilterGradient(c, given)).toEqual(found.filterGradient);
      const whole = operands(c, integers);
      expect(largestDifference(await computed(c, whole, extra), definition(c, whole, extra))).toBe(0);
    }),
    { numRuns: IS_LONG ? 200 : 6 },
  );
});

test('many large tiles, and rests of them', { timeout: 300_000 }, async () => {
  const cases: [ConvolutionCase, Extras][] = [
    [{ ...SQUARE, height: 67, width: 61, outputs: 20 }, ALL],
    [{ ...SQUARE, height: 45, width: 50, inputs: 8, outputs: 16, strides: [2, 2] }, PLAIN],
    [{ ...SQUARE, height: 40, width: 30, inputs: 4, outputs: 8, dilations: [4, 2] }, PLAIN],
  ];
  const more: [ConvolutionCase, Extras][] = [
    [{ ...SQUARE, batch: 2, height: 33, width: 35, inputs: 12, outputs: 6 }, PLAIN],
    [{ ...SQUARE, height: 44, width: 50, inputs: 5, outputs: 12, strides: [2, 2], kernel: [4, 4] }, PLAIN],
    [{ ...SQUARE, height: 40, width: 42, inputs: 16, outputs: 5, kernel: [1, 1] }, ALL],
  ];
  for (const [c, extra] of IS_LONG ? [...cases, ...more] : cases) {
    const given = operands(c, integers);
    const expected = definition(c, given, extra);
    for (const hardware of [false, true]) {
      pretendHardware(hardware);
      expect(largestDifference(await computed(c, given, extra), expected)).toBe(0);
    }
  }
});

// What a graphics processor may be tuned to: every way of reading the input, few and many sums, small and large workgroups.
test.each<Partial<GpuTuning>>([
  { inputReads: 'pairs', sums: 16, workgroupSize: 128 },
  { inputReads: 'vectors', sums: 64, workgroupSize: 256 },
  { inputReads: 'workgroup', sums: 64, workgroupSize: 256 },
  { inputReads: 'workgroup', sums: 16, workgroupSize: 128, wantedInvocations: 1 << 15 },
])('tuned: %o', { timeout: 300_000 }, async (tuning) => {
  const cases: [ConvolutionCase, Extras][] = [
    [{ ...SQUARE, height: 37, width: 31, inputs: 8, outputs: 24 }, ALL],
    [{ ...SQUARE, batch: 2, height: 20, width: 22, inputs: 4, outputs: 8, strides: [2, 2], kernel: [4, 4] }, PLAIN],
    [{ ...SQUARE, height: 19, width: 21, inputs: 8, outputs: 4, dilations: [2, 4] }, PLAIN],
  ];
  pretendHardware(true, tuning);
  for (const [c, extra] of IS_LONG ? cases : cases.slice(0, 2)) {
    const given = operands(c, integers);
    expect(largestDifference(await computed(c, given, extra), definition(c, given, extra))).toBe(0);
  }
  const plans = plannedConvolutions(tf.backend() as WebGPUBackend).filter(
    ({ plan }) => plan.order === 'taps' && plan.workgroupSize === tuning.workgroupSize,
  );
  expect(plans.length).toBeGreaterThan(0);
  for (const { plan } of plans) {
    expect(plan.body.sums).toBeLessThanOrEqual(tuning.sums ?? 0);
    if (tuning.inputReads === 'pairs') expect(plan.chunk).toBeLessThanOrEqual(2);
  }
  const shared = plans.filter(({ plan }) => plan.inputTile !== null);
  expect(shared.length > 0).toBe(tuning.inputReads === 'workgroup');
});

test('the same as on the cpu backend', async () => {
  const c: ConvolutionCase = { ...SQUARE, height: 9, width: 12, inputs: 7, outputs: 6, strides: [2, 2] };
  const given = operands(c, waves);
  const gradients = async () => {
    const [x, filter] = [tf.tensor(given.x, shapes(c).x), tf.tensor(given.filter, shapes(c).filter)];
    const dy = tf.tensor(given.dy, shapes(c).y);
    const f = (a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 'same');
    const results = tf.tidy(() => [f(x, filter), ...tf.grads(f)([x, filter], dy)]);
    const values = await Promise.all(results.map((result) => result.data()));
    tf.dispose([x, filter, dy, ...results]);
    return values.map((value) => [...value]);
  };
  const ours = await gradients();
  await startBackend('cpu', WASM_PATHS);
  const reference = await gradients();
  await tf.setBackend('webgpu');
  ours.forEach((values, i) => {
    values.forEach((value, j) => {
      expect(value).toBeCloseTo(reference[i]?.[j] as number, 5);
    });
  });
});

test('padding by one number', async () => {
  for (const pad of [0, 2]) {
    const c: ConvolutionCase = { ...SQUARE, height: 9, width: 7, pad, strides: [2, 2], outputs: 6 };
    const given = operands(c, integers);
    expect(largestDifference(await computed(c, given, ALL), definition(c, given, ALL))).toBe(0);
  }
});

test('equal inputs give equal bits', async () => {
  const c = { ...SQUARE, batch: 2, width: 13 };
  const given = operands(c, waves);
  expect(await computed(c, given, ALL)).toEqual(await computed(c, given, ALL));
});

test('a long sum is at least as accurate as one added up serially in single precision', async () => {
  const c: ConvolutionCase = { ...SQUARE, height: 4, width: 4, inputs: 1000, outputs: 1 };
  const above = (i: number) => Math.sin(1.7 * i) + 1;
  const given = operands(c, [above, above, above]);
  const truth = definition(c, given, PLAIN).y;
  const found = (await computed(c, given, PLAIN)).y;
  // The pixel at (1, 1) meets all taps: the nine products of each input channel are added up first, then these sums.
  const [pixel, taps] = [5, 9];
  let serial = 0;
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < c.inputs; i++) {
      const x = given.x[(Math.floor(tap / 3) * c.width + (tap % 3)) * c.inputs + i] as number;
      serial = Math.fround(serial + Math.fround(x * (given.filter[tap * c.inputs + i] as number)));
    }
  }
  const expected = truth[pixel] as number;
  expect(Math.abs((found[pixel] as number) - expected)).toBeLessThanOrEqual(Math.abs(serial - expected));
  // The errors' bound of such a sum (Higham 2002, section 4.2).
  expect(Math.abs((found[pixel] as number) - expected)).toBeLessThan((c.inputs + taps) * 2 ** -24 * expected);
});

test('what lies beyond the edge is zero, whatever the edge holds', async () => {
  const [kept, padded] = tf.tidy(() => {
    const x = tf.tensor4d([1, 1, 1, Number.POSITIVE_INFINITY], [1, 1, 4, 1]);
    const left = tf.tensor4d([1, 0], [1, 2, 1, 1]);
    const around = (before: number, after: number): tf.backend_util.ExplicitPadding => [
      [0, 0],
      [0, 0],
      [before, after],
      [0, 0],
    ];
    return [tf.conv2d(tf.reverse(x, 2), left, 1, around(3, 0)), tf.conv2d(x, left, 1, around(0, 3))] as const;
  });
  // The left tap alone counts; the right one's zero meets the infinite pixel once, and 0 · ∞ is NaN.
  expect([...(await kept.data())]).toEqual([0, 0, Number.NaN, Number.POSITIVE_INFINITY, 1, 1]);
  expect([...(await padded.data())]).toEqual([1, 1, Number.NaN, Number.POSITIVE_INFINITY, 0, 0]);
  tf.dispose([kept, padded]);
});

test.each([
  ['relu', 9],
  ['relu6', 6],
] as const)('%s keeps NaN', async (activation, nine) => {
  const y = tf.tidy(() => {
    const x = tf.tensor4d([Number.NaN, -2, 3, 0, 9, 6], [1, 2, 3, 1]);
    return tf.fused.conv2d({ x, filter: tf.ones([1, 1, 1, 1]), strides: 1, pad: 'same', activation });
  });
  expect([...(await y.data())]).toEqual([Number.NaN, 0, 3, 0, nine, 6]);
  y.dispose();
});

test('an addend or a bias that does not fit is refused', () => {
  tf.tidy(() => {
    const [x, filter] = [tf.ones([1, 4, 4, 3]), tf.ones([3, 3, 3, 8])];
    const attrs = { strides: [1, 1], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC', activation: 'relu' };
    const fused = (extra: tf.NamedTensorMap) => tf.engine().runKernel(tf.FusedConv2D, { x, filter, ...extra }, attrs);
    expect(() => fused({ addend: tf.ones([1, 4, 4, 7]) })).toThrow(RangeError);
    expect(() => fused({ bias: tf.ones([7]) })).toThrow(RangeError);
    expect(() => fused({ bias: tf.ones([8]) })).not.toThrow();
  });
});

test('other activations and channels first go to the stock kernels', async () => {
  const [elu, first] = tf.tidy(() => {
    const [x, filter] = [tf.fill<tf.Rank.R4>([1, 2, 3, 1], 20), tf.ones<tf.Rank.R4>([1, 1, 1, 1])];
    const channelsFirst = tf.transpose(x, [0, 3, 1, 2]) as tf.Tensor4D;
    return [
      tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', activation: 'elu' }),
      tf.conv2d(channelsFirst, filter, 1, 'same', 'NCHW'),
    ] as const;
  });
  expect([...(await elu.data())]).toEqual(Array(6).fill(20));
  expect(first.shape).toEqual([1, 1, 2, 3]);
  expect([...(await first.data())]).toEqual(Array(6).fill(20));
  tf.dispose([elu, first]);
});

test('the kernels leave no memory behind', async () => {
  for (const c of [
    { ...SQUARE, outputs: 5 },
    { ...SQUARE, strides: [2, 2] as const },
  ]) {
    const given = operands(c, waves);
    await computed(c, given, ALL);
    const before = tf.backend().numDataIds();
    await computed(c, given, ALL);
    expect(tf.backend().numDataIds()).toBe(before);
  }
});
