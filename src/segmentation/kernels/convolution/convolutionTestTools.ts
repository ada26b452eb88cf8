import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { range } from '../../range.ts';
import { largestShareOfBound, roundingFactor } from '../../roundingTestTools.ts';
import { CONV_2D_BACKPROP_FILTER_BIAS } from './conv2DBackpropFilterBias.ts';

type Shape4D = [number, number, number, number];
export type Padding = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];

export interface ConvolutionCase {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pad: Padding;
}

/** Which of the fused kernel's extras are there. */
export interface Extras {
  readonly bias: boolean;
  readonly addend: boolean;
  readonly relu: boolean;
}

/** Output side and padding before, after TensorFlow's documentation of `same`, `valid` and explicit padding. */
function geometry(c: ConvolutionCase, axis: 0 | 1): { inSide: number; outSide: number; before: number } {
  const inSide = axis === 0 ? c.height : c.width;
  const stride = c.strides[axis];
  const reach = (c.kernel[axis] - 1) * c.dilations[axis] + 1;
  if (c.pad === 'same') {
    const outSide = Math.ceil(inSide / stride);
    return { inSide, outSide, before: Math.floor(Math.max(0, (outSide - 1) * stride + reach - inSide) / 2) };
  }
  const explicit: [number, number] = typeof c.pad === 'number' ? [c.pad, c.pad] : [0, 0];
  const [before, after] = Array.isArray(c.pad) ? c.pad[axis === 0 ? 1 : 2] : explicit;
  return { inSide, outSide: Math.floor((inSide + before + after - reach) / stride) + 1, before };
}

export function shapes(c: ConvolutionCase): { x: Shape4D; filter: Shape4D; y: Shape4D } {
  return {
    x: [c.batch, c.height, c.width, c.inputs],
    filter: [...c.kernel, c.inputs, c.outputs],
    y: [c.batch, geometry(c, 0).outSide, geometry(c, 1).outSide, c.outputs],
  };
}

/** Along one axis: which input pixel meets which tap of the filter for which output pixel. */
export function tapOffsets(c: ConvolutionCase, axis: 0 | 1): { input: number; tap: number; output: number }[] {
  const { inSide, outSide, before } = geometry(c, axis);
  return range(outSide)
    .flatMap((output) =>
      range(c.kernel[axis]).map((tap) => ({
        input: output * c.strides[axis] + tap * c.dilations[axis] - before,
        tap,
        output,
      })),
    )
    .filter(({ input }) => input >= 0 && input < inSide);
}

/** Calls `visit` for every product of the convolution with flat indices into x, the filter and the output. */
function everyProduct(c: ConvolutionCase, visit: (x: number, filter: number, y: number) => void): void {
  const [outHeight, outWidth] = [geometry(c, 0).outSide, geometry(c, 1).outSide];
  const columns = tapOffsets(c, 1);
  for (const b of range(c.batch)) {
    for (const row of tapOffsets(c, 0)) {
      for (const column of columns) {
        const x = ((b * c.height + row.input) * c.width + column.input) * c.inputs;
        const filter = (row.tap * c.kernel[1] + column.tap) * c.inputs;
        const y = ((b * outHeight + row.output) * outWidth + column.output) * c.outputs;
        for (let i = 0; i < c.inputs; i++) {
          for (let o = 0; o < c.outputs; o++) visit(x + i, (filter + i) * c.outputs + o, y + o);
        }
      }
    }
  }
}

export type Fill = (index: number) => number;

/** What the kernels get: x, filter, output gradient, bias and addend, filled with numbers. */
export function operands(c: ConvolutionCase, fill: readonly [Fill, Fill, Fill]) {
  const { x, filter, y } = shapes(c);
  const filled = (shape: readonly number[], of: Fill) =>
    Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => of(i));
  return {
    x: filled(x, fill[0]),
    filter: filled(filter, fill[1]),
    dy: filled(y, fill[2]),
    bias: filled([c.outputs], fill[0]),
    addend: filled(y, fill[1]),
  };
}

export type Operands = ReturnType<typeof operands>;

export interface Results {
  readonly y: Float32Array | Float64Array;
  readonly filterGradient: Float32Array | Float64Array;
  readonly biasGradient: Float32Array | Float64Array;
  readonly inputGradient: Float32Array | Float64Array;
}

