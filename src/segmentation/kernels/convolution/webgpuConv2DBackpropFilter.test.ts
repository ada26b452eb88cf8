import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { IS_LONG } from '../../effortTestTools.ts';
import { largestShareOfBound, roundingFactor } from '../../roundingTestTools.ts';
import { pretendHardware } from '../webgpu/webgpuTilingTestTools.ts';
import { CONV_2D_BACKPROP_FILTER_BIAS } from './conv2DBackpropFilterBias.ts';

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
});
afterEach(() => pretendHardware(false));

type Shape4D = [number, number, number, number];
type Padding = 'same' | 'valid' | number;

interface ConvolutionCase {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strides: [number, number];
  readonly dilations: [number, number];
  readonly pad: Padding;
}

interface Axis {
  readonly inSide: number;
  readonly outSide: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
}

/** The vertical and the horizontal axis, after TensorFlow's documentation of `same` and `valid`. */
function axes(c: ConvolutionCase): [Axis, Axis] {
  const axis = (inSide: number, taps: number, stride: number, dilation: number): Axis => {
    const reach = (taps - 1) * dilation + 1;
    const known = { inSide, taps, stride, dilation };
    if (c.pad === 'same') {
      const outSide = Math.ceil(inSide / stride);
      return { ...known, outSide, padBefore: Math.floor(Math.max(0, (outSide - 1) * stride + reach - inSide) / 2) };
    }
    const padBefore = c.pad === 'valid' ? 0 : c.pad;
    return { ...known, outSide: Math.floor((inSide + 2 * padBefore - reach) / stride) + 1, padBefore };
  };
  return [
    axis(c.height, c.kernelHeight, c.strides[0], c.dilations[0]),
    axis(c.width, c.kernelWidth, c.strides[1], c.dilations[1]),
  ];
}

const shapes = (c: ConvolutionCase) => ({
  x: [c.batch, c.height, c.width, c.inputs] as Shape4D,
  dy: [c.batch, axes(c)[0].outSide, axes(c)[1].outSide, c.outputs] as Shape4D,
  filter: [c.kernelHeight, c.kernelWidth, c.inputs, c.outputs] as Shape4D,
});

/** The definition, summed in double precision: the sum over every output pixel, for each weight by itself. */
function definition(c: ConvolutionCase, x: Float32Array, dy: Float32Array): Float64Array {
  const [rows, columns] = axes(c);
  const result = new Float64Array(tf.util.sizeFromShape(shapes(c).filter));
  for (let weight = 0; weight < result.length; weight++) {
    const output = weight % c.outputs;
    const input = Math.floor(weight / c.outputs) % c.inputs;
    const tap = Math.floor(weight / (c.outputs * c.inputs));
    const shiftX = (tap % columns.taps) * columns.dilation - columns.padBefore;
    const shiftY = Math.floor(tap / columns.taps) * rows.dilation - rows.padBefore;
    let sum = 0;
    for (let pixel = 0; pixel < c.batch * rows.outSide * columns.outSide; pixel++) {
      const inX = (pixel % columns.outSide) * columns.stride + shiftX;
      const inY = (Math.floor(pixel / columns.outSide) % rows.outSide) * rows.stride + shiftY;
      if (inX < 0 || inX >= c.width || inY < 0 || inY >= c.height) continue;
      const row = Math.floor(pixel / (columns.outSide * rows.outSide)) * c.height + inY;
      sum += (x[(row * c.width + inX) * c.inputs + input] as number) * (dy[pixel * c.outputs + output] as number);
    }
    result[weight] = sum;
  }
  return result;
}

async function gradient(c: ConvolutionCase, x: Float32Array, dy: Float32Array): Promise<Float32Array> {
  const { filter, ...inputShapes } = shapes(c);
  const result = tf.tidy(() =>
    run({ x: tf.tensor(x, inputShapes.x), dy: tf.tensor(dy, inputShapes.dy) }, c, 'NHWC', filter),
  );
  const values = (await result.data()) as Float32Array;
  result.dispose();
  return values;
}

function run(
  inputs: tf.NamedTensorMap,
  c: ConvolutionCase,
  dataFormat: 'NHWC' | 'NCHW',
  filterShape: Shape4D,
): tf.Tensor {
  const { strides, dilations, pad } = c;
  const attrs = { strides, dilations, pad, dataFormat, filterShape };
  return tf.engine().runKernel(tf.Conv2DBackpropFilter, inputs, attrs as unknown as tf.NamedAttrMap);
}

const numbers = (n: number, seed: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(seed + 1.7 * i));

function inputsOf(c: ConvolutionCase): [Float32Array, Float32Array] {
  const { x, dy } = shapes(c);
  return [numbers(tf.util.sizeFromShape(x), 0.1), numbers(tf.util.sizeFromShape(dy), 0.9)];
}

/** Sums of these below 2^24 are exact in single precision, in whatever order they are added. */
function integersOf(c: ConvolutionCase): [Float32Array, Float32Array] {
  const { x, dy } = shapes(c);
  const integers = (n: number, step: number) => Float32Array.from({ length: n }, (_, i) => ((i * step) % 13) - 6);
  return [integers(tf.util.sizeFromShape(x), 5), integers(tf.util.sizeFromShape(dy), 7)];
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

const side = fc.integer({ min: 1, max: 11 });
const oneOrTwo = fc.integer({ min: 1, max: 2 });
const kernelSide = fc.integer({ min: 1, max: 4 });
// Every width of read and of tile: an odd number, four and eight.
const channels = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(4, 8, 12, 16));
const convolutions: fc.Arbitrary<ConvolutionCase> = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    height: side,
    width: side,
    inputs: channels,
    outputs: channels,
    kernelHeight: kernelSide,
    kernelWidth: kernelSide,
    strides: fc.tuple(oneOrTwo, oneOrTwo),
    dilations: fc.tuple(oneOrTwo, oneOrTwo),
    pad: fc.constantFrom<Padding>('same', 'valid', 0, 1, 2),
  })
  .filter((c) => shapes(c).dy.every((extent) => extent > 0));

