import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { restartWasm, WASM_PATHS } from '../../backendTestTools.ts';
import { IS_LONG } from '../../effortTestTools.ts';
import {
  ALL,
  type ConvolutionCase,
  computed,
  computedFilterGradient,
  convolutions,
  definition,
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
import { registerWasmConvolution } from './wasmConv2D.ts';
import { tilesOf } from './wasmTiles.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  registerWasmConvolution();
});

describe.each([
  { build: 'without SIMD', simd: false, lanes: 1 },
  { build: 'with SIMD', simd: true, lanes: 4 },
])('$build', ({ simd, lanes }) => {
  beforeAll(async () => {
    await restartWasm(simd);
    expect(tilesOf(tf.backend() as Parameters<typeof tilesOf>[0]).lanes).toBe(lanes);
  });

  test('convolution and gradients are those of the definition', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions(3), extras, async (c, extra) => {
        const given = operands(c, waves);
        const found = await computed(c, given, extra);
        expect(found.shape).toEqual(shapes(c).y);
        expect(largestShareOfRounding(found, c, given, extra)).toBeLessThanOrEqual(1);
        expect(await computedFilterGradient(c, given)).toEqual(found.filterGradient);
        const whole = operands(c, integers);
        expect(largestDifference(await computed(c, whole, extra), definition(c, whole, extra))).toBe(0);
      }),
      { numRuns: IS_LONG ? 150 : 50 },
    );
  });

  test('many tiles of pixels and channels, and rests of both', async () => {
    const cases: ConvolutionCase[] = [
      { ...SQUARE, height: 3, width: 67, inputs: 19, outputs: 44 },
      { ...SQUARE, height: 21, width: 6, inputs: 37, outputs: 30, strides: [2, 2], kernel: [4, 4] },
    ];
    for (const c of cases) {
      const given = operands(c, integers);
      expect(largestDifference(await computed(c, given, ALL), definition(c, given, ALL))).toBe(0);
    }
  });

  test('a heap that grows in the middle loses nothing', async () => {
    // 27 MB in all, where the heap starts with 16.
    const c: ConvolutionCase = { ...SQUARE, height: 420, width: 420, inputs: 8, outputs: 5, kernel: [1, 2] };
    const given = operands(c, integers);
    expect(largestDifference(await computed(c, given, PLAIN), definition(c, given, PLAIN))).toBe(0);
  });

  test('a long filter gradient is closer to the truth than one added up serially in single precision', async () => {
    const c: ConvolutionCase = { ...SQUARE, height: 128, width: 128, inputs: 1, outputs: 1, kernel: [1, 1] };
    const above = (i: number) => Math.sin(1.7 * i) + 1;
    const given = operands(c, [above, above, above]);
    const truth = definition(c, given, PLAIN).filterGradient[0] as number;
    let serial = 0;
    given.x.forEach((value, i) => {
      serial = Math.fround(serial + Math.fround(value * (given.dy[i] as number)));
    });
    const found = (await computed(c, given, PLAIN)).filterGradient[0] as number;
    expect(Math.abs(found - truth)).toBeLessThan(Math.abs(serial - truth));
    // A row of 128 is summed by itself, then the 128 rows are: their errors' bound (Higham 2002, section 4.2).
    expect(Math.abs(found - truth)).toBeLessThan(256 * 2 ** -24 * truth);
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
});

test('padding by one number', async () => {
  // tfjs works out the output's size from height, stride and filter height alone then, and forgets a dilation.
  for (const pad of [0, 1, 2]) {
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

test('weights that are written over in place count at once', async () => {
  // XNNPACK keeps a packed copy for each tensor and would not see it.
  const [x, filter] = [tf.ones<tf.Rank.R4>([1, 4, 4, 2]), tf.ones<tf.Rank.R4>([1, 1, 2, 4])];
  const convolve = async () => {
    const y = tf.conv2d(x, filter, 1, 'same');
    const [first] = await y.data();
    y.dispose();
    return first;
  };
  expect(await convolve()).toBe(2);
  const heap = tf.backend() as unknown as { typedArrayFromHeap(tensor: tf.Tensor): Float32Array };
  heap.typedArrayFromHeap(filter).fill(3);
  expect(await convolve()).toBe(6);
  tf.dispose([x, filter]);
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

test('an activation that is not ours goes to the stock kernel', async () => {
  const y = tf.tidy(() => {
    const [x, filter] = [tf.fill<tf.Rank.R4>([1, 2, 2, 1], 20), tf.ones<tf.Rank.R4>([1, 1, 1, 1])];
    return tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', activation: 'relu6' });
  });
  expect([...(await y.data())]).toEqual([6, 6, 6, 6]);
  y.dispose();
});