/** The definitions, summed in double precision. */
export function definition(c: ConvolutionCase, given: Operands, { bias, addend, relu }: Extras): Results {
  const y = Float64Array.from(given.dy, (_, i) => {
    return (bias ? (given.bias[i % c.outputs] as number) : 0) + (addend ? (given.addend[i] as number) : 0);
  });
  const filterGradient = new Float64Array(given.filter.length);
  const inputGradient = new Float64Array(given.x.length);
  const biasGradient = new Float64Array(c.outputs);
  everyProduct(c, (xi, fi, yi) => {
    const [value, weight, gradient] = [given.x[xi] as number, given.filter[fi] as number, given.dy[yi] as number];
    y[yi] = (y[yi] as number) + value * weight;
    filterGradient[fi] = (filterGradient[fi] as number) + value * gradient;
    inputGradient[xi] = (inputGradient[xi] as number) + weight * gradient;
  });
  given.dy.forEach((gradient, i) => {
    biasGradient[i % c.outputs] = (biasGradient[i % c.outputs] as number) + gradient;
  });
  return { y: relu ? y.map((value) => Math.max(0, value)) : y, filterGradient, biasGradient, inputGradient };
}

function run(kernel: string, inputs: Record<string, tf.Tensor>, attrs: object): tf.Tensor | tf.Tensor[] {
  return tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap);
}

/** What the backend's kernels make of it. */
export async function computed(c: ConvolutionCase, given: Operands, { bias, addend, relu }: Extras) {
  const { x: xShape, filter: filterShape, y: yShape } = shapes(c);
  const attrs = attributesOf(c);
  const results = tf.tidy(() => {
    const [x, filter] = [tf.tensor(given.x, xShape), tf.tensor(given.filter, filterShape)];
    const dy = tf.tensor(given.dy, yShape);
    const fusedInputs = {
      x,
      filter,
      ...(bias ? { bias: tf.tensor(given.bias) } : {}),
      ...(addend ? { addend: tf.tensor(given.addend, yShape) } : {}),
    };
    const plain = !bias && !addend && !relu;
    const [filterGradient, biasGradient] = run(CONV_2D_BACKPROP_FILTER_BIAS, { x, dy }, { ...attrs, filterShape }) as [
      tf.Tensor,
      tf.Tensor,
    ];
    return {
      y: plain
        ? (run(tf.Conv2D, { x, filter }, attrs) as tf.Tensor)
        : (run(tf.FusedConv2D, fusedInputs, { ...attrs, activation: relu ? 'relu' : 'linear' }) as tf.Tensor),
      filterGradient,
      biasGradient,
      inputGradient: run(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs, inputShape: xShape }) as tf.Tensor,
    };
  });
  const read = async (tensor: tf.Tensor) => (await tensor.data()) as Float32Array;
  const values = {
    y: await read(results.y),
    filterGradient: await read(results.filterGradient),
    biasGradient: await read(results.biasGradient),
    inputGradient: await read(results.inputGradient),
    shape: results.y.shape,
  };
  tf.dispose(Object.values(results));
  return values;
}

/** What the backend's kernel makes of the input's gradient alone: one program to compile where {@link computed} has four. */
export function computedInputGradient(c: ConvolutionCase, given: Operands): Promise<Float32Array> {
  const { x, filter, y } = shapes(c);
  return valuesOf(() => {
    const inputs = { dy: tf.tensor(given.dy, y), filter: tf.tensor(given.filter, filter) };
    return run(tf.Conv2DBackpropInput, inputs, { ...attributesOf(c), inputShape: x }) as tf.Tensor;
  });
}

/** What the kernel that has no bias to learn makes of the filter's gradient. */
export function computedFilterGradient(c: ConvolutionCase, given: Operands): Promise<Float32Array> {
  const { x, filter, y } = shapes(c);
  return valuesOf(() => {
    const inputs = { x: tf.tensor(given.x, x), dy: tf.tensor(given.dy, y) };
    return run(tf.Conv2DBackpropFilter, inputs, { ...attributesOf(c), filterShape: filter }) as tf.Tensor;
  });
}

