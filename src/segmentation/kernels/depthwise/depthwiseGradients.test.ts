import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { restartWasm, WASM_PATHS } from '../../backendTestTools.ts';
import { largestShareOfBound, roundingFactor } from '../../roundingTestTools.ts';
import {
  type ConvolutionCase,
  convolutions,
  type Fill,
  integers,
  SQUARE,
  shapes,
  tapOffsets,
  waves,
} from '../convolution/convolutionTestTools.ts';
import { lanesOfHost } from '../wasm/wasmModule.ts';
import { pretendHardware } from '../webgpu/webgpuTilingTestTools.ts';
import { DEPTHWISE_BACKPROP_FILTER_BIAS } from './depthwiseBackpropFilterBias.ts';

/** Of which `inputs` channels each have a filter of their own; `outputs` says nothing. */
type Depthwise = ConvolutionCase;

type Shape4D = [number, number, number, number];

function shapesOf(c: Depthwise): { x: Shape4D; filter: Shape4D; y: Shape4D } {
  const { x, y } = shapes({ ...c, outputs: c.inputs });
  return { x, filter: [...c.kernel, c.inputs, 1], y };
}

interface Given {
  readonly x: Float32Array;
  readonly filter: Float32Array;
  readonly dy: Float32Array;
}

interface Gradients {
  readonly input: Float32Array | Float64Array;
  readonly filter: Float32Array | Float64Array;
  readonly bias: Float32Array | Float64Array;
}

const NAMES = ['input', 'filter', 'bias'] as const;

function operandsOf(c: Depthwise, [x, filter, dy]: readonly [Fill, Fill, Fill]): Given {
  const filled = (shape: Shape4D, of: Fill) =>
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => of(i));
  const { x: xShape, filter: filterShape, y } = shapesOf(c);
  return { x: filled(xShape, x), filter: filled(filterShape, filter), dy: filled(y, dy) };
}

/** The definition, summed in double precision. */
function definition(c: Depthwise, given: Given): Gradients {
  const channels = c.inputs;
  const [, outHeight, outWidth] = shapesOf(c).y;
  const input = new Float64Array(given.x.length);
  const filter = new Float64Array(given.filter.length);
  const bias = new Float64Array(channels);
  for (let picture = 0; picture < c.batch; picture++) {
    for (const row of tapOffsets(c, 0)) {
      for (const column of tapOffsets(c, 1)) {
        const x = ((picture * c.height + row.input) * c.width + column.input) * channels;
        const y = ((picture * outHeight + row.output) * outWidth + column.output) * channels;
        const tap = (row.tap * c.kernel[1] + column.tap) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const dy = given.dy[y + channel] as number;
          input[x + channel] = (input[x + channel] as number) + dy * (given.filter[tap + channel] as number);
          filter[tap + channel] = (filter[tap + channel] as number) + dy * (given.x[x + channel] as number);
        }
      }
    }
  }
  given.dy.forEach((dy, i) => {
    bias[i % channels] = (bias[i % channels] as number) + dy;
  });
  return { input, filter, bias };
}

/** What the kernels of the backend in force make of it. */
async function computed(c: Depthwise, given: Given): Promise<Gradients> {
  const { x: inputShape, filter: filterShape, y } = shapesOf(c);
  const attrs = { strides: [...c.strides], pad: c.pad, dilations: [...c.dilations], dataFormat: 'NHWC' };
  const run = (kernel: string, inputs: Record<string, tf.Tensor>, more: object) =>
    tf.engine().runKernel(kernel, inputs, { ...attrs, ...more } as unknown as tf.NamedAttrMap);
  const tensors = tf.tidy(() => {
    const [x, filter, dy] = [
      tf.tensor(given.x, inputShape),
      tf.tensor(given.filter, filterShape),
      tf.tensor(given.dy, y),
    ];
    const input = run(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, { inputShape }) as tf.Tensor;
    return [input, ...(run(DEPTHWISE_BACKPROP_FILTER_BIAS, { x, dy }, { filterShape }) as tf.Tensor[])];
  });
  expect(tensors.map(({ shape }) => shape)).toEqual([inputShape, filterShape, [c.inputs]]);
  const [input, filter, bias] = await Promise.all(
    tensors.map(async (tensor) => Float32Array.from(await tensor.data())),
  );
  tf.dispose(tensors);
  return { input, filter, bias } as Gradients;
}

/** The greatest error as a share of what rounding may make of a sum; see `largestShareOfRounding`. */
function shareOfRounding(found: Gradients, c: Depthwise, given: Given): number {
  const mapped = (to: (value: number) => number): Given => ({
    x: given.x.map(to),
    filter: given.filter.map(to),
    dy: given.dy.map(to),
  });
  const [expected, magnitudes, counts] = [given, mapped(Math.abs), mapped(() => 1)].map((each) => definition(c, each));
  return Math.max(
    ...NAMES.map((name) => {
      const bounds = Float64Array.from(
        (magnitudes as Gradients)[name],
        (magnitude, i) => roundingFactor((counts as Gradients)[name][i] as number) * magnitude,
      );
      return largestShareOfBound(found[name], (expected as Gradients)[name], bounds);
    }),
  );
}

