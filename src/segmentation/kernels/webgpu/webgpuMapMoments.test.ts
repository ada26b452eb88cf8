import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { GpuTuning } from '../../../settings/gpuTuning.ts';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { convolution } from '../../models/convolution.ts';
import { groupNormRelu } from '../../models/groupNorm.ts';
import { mapMoments } from './webgpuMapMoments.ts';
import { pretendHardware } from './webgpuTilingTestTools.ts';

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
});
afterEach(() => pretendHardware(false));

type Shape4D = [number, number, number, number];
const wave = (shape: Shape4D, seed: number, mean = 0) =>
  tf.tensor4d(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => mean + Math.sin(seed + 2.3 * i)),
    shape,
  );

const backend = () => tf.backend() as WebGPUBackend;

/** A convolution of a map that the blocks overhang; its mean is far from 0 where that of the addend is. */
function convolved(isNormalized: boolean, kernel: number, mean: number): tf.Tensor4D {
  const config = { stride: 1, dilation: 1, inputGradient: false, isNormalized };
  const [x, filter] = [wave([2, 37, 21, 4], 1), wave([kernel, kernel, 4, 24], 2)];
  return convolution(x, filter, config, wave([2, 37, 21, 24], 3, mean));
}

/** Mean and sum of squared deviations of every block of every picture and channel, in double precision. */
function momentsOf(map: Float32Array, [, height, width, channels]: Shape4D, blockHeight: number, blockWidth: number) {
  const [down, across] = [Math.ceil(height / blockHeight), Math.ceil(width / blockWidth)];
  const found: number[] = [];
  for (let block = 0; block < 2 * down * across; block++) {
    const picture = Math.floor(block / (down * across));
    const [row, column] = [Math.floor(block / across) % down, block % across];
    const members = Array.from({ length: blockHeight * blockWidth }, (_, i) => ({
      y: row * blockHeight + Math.floor(i / blockWidth),
      x: column * blockWidth + (i % blockWidth),
    })).filter(({ y, x }) => y < height && x < width);
    const at = (channel: number) =>
      members.map(({ y, x }) => map[((picture * height + y) * width + x) * channels + channel] as number);
    const means = Array.from({ length: channels }, (_, c) => at(c).reduce((a, b) => a + b, 0) / members.length);
    found.push(...means, ...means.map((mean, c) => at(c).reduce((sum, value) => sum + (value - mean) ** 2, 0)));
  }
  return found;
}

test.each<[kernel: number, mean: number, tuning: Partial<GpuTuning>]>([
  [3, 0, {}],
  [3, 1000, { workgroupSize: 256, sums: 16 }],
  [1, 1000, { inputReads: 'vectors', workgroupSize: 128 }],
])('kernel %i, mean %f, tuned %o', { timeout: 60_000 }, async (kernel, mean, tuning) => {
  pretendHardware(true, tuning);
  const map = tf.tidy(() => convolved(true, kernel, mean));
  const left = mapMoments(map, backend());
  if (left === null) throw new Error('The convolution left no moments.');
  const moments = tf.engine().makeTensorFromTensorInfo(left.tensor);
  const [values, found] = await Promise.all([map.data<'float32'>(), moments.data<'float32'>()]);
  const expected = momentsOf(values, map.shape, left.blockHeight, left.blockWidth);
  expect(found.length).toBe(expected.length);
  // Single precision keeps a number of size 1000 to some 6e-5.
  const bound = 1e-6 * (1 + mean);
  found.forEach((value, i) => {
    const wanted = expected[i] as number;
    expect(Math.abs(value - wanted)).toBeLessThan(bound * 10 * (1 + Math.abs(wanted) * 1e-1));
  });
  tf.dispose([map, moments]);
});

test('a normalisation by moments that were left is one by moments of its own', { timeout: 60_000 }, async () => {
  pretendHardware(true);
  const [gain, offset] = [tf.ones<tf.Rank.R1>([24]), tf.zeros<tf.Rank.R1>([24])];
  const normalized = async (isNormalized: boolean) => {
    const result = tf.tidy(() => groupNormRelu(convolved(isNormalized, 3, 50), gain, offset, 8));
    const values = await result.data();
    result.dispose();
    return values;
  };
  const [found, expected] = [await normalized(true), await normalized(false)];
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 4);
  });
  tf.dispose([gain, offset]);
});

test('software, and maps of channels that are no whole vectors, leave none', () => {
  const left = (channels: number) =>
    tf.tidy(() => {
      const config = { stride: 1, dilation: 1, inputGradient: false, isNormalized: true };
      const map = convolution(wave([1, 8, 8, 4], 1), wave([1, 1, 4, channels], 2), config);
      const found = mapMoments(map, backend());
      if (found !== null) backend().disposeData(found.tensor.dataId);
      return found !== null;
    });
  expect(left(8)).toBe(false);
  pretendHardware(true);
  expect(left(6)).toBe(false);
  expect(left(8)).toBe(true);
});

test('nothing is left in memory', { timeout: 60_000 }, async () => {
  pretendHardware(true);
  const before = tf.backend().numDataIds();
  const result = tf.tidy(() => groupNormRelu(convolved(true, 3, 0), tf.ones([24]), tf.zeros([24]), 8));
  await result.data();
  result.dispose();
  expect(tf.backend().numDataIds()).toBe(before);
  expect(backend().bufferManager.getNumUsedBuffers()).toBe(0);
});
