import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { pretendHardware } from '../webgpu/webgpuTilingTestTools.ts';
import {
  type ConvolutionCase,
  computedInputGradient,
  definition,
  integers,
  operands,
  PLAIN,
  SQUARE,
  shapes,
  waves,
} from './convolutionTestTools.ts';

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
});
afterEach(() => pretendHardware(false));

const STRIDED: ConvolutionCase = { ...SQUARE, batch: 2, height: 12, width: 14, inputs: 6, outputs: 5, strides: [2, 2] };

// Exact: sums of integers below 2^24.
const cases: [string, ConvolutionCase][] = [
  ['a kernel of three, two strides', STRIDED],
  ['a kernel of four, two strides, as in a transposed convolution', { ...STRIDED, kernel: [4, 4], inputs: 8 }],
  ['odd sides', { ...STRIDED, height: 13, width: 9 }],
  ['a stride for each axis', { ...STRIDED, strides: [3, 1] }],
  ['pixels that no tap meets', { ...STRIDED, kernel: [1, 2], strides: [3, 3] }],
  ['taps that only every other pixel meets', { ...STRIDED, dilations: [2, 2], inputs: 4, outputs: 8 }],
  ['a stride that shares no factor with the dilation', { ...STRIDED, strides: [3, 2], dilations: [2, 3] }],
  ['explicit padding', { ...STRIDED, pad: [[0, 0], [2, 1], [0, 3], [0, 0]] }], // biome-ignore format: one case a line
];

const positiveZero = (value: number) => value + 0;

describe.each([{ hardware: false }, { hardware: true }])('tiled for hardware: $hardware', ({ hardware }) => {
  test.each(cases)('%s', { timeout: 120_000 }, async (_, c) => {
    pretendHardware(hardware);
    const given = operands(c, integers);
    const found = await computedInputGradient(c, given);
    // Of zeros, either sign.
    expect(Array.from(found, positiveZero)).toEqual(
      Array.from(definition(c, given, PLAIN).inputGradient, positiveZero),
    );
  });
});

test('the forward pass of a transposed convolution is its use as a gradient', async () => {
  const c: ConvolutionCase = { ...STRIDED, kernel: [4, 4], inputs: 3, outputs: 4 };
  const given = operands(c, waves);
  const y = tf.tidy(() => {
    const [small, filter] = [tf.tensor(given.dy, shapes(c).y), tf.tensor(given.filter, shapes(c).filter)];
    return tf.conv2dTranspose(small as tf.Tensor4D, filter as tf.Tensor4D, shapes(c).x, 2, 'same');
  });
  const expected = definition(c, given, PLAIN).inputGradient;
  (await y.data()).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 5);
  });
  y.dispose();
});

test('equal inputs give equal bits', async () => {
  const given = operands(STRIDED, waves);
  expect(await computedInputGradient(STRIDED, given)).toEqual(await computedInputGradient(STRIDED, given));
});

test('channels first still go to the stock kernel', async () => {
  const c: ConvolutionCase = { ...STRIDED, strides: [1, 1], batch: 1 };
  const given = operands(c, integers);
  const { x, filter, y } = shapes(c);
  const gradient = tf.tidy(() => {
    const dy = tf.transpose(tf.tensor(given.dy, y), [0, 3, 1, 2]);
    const inputShape = [x[0], x[3], x[1], x[2]];
    const attrs = { strides: [1, 1], pad: 'same', dataFormat: 'NCHW', inputShape } as unknown as tf.NamedAttrMap;
    const inputs = { dy, filter: tf.tensor(given.filter, filter) };
    const result = tf.engine().runKernel(tf.Conv2DBackpropInput, inputs, attrs) as tf.Tensor;
    return tf.transpose(result, [0, 2, 3, 1]);
  });
  expect([...(await gradient.data())]).toEqual([...definition(c, given, PLAIN).inputGradient]);
  gradient.dispose();
});
