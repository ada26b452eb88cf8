import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { sumOfBlocks, twoSumsOfBlocks } from './webgpuBlockSum.ts';
import { tilingLimits } from './webgpuTiling.ts';
import { pretendHardware } from './webgpuTilingTestTools.ts';

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
});
afterEach(() => pretendHardware(false));

const backend = () => tf.backend() as WebGPUBackend;

/** Sixteenths up to 4: sums of some thousand are exact in whatever order. */
const blocksOf = (shape: [number, number, number]) =>
  Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.round(64 * Math.sin(1.3 * i)) / 16);

function expectedSums(values: Float32Array, blocks: number): number[] {
  const size = values.length / blocks;
  return Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let block = 0; block < blocks; block++) sum += values[block * size + i] as number;
    return sum;
  });
}

const SHAPES: [number, number, number][] = [
  [1, 3, 4],
  [63, 5, 3],
  [64, 1, 1],
  [65, 10, 4],
  [700, 2, 12],
  [2048, 17, 5],
  [100, 300, 8],
];

describe.each([false, true])('sums of blocks, tiled for hardware: %s', (hardware) => {
  it.each(SHAPES)('are exact for %i blocks of %i × %i', async (blocks, rows, channels) => {
    pretendHardware(hardware);
    const values = blocksOf([blocks, rows, channels]);
    const sums = tf.tensor3d(values, [blocks, rows, channels]);
    const size = rows * channels;
    const sum = tf.engine().makeTensorFromTensorInfo(sumOfBlocks(sums, size, size, backend()));
    expect([...(await sum.data())]).toEqual(expectedSums(values, blocks));
    tf.dispose([sums, sum]);
  });

  it('are two tensors where a last row stands for itself', async () => {
    pretendHardware(hardware);
    const values = blocksOf([300, 7, 5]);
    const expected = expectedSums(values, 300);
    const sums = backend().makeTensorInfo([300, 7, 5], 'float32', values);
    const [first, last] = twoSumsOfBlocks(sums, [2, 3, 5], backend()).map((info) =>
      tf.engine().makeTensorFromTensorInfo(info),
    ) as [tf.Tensor, tf.Tensor];
    expect([first.shape, last.shape]).toEqual([[2, 3, 5], [5]]);
    expect([...(await first.data())]).toEqual(expected.slice(0, 30));
    expect([...(await last.data())]).toEqual(expected.slice(30));
    tf.dispose([first, last]);
  });
});

/** Invocations of the one program that `work` runs. */
function invocationsOf(work: () => void): number {
  const gpu = backend();
  const { runWebGPUProgram } = gpu;
  let count = 0;
  gpu.runWebGPUProgram = (program: WebGPUProgram, ...rest) => {
    count += program.dispatch[0] * program.workgroupSize[0];
    return runWebGPUProgram.call(gpu, program, ...rest);
  };
  work();
  gpu.runWebGPUProgram = runWebGPUProgram;
  return count;
}

it('hardware adds no more than 64 blocks one after another, where there are few numbers and many blocks', () => {
  pretendHardware(true);
  // The head's filter and bias of sixteen maps, three classes.
  const [blocks, rows, channels] = [2048, 17, 3];
  const sums = tf.zeros([blocks, rows, channels]);
  const invocations = invocationsOf(() =>
    backend().disposeData(sumOfBlocks(sums, rows * channels, rows * channels, backend()).dataId),
  );
  sums.dispose();
  expect((blocks * rows * channels) / invocations).toBeLessThanOrEqual(64);
  expect(tilingLimits(backend()).lanes).toBe(256);
});