test('the gradient is that of the definition', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(convolutions, fc.boolean(), async (c, hardware) => {
      pretendHardware(hardware);
      const [x, dy] = inputsOf(c);
      const magnitudes = definition(c, x.map(Math.abs), dy.map(Math.abs));
      const products = c.batch * axes(c)[0].outSide * axes(c)[1].outSide;
      const bounds = magnitudes.map((magnitude) => roundingFactor(products) * magnitude);
      expect(largestShareOfBound(await gradient(c, x, dy), definition(c, x, dy), bounds)).toBeLessThanOrEqual(1);
      const [xs, dys] = integersOf(c);
      expect(largestDifference(await gradient(c, xs, dys), definition(c, xs, dys))).toBe(0);
    }),
    { numRuns: IS_LONG ? 300 : 10 },
  );
});

const LONG: ConvolutionCase = {
  batch: 1,
  height: 128,
  width: 128,
  inputs: 1,
  outputs: 1,
  kernelHeight: 3,
  kernelWidth: 3,
  strides: [1, 1],
  dilations: [1, 1],
  pad: 'same',
};

test('one block of pixels, many, and a last one that is short', async () => {
  const cases: ConvolutionCase[] = [
    { ...LONG, height: 3, width: 3, inputs: 260, outputs: 252 },
    { ...LONG, height: 301, width: 2, inputs: 40, outputs: 24 },
  ];
  for (const c of cases) {
    const [xs, dys] = integersOf(c);
    const expected = definition(c, xs, dys);
    for (const hardware of [false, true]) {
      pretendHardware(hardware);
      expect(largestDifference(await gradient(c, xs, dys), expected)).toBe(0);
    }
  }
});

test('a long sum is closer to the truth than one added up serially in single precision', async () => {
  const x = numbers(LONG.height * LONG.width, 0.1).map((value) => value + 1);
  const dy = numbers(LONG.height * LONG.width, 0.9).map((value) => value + 1);
  const truth = definition(LONG, x, dy);
  let serial = 0;
  for (let i = 0; i < x.length; i++) serial = Math.fround(serial + Math.fround((x[i] as number) * (dy[i] as number)));
  const centre = 4;
  const error = (value: number | undefined) => Math.abs((value ?? Number.NaN) - (truth[centre] as number));
  const values = await gradient(LONG, x, dy);
  expect(error(serial)).toBeGreaterThan(0);
  expect(error(values[centre])).toBeLessThan(error(serial));
  // Sums of some pixels, of these sums, and of 256 blocks, where one long sum has 16,384 terms.
  expect(largestDifference(values, truth)).toBeLessThan(256 * 2 ** -24 * (truth[centre] as number));
});

test('the bias gradient is the sum of the output gradient, beside the same filter gradient', async () => {
  const c: ConvolutionCase = { ...LONG, batch: 2, height: 37, width: 35, inputs: 5, outputs: 7, strides: [2, 2] };
  const { x, dy, filter } = shapes(c);
  const [xs, dys] = inputsOf(c);
  const results = tf.tidy(() => {
    const attrs = { strides: c.strides, dilations: c.dilations, pad: c.pad, dataFormat: 'NHWC', filterShape: filter };
    const inputs = { x: tf.tensor(xs, x), dy: tf.tensor(dys, dy) };
    return tf
      .engine()
      .runKernel(CONV_2D_BACKPROP_FILTER_BIAS, inputs, attrs as unknown as tf.NamedAttrMap) as tf.Tensor[];
  });
  const [filterGradient, biasGradient] = await Promise.all(results.map((result) => result.data()));
  tf.dispose(results);
  expect(filterGradient).toEqual(await gradient(c, xs, dys));
  const sums = new Float64Array(c.outputs);
  dys.forEach((value, i) => {
    sums[i % c.outputs] = (sums[i % c.outputs] as number) + value;
  });
  expect(largestDifference(biasGradient as Float32Array, sums)).toBeLessThan(1e-4);
});

test('equal inputs give equal bits', async () => {
  const c = { ...LONG, batch: 2, height: 33, width: 31, inputs: 8, outputs: 6 };
  const [x, dy] = inputsOf(c);
  expect(await gradient(c, x, dy)).toEqual(await gradient(c, x, dy));
});

test('channels first still go to the stock kernel', async () => {
  const c = { ...LONG, height: 5, width: 6, inputs: 3, outputs: 2 };
  const [x, dy] = inputsOf(c);
  const { filter, ...inputShapes } = shapes(c);
  const result = tf.tidy(() => {
    const first = (values: Float32Array, shape: Shape4D) => tf.transpose(tf.tensor(values, shape), [0, 3, 1, 2]);
    return run({ x: first(x, inputShapes.x), dy: first(dy, inputShapes.dy) }, c, 'NCHW', filter);
  });
  expect(largestDifference(await result.data(), definition(c, x, dy))).toBeLessThan(1e-4);
  result.dispose();
});

test('the kernel leaves no memory behind', () => {
  const once = () =>
    tf.tidy(() => {
      const x = tf.ones([2, 6, 6, 3]);
      run({ x, dy: x }, { ...LONG, batch: 2, height: 6, width: 6, inputs: 3, outputs: 3 }, 'NHWC', [3, 3, 3, 3]);
    });
  once();
  const before = tf.backend().numDataIds();
  for (let i = 0; i < 5; i++) once();
  expect(tf.backend().numDataIds()).toBe(before);
});