function attributesOf({ strides, pad, dilations }: ConvolutionCase) {
  return { strides, pad, dilations, dataFormat: 'NHWC' };
}

async function valuesOf(compute: () => tf.Tensor): Promise<Float32Array> {
  const result = tf.tidy(compute);
  const values = (await result.data()) as Float32Array;
  result.dispose();
  return values;
}

const RESULTS = ['y', 'filterGradient', 'biasGradient', 'inputGradient'] as const;

/** The greatest difference between any two entries of equal place; NaN where there is one. */
export function largestDifference(a: Results, b: Results): number {
  let largest = 0;
  for (const name of RESULTS) {
    if (a[name].length !== b[name].length) return Number.NaN;
    for (let i = 0; i < a[name].length; i++) {
      largest = Math.max(largest, Math.abs((a[name][i] as number) - (b[name][i] as number)));
    }
  }
  return largest;
}

function mapped(given: Operands, to: (value: number) => number): Operands {
  const { x, filter, dy, bias, addend } = given;
  return { x: x.map(to), filter: filter.map(to), dy: dy.map(to), bias: bias.map(to), addend: addend.map(to) };
}

/**
 * The greatest error of any entry as a share of what rounding may make of its sum, which is at most 1 for a kernel that
 * adds up the right products in any order: `γ_n · Σ|products|`, of `n` products with bias and addend.
 */
export function largestShareOfRounding(found: Results, c: ConvolutionCase, given: Operands, extra: Extras): number {
  const expected = definition(c, given, extra);
  const magnitudes = definition(c, mapped(given, Math.abs), extra);
  const counts = definition(
    c,
    mapped(given, () => 1),
    extra,
  );
  return Math.max(
    ...RESULTS.map((name) => {
      const bounds = Float64Array.from(
        magnitudes[name],
        (magnitude, i) => roundingFactor(counts[name][i] as number) * magnitude,
      );
      return largestShareOfBound(found[name], expected[name], bounds);
    }),
  );
}

const wave =
  (seed: number): Fill =>
  (i) =>
    Math.sin(seed + 1.7 * i);

/** Numbers below 1 without a pattern. */
export const waves = [wave(0.1), wave(0.5), wave(0.9)] as const;

const integer =
  (step: number): Fill =>
  (i) =>
    ((i * step) % 13) - 6;

/** Sums of these below 2^24 are exact in single precision, in whatever order they are added. */
export const integers = [integer(5), integer(7), integer(11)] as const;

export const PLAIN: Extras = { bias: false, addend: false, relu: false };
export const ALL: Extras = { bias: true, addend: true, relu: true };
export const SQUARE: ConvolutionCase = {
  batch: 1,
  height: 16,
  width: 16,
  inputs: 3,
  outputs: 8,
  kernel: [3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  pad: 'same',
};

/** Convolutions of all shapes that a test has time for, dilated up to `mostDilated` times. */
export function convolutions(mostDilated: number): fc.Arbitrary<ConvolutionCase> {
  const side = fc.integer({ min: 1, max: 11 });
  const stride = fc.integer({ min: 1, max: 3 });
  const kernelSide = fc.integer({ min: 1, max: 4 });
  const dilation = fc.integer({ min: 1, max: mostDilated });
  // Every width of read and of tile: odd numbers, two, four and eight.
  const channels = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(4, 6, 8, 12, 16));
  const margin = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }));
  const explicit = fc.tuple(fc.constant<[0, 0]>([0, 0]), margin, margin, fc.constant<[0, 0]>([0, 0]));
  return fc
    .record({
      batch: fc.integer({ min: 1, max: 2 }),
      height: side,
      width: side,
      inputs: channels,
      outputs: channels,
      kernel: fc.tuple(kernelSide, kernelSide),
      strides: fc.tuple(stride, stride),
      dilations: fc.tuple(dilation, dilation),
      pad: fc.oneof<fc.Arbitrary<Padding>[]>(fc.constantFrom('same', 'valid'), explicit),
    })
    .filter((c) => shapes(c).y.every((extent) => extent > 0));
}

export const extras: fc.Arbitrary<Extras> = fc.record({
  bias: fc.boolean(),
  addend: fc.boolean(),
  relu: fc.boolean(),
});