/** Sums of whole numbers are exact in single precision, whatever their order. */
async function expectExact(c: Depthwise): Promise<void> {
  const given = operandsOf(c, integers);
  const [found, expected] = [await computed(c, given), definition(c, given)];
  for (const name of NAMES) {
    const errors = Float64Array.from(expected[name], (v, i) => Math.abs(v - (found[name][i] as number)));
    expect(errors.length).toBe(found[name].length);
    expect(
      errors.every((error) => error === 0),
      name,
    ).toBe(true);
  }
}

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
});

const PLAIN: Depthwise = { ...SQUARE, inputs: 32 };

describe.each([
  { build: 'without SIMD', simd: false, lanes: 1 },
  { build: 'with SIMD', simd: true, lanes: 4 },
])('on WASM $build', ({ simd, lanes }) => {
  beforeAll(async () => {
    await restartWasm(simd);
    expect(lanesOfHost()).toBe(lanes);
  });

  test('the gradients are those of the definition', async () => {
    await fc.assert(
      fc.asyncProperty(convolutions(3), async (c) => {
        const given = operandsOf(c, waves);
        expect(shareOfRounding(await computed(c, given), c, given)).toBeLessThanOrEqual(1);
        await expectExact(c);
      }),
      { numRuns: 100 },
    );
  });

  test('a heap that grows in the middle loses nothing', async () => {
    await expectExact({ ...PLAIN, height: 420, width: 420, inputs: 9, strides: [2, 2] });
  });

  test('leaves no memory behind', async () => {
    const given = operandsOf(PLAIN, waves);
    await computed(PLAIN, given);
    const before = tf.backend().numDataIds();
    await computed(PLAIN, given);
    expect(tf.backend().numDataIds()).toBe(before);
  });

  test('several filters for a channel are refused', () => {
    tf.tidy(() => {
      const attrs = { strides: [1, 1], pad: 'same', dilations: [1, 1], inputShape: [1, 4, 4, 2] };
      const inputs = { dy: tf.ones([1, 4, 4, 6]), filter: tf.ones([3, 3, 2, 3]) };
      expect(() => tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropInput, inputs, attrs)).toThrow(RangeError);
    });
  });
});

describe.each([{ hardware: false }, { hardware: true }])('on WebGPU, tiled for hardware: $hardware', ({ hardware }) => {
  beforeAll(async () => {
    expect(await tf.setBackend('webgpu')).toBe(true);
  });
  afterEach(() => pretendHardware(false));

  // biome-ignore format: one case a line
  const cases: [string, Depthwise][] = [
    ['as MobileNet has it', { ...PLAIN, height: 12, width: 10 }],
    ['two strides over even sides, padded at their end alone', { ...PLAIN, height: 12, width: 10, strides: [2, 2] }],
    ['odd sides and channels, a batch', { ...PLAIN, batch: 2, height: 7, width: 9, inputs: 5, strides: [2, 2] }],
    ['a stride for each axis, dilated', { ...PLAIN, height: 11, width: 8, inputs: 6, strides: [3, 1], dilations: [2, 1] }],
    ['explicit padding, an oblong filter', { ...PLAIN, height: 6, width: 9, inputs: 8, kernel: [2, 4], pad: [[0, 0], [2, 1], [0, 3], [0, 0]] }],
    ['no padding', { ...PLAIN, height: 9, width: 6, inputs: 4, strides: [2, 1], pad: 'valid' }],
  ];

  test.each(cases)('%s', async (_, c) => {
    pretendHardware(hardware);
    await expectExact(c);
    const given = operandsOf(c, waves);
    const found = await computed(c, given);
    expect(shareOfRounding(found, c, given)).toBeLessThanOrEqual(1);
    expect(await computed(c, given)).toEqual(found);
  });

  test('leaves no memory behind', async () => {
    const small = { ...PLAIN, height: 4, width: 4 };
    const given = operandsOf(small, waves);
    await computed(small, given);
    const before = tf.backend().numDataIds();
    await computed(small, given);
    expect(tf.backend().numDataIds()).toBe(before);
  });
});

test('on WebGPU, several filters for a channel still go to the stock kernel', async () => {
  const once = async (backend: string) => {
    expect(await tf.setBackend(backend)).toBe(true);
    const gradient = tf.tidy(() => {
      const filter = tf.tensor4d(
        Float32Array.from({ length: 54 }, (_, i) => (i % 7) - 3),
        [3, 3, 2, 3],
      );
      const x = tf.ones<tf.Rank.R4>([1, 5, 4, 2]);
      return tf.grad((input) => tf.depthwiseConv2d(input as tf.Tensor4D, filter, 1, 'same'))(x);
    });
    const values = [...(await gradient.data())];
    gradient.dispose();
    return values;
  };
  const expected = await once('cpu');
  expect(new Set(expected).size).toBeGreaterThan(3);
  expect(await once('webgpu')).toEqual(expected);
});
