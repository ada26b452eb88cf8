import '@tensorflow/tfjs-backend-cpu';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { IS_LONG } from '../../effortTestTools.ts';
import { type JoinedPart, joinedConvolution } from '../../models/joinedConvolution.ts';
import { Random } from '../../random.ts';
import { pretendHardware } from '../webgpu/webgpuTilingTestTools.ts';
import { joinsConvolutions } from './joinedConvolution.ts';
import { plannedConvolutions } from './webgpuConvolution.ts';

beforeAll(async () => {
  await startBackend('cpu', WASM_PATHS);
  await startBackend('webgpu', WASM_PATHS);
});
afterEach(async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  pretendHardware(false);
});

interface JoinedCase {
  /** Of the result. */
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly outputs: number;
  /** Of both parts: channels, taps along an axis, and stride. */
  readonly parts: readonly [readonly [number, number, number], readonly [number, number, number]];
  /** Whether their maps get gradients. */
  readonly learned: readonly [boolean, boolean];
}

type Shape4D = [number, number, number, number];

const wholeNumbers = (shape: number[], random: Random) => ({
  shape: shape as Shape4D,
  values: Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.integer(-3, 3)),
});

function operandsOf({ batch, height, width, outputs, parts }: JoinedCase) {
  const random = Random.fromSeed(11);
  return {
    parts: parts.map(([channels, taps, stride]) => ({
      // The largest side of which a stride makes as many pixels is odd.
      x: wholeNumbers([batch, height * stride - (stride - 1), width * stride, channels], random),
      filter: wholeNumbers([taps, taps, channels, outputs], random),
    })),
    dy: wholeNumbers([batch, height, width, outputs], random),
  };
}

type Sum = (parts: readonly [JoinedPart, JoinedPart]) => tf.Tensor;

/** The sum, and its gradients by the maps that learn and by both filters, on the backend in force. */
async function computed(c: JoinedCase, sum: Sum): Promise<Float32Array[]> {
  const operands = operandsOf(c);
  const results = tf.tidy(() => {
    const maps = operands.parts.map(({ x }) => tf.tensor4d(x.values, x.shape));
    const filters = operands.parts.map(({ filter }) => tf.tensor4d(filter.values, filter.shape));
    const learned = maps.filter((_, i) => c.learned[i]);
    const value = (...tensors: tf.Tensor[]) => {
      const given = [...tensors] as tf.Tensor4D[];
      const xs = maps.map((map, i) => (c.learned[i] ? (given.shift() as tf.Tensor4D) : map));
      const part = (i: 0 | 1): JoinedPart => {
        const stride = c.parts[i][2];
        return { x: xs[i] as tf.Tensor4D, filter: given[i] as tf.Tensor4D, stride, inputGradient: c.learned[i] };
      };
      return sum([part(0), part(1)]);
    };
    const dy = tf.tensor4d(operands.dy.values, operands.dy.shape);
    return [value(...learned, ...filters), ...tf.grads(value)([...learned, ...filters], dy)];
  });
  const values = await Promise.all(results.map(async (tensor) => Float32Array.from(await tensor.data<'float32'>())));
  tf.dispose(results);
  return values;
}

const plain: Sum = (parts) => {
  const [a, b] = parts.map(({ x, filter, stride }) => tf.conv2d(x, filter, stride, 'same'));
  return tf.add(a as tf.Tensor, b as tf.Tensor);
};

const CASES: readonly JoinedCase[] = [
  // A decoder's level: tiles of the input in workgroup memory, which both convolutions use in turn.
  {
    batch: 2,
    height: 11,
    width: 19,
    outputs: 32,
    parts: [
      [16, 3, 1],
      [32, 3, 1],
    ],
    learned: [true, true],
  },
  // Two maps of frozen layers, of unlike channels.
  {
    batch: 1,
    height: 5,
    width: 7,
    outputs: 24,
    parts: [
      [8, 1, 1],
      [12, 1, 1],
    ],
    learned: [false, false],
  },
  // A stem over a picture, and a map of its result's size: filters that get their gradients by themselves.
  {
    batch: 1,
    height: 9,
    width: 13,
    outputs: 16,
    parts: [
      [3, 4, 2],
      [16, 1, 1],
    ],
    learned: [false, true],
  },
  // Channels that come not in fours.
  {
    batch: 2,
    height: 6,
    width: 5,
    outputs: 6,
    parts: [
      [5, 3, 1],
      [3, 3, 1],
    ],
    learned: [true, false],
  },
  {
    batch: 1,
    height: 4,
    width: 4,
    outputs: 8,
    parts: [
      [4, 3, 2],
      [8, 3, 2],
    ],
    learned: [true, true],
  },
];

// In the quick run without the last, whose programs are those of the first but for their strides.
const cases = IS_LONG ? CASES : CASES.slice(0, 4);
test.each(cases)(
  'the sum and its gradients are those of two convolutions, bit for bit: $parts',
  {
    timeout: 120_000,
  },
  async (c) => {
    pretendHardware(true);
    expect(joinsConvolutions()).toBe(true);
    const found = await computed(c, joinedConvolution);
    expect(await tf.setBackend('cpu')).toBe(true);
    expect(found).toEqual(await computed(c, plain));
  },
);

const TUNINGS = [
  { inputReads: 'pairs', sums: 64 },
  { inputReads: 'vectors', workgroupSize: 128 },
] as const;
test.each(IS_LONG ? TUNINGS : TUNINGS.slice(0, 1))('tuned: %o', { timeout: 120_000 }, async (tuning) => {
  pretendHardware(true, tuning);
  const [, c] = CASES as [JoinedCase, JoinedCase];
  const found = await computed(c, joinedConvolution);
  expect(await tf.setBackend('cpu')).toBe(true);
  expect(found).toEqual(await computed(c, plain));
});

test('software adds one map to another, and maps of unlike sizes are refused', () => {
  expect(joinsConvolutions()).toBe(false);
  pretendHardware(true);
  const part = (side: number) => ({
    x: tf.zeros<tf.Rank.R4>([1, side, side, 4]),
    filter: tf.zeros<tf.Rank.R4>([1, 1, 4, 4]),
    stride: 1,
    inputGradient: true,
  });
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    expect(() => joinedConvolution([part(3), part(4)])).toThrow(RangeError);
  });
  expect(tf.memory().numTensors).toBe(before);
  const joined = plannedConvolutions(tf.backend() as WebGPUBackend).filter(({ otherInputs }) => otherInputs !== null);
  expect(joined.length).toBeGreaterThan(cases.length);
});
