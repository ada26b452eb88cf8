import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { restartWebgpu, WASM_PATHS } from '../backendTestTools.ts';
import { compilePrograms } from './compilePrograms.ts';
import { type GpuInternals, gpuInternals } from './gpuInternals.ts';

let device: GPUDevice;
let gpu: GpuInternals;
let asked: number;

beforeEach(async () => {
  device = await restartWebgpu();
  await startBackend('webgpu', WASM_PATHS);
  gpu = gpuInternals(tf.backend() as WebGPUBackend);
  asked = 0;
});

/** Has the driver refuse the next programs that are compiled ahead. */
function refuse(times: number): void {
  const compile = Object.getPrototypeOf(device).createComputePipelineAsync as GPUDevice['createComputePipelineAsync'];
  device.createComputePipelineAsync = (descriptor) => {
    asked++;
    if (asked <= times) return Promise.reject(new Error('Internal error: D3D shader compilation failed'));
    return compile.call(device, descriptor);
  };
}

const numbers = [1, 2, 3, 4];
const sum = () => tf.tidy(() => tf.sum(tf.square(tf.tensor1d(numbers))));
const square = () => tf.tidy(() => tf.square(tf.tensor1d(numbers)));

const compile = () => compilePrograms(gpu, () => sum().dispose());

test('what was compiled ahead is not compiled again', async () => {
  refuse(0);
  await compile();
  expect(asked).toBeGreaterThanOrEqual(2);
  device.createComputePipeline = () => {
    throw new Error('It is there already.');
  };
  expect(await sum().data()).toEqual(new Float32Array([30]));
  await compile();
});

test('a program that is refused once is compiled all the same', async () => {
  refuse(1);
  await compile();
  expect(await sum().data()).toEqual(new Float32Array([30]));
});

test('one that is always refused is a failure of the device in a sentence, and can be asked for again', async () => {
  refuse(Number.POSITIVE_INFINITY);
  const ofDriver = { name: 'GpuError', failure: 'gpu', message: expect.stringContaining('refused a program') };
  await expect(compile()).rejects.toMatchObject(ofDriver);
  expect(Object.values(gpu.pipelineCache)).toEqual([]);
  refuse(0);
  await compile();
  expect(await sum().data()).toEqual(new Float32Array([30]));
});

test('programs that are needed meanwhile run at once, and are not taken for others', async () => {
  const compiling = compile();
  const squares = square();
  // None of these does tfjs compute itself, however few numbers there are.
  const positive = () => tf.tidy(() => tf.relu(tf.tensor1d([-1, 2])));
  const sines = () => tf.tidy(() => tf.sin(tf.tensor1d([0, 0])));
  const third = positive();
  const other = compilePrograms(gpu, () => sines().dispose());
  await Promise.all([compiling, other]);
  expect(await squares.data()).toEqual(new Float32Array([1, 4, 9, 16]));
  expect(await third.data()).toEqual(new Float32Array([0, 2]));
  expect(await sines().data()).toEqual(new Float32Array([0, 0]));
  expect(await sum().data()).toEqual(new Float32Array([30]));
});
