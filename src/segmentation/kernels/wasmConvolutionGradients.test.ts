import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../testBackends.ts';

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
});

interface Convolution {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: 'same' | 'valid';
}

const side = fc.integer({ min: 1, max: 9 });
const convolutions: fc.Arbitrary<Convolution> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: side,
    width: side,
    inputs: fc.integer({ min: 1, max: 5 }),
    outputs: fc.integer({ min: 1, max: 5 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 2 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom('same' as const, 'valid' as const),
  })
  .filter((c) => c.stride === 1 || c.dilation === 1)
  .filter((c) => c.pad === 'same' || Math.min(c.height, c.width) > (c.kernel - 1) * c.dilation);

/** Output side and padding before, after TensorFlow's documentation of `same` and `valid`. */
function geometry(c: Convolution, inSide: number): { outSide: number; before: number } {
  const reach = (c.kernel - 1) * c.dilation + 1;
  if (c.pad === 'valid') return { outSide: Math.floor((inSide - reach) / c.stride) + 1, before: 0 };
  const outSide = Math.ceil(inSide / c.stride);
  return { outSide, before: Math.floor(Math.max(0, (outSide - 1) * c.stride + reach - inSide) / 2) };
}

/** Along one axis: which input pixel meets which tap of the filter for which output pixel. */
function meetings(c: Convolution, inSide: number): { input: number; tap: number; output: number }[] {
  const { outSide, before } = geometry(c, inSide);
  return range(outSide)
    .flatMap((output) =>
      range(c.kernel).map((tap) => ({ input: output * c.stride + tap * c.dilation - before, tap, output })),
    )
    .filter(({ input }) => input >= 0 && input < inSide);
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Calls `visit` for every product of the convolution with flat indices into x, the filter and the output. */
function everyProduct(c: Convolution, visit: (x: number, filter: number, y: number) => void): void {
  const [outHeight, outWidth] = [geometry(c, c.height).outSide, geometry(c, c.width).outSide];
  const columns = meetings(c, c.width);
  const spots = range(c.batch).flatMap((b) =>
    meetings(c, c.height).flatMap((row) =>
      columns.map((column) => ({
        x: (b * c.height + row.input) * c.width + column.input,
        tap: row.tap * c.kernel + column.tap,
        y: (b * outHeight + row.output) * outWidth + column.output,
      })),
    ),
  );
  for (const { x, tap, y } of spots) {
    for (const i of range(c.inputs)) {
      for (const o of range(c.outputs))
        visit(x * c.inputs + i, (tap * c.inputs + i) * c.outputs + o, y * c.outputs + o);
    }
  }
}

const numbers = (n: number, seed: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(seed + 1.7 * i));

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

// The reference is the definition, summed in double precision; at most 3·9·9 or 16·5 products of numbers below 1 add up.
test('both gradients are those of the definition', async () => {
  await fc.assert(
    fc.asyncProperty(convolutions, async (c) => {
      const rows = geometry(c, c.height);
      const columns = geometry(c, c.width);
      const inputShape: [number, number, number, number] = [c.batch, c.height, c.width, c.inputs];
      const filterShape: [number, number, number, number] = [c.kernel, c.kernel, c.inputs, c.outputs];
      const outShape: [number, number, number, number] = [c.batch, rows.outSide, columns.outSide, c.outputs];
      const x = numbers(tf.util.sizeFromShape(inputShape), 0.1);
      const filter = numbers(tf.util.sizeFromShape(filterShape), 0.5);
      const dy = numbers(tf.util.sizeFromShape(outShape), 0.9);
      const expectedFilter = new Float64Array(filter.length);
      const expectedInput = new Float64Array(x.length);
      everyProduct(c, (xi, fi, yi) => {
        expectedFilter[fi] = (expectedFilter[fi] ?? 0) + (x[xi] ?? 0) * (dy[yi] ?? 0);
        expectedInput[xi] = (expectedInput[xi] ?? 0) + (filter[fi] ?? 0) * (dy[yi] ?? 0);
      });
      const attrs = { strides: [c.stride, c.stride], pad: c.pad, dilations: [c.dilation, c.dilation] };
      const [byFilter, byInput] = tf.tidy(() => {
        const gradient = tf.tensor4d(dy, outShape);
        const run = (name: string, inputs: tf.NamedTensorMap, shape: object) =>
          tf.engine().runKernel(name, inputs, {
            ...attrs,
            dataFormat: 'NHWC',
            ...shape,
          } as unknown as tf.NamedAttrMap) as tf.Tensor;
        return [
          run(tf.Conv2DBackpropFilter, { x: tf.tensor4d(x, inputShape), dy: gradient }, { filterShape }),
          run(tf.Conv2DBackpropInput, { dy: gradient, filter: tf.tensor4d(filter, filterShape) }, { inputShape }),
        ] as const;
      });
      expect(largestDifference(await byFilter.data(), expectedFilter)).toBeLessThan(1e-4);
      expect(largestDifference(await byInput.data(), expectedInput)).toBeLessThan(1e-4);
      tf.dispose([byFilter, byInput]);
    }),
    { numRuns: 150 },
  );
});

test('a gradient longer than one block of columns is summed over its blocks', async () => {
  // 3·8 planes of 250·250 pixels are more than one block. All ones: an inner tap sees every output pixel but a row or column.
  const [byFilter, expected] = tf.tidy(() => {
    const ones = tf.ones<tf.Rank.R4>([1, 250, 250, 8]);
    const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 8, 8] };
    const lines = tf.tensor1d([249, 250, 249]);
    return [
      tf.engine().runKernel(tf.Conv2DBackpropFilter, { x: ones, dy: ones }, attrs as unknown as tf.NamedAttrMap),
      tf.tile(tf.reshape(tf.outerProduct(lines, lines), [3, 3, 1, 1]), [1, 1, 8, 8]),
    ] as [tf.Tensor, tf.Tensor];
  });
  expect(await byFilter.data()).toEqual(await expected.data());
  tf.dispose([byFilter, expected]);
});

test('the kernels leave no memory behind', () => {
  const run = () =>
    tf.tidy(() => {
      const x = tf.ones<tf.Rank.R4>([2, 6, 6, 3]);
      const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', filterShape: [3, 3, 3, 3] };
      tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy: x }, attrs as unknown as tf.NamedAttrMap);
    });
  run();
  const before = tf.backend().numDataIds();
  for (let i = 0; i < 5; i++) run();
  expect(tf.backend().numDataIds()).toBe(before);
});
