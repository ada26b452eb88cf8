import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { startBackend } from '../backend.ts';
import { restartWebgpu, WASM_PATHS } from '../backendTestTools.ts';
import { BrokenBuffers } from './brokenBuffersTestTools.ts';
import { flush, gpuInternals } from './gpuInternals.ts';
import type { GpuError } from './gpuWatch.ts';
import { RecordingRunner } from './stepRunner.ts';

const buffers = new BrokenBuffers();
let device: GPUDevice;
let heard: GpuError[];

beforeEach(async () => {
  buffers.mend();
  device = await restartWebgpu();
  heard = await startListening();
});

afterAll(() => buffers.remove());

/** What is told of the backend's device from now on. */
async function startListening(): Promise<GpuError[]> {
  const told: GpuError[] = [];
  await startBackend('webgpu', WASM_PATHS, (error) => told.push(error));
  return told;
}

const ofMemory = { name: 'GpuError', failure: 'memory', message: expect.stringContaining('too little memory') };
const ofDevice = { name: 'GpuError', failure: 'gpu', message: expect.stringContaining('could not carry out') };

/** A step with memory of its own, that gives what it reads. */
function runnerOver(tensor: tf.Tensor): RecordingRunner {
  // Else tfjs computes so few numbers itself.
  bufferOf(tensor);
  const step = () => tf.tidy(() => tf.sum(tf.mul(tf.add(tensor, 1), tensor)));
  const gpu = gpuInternals(tf.backend() as WebGPUBackend);
  return new RecordingRunner(gpu, step, { dtype: 'float32', size: 1, mostUnread: 16, flops: 0 });
}

function bufferOf(tensor: tf.Tensor): GPUBuffer {
  const gpu = gpuInternals(tf.backend() as WebGPUBackend);
  gpu.uploadToGPU(tensor.dataId);
  return gpu.tensorMap.get(tensor.dataId).resource as GPUBuffer;
}

test.each([0, 1])('a step whose buffers are invalid has no result: after %i sound ones', async (sound) => {
  const runner = runnerOver(tf.tensor1d([1, 2, 3, 4, 5]));
  for (let i = 0; i < sound; i++) runner.run();
  expect(await runner.takeResults()).toEqual(Array(sound).fill(new Float32Array([70])));
  buffers.break('invalid');
  runner.run();
  buffers.mend();
  await expect(runner.takeResults()).rejects.toMatchObject(ofMemory);
  expect(buffers.asked).toBeGreaterThan(0);
  expect(() => runner.run()).toThrow(expect.objectContaining(ofMemory));
  expect(heard).toHaveLength(1);
});

test.each([0, 1])('a step whose buffers cannot be made has no result: after %i sound ones', async (sound) => {
  const runner = runnerOver(tf.tensor1d([1, 2, 3, 4, 5]));
  for (let i = 0; i < sound; i++) runner.run();
  buffers.break('throws');
  expect(() => runner.run()).toThrow(expect.objectContaining(ofMemory));
  buffers.mend();
  await expect(runner.takeResults()).rejects.toMatchObject(ofMemory);
  expect(heard).toMatchObject([ofMemory]);
});

test('a replayed step that the device refuses has no result, and nothing follows it', async () => {
  const weights = tf.tensor1d([1, 2, 3, 4, 5]);
  const runner = runnerOver(weights);
  for (let i = 0; i < 3; i++) runner.run();
  expect(await runner.takeResults()).toHaveLength(3);
  // Behind tfjs's back, so that the recording knows nothing of it.
  bufferOf(weights).destroy();
  runner.run();
  runner.run();
  await expect(runner.takeResults()).rejects.toMatchObject(ofDevice);
  expect(() => runner.run()).toThrow(expect.objectContaining(ofDevice));
  expect(heard).toHaveLength(1);
});

test('a replayed step opens no error scope, and a burst of them one', async () => {
  const runner = runnerOver(tf.tensor1d([1, 2, 3, 4, 5]));
  for (let i = 0; i < 3; i++) runner.run();
  await runner.takeResults();
  let scopes = 0;
  const { pushErrorScope } = device;
  device.pushErrorScope = (filter) => {
    scopes++;
    pushErrorScope.call(device, filter);
  };
  for (let i = 0; i < 16; i++) runner.run();
  expect(scopes).toBe(0);
  expect(await runner.takeResults()).toHaveLength(16);
  expect(scopes).toBe(1);
});

test('what is read from invalid buffers is no value', async () => {
  const sound = tf.tensor1d([1, 2, 3, 4]);
  bufferOf(sound);
  buffers.break('invalid');
  const sum = tf.add(sound, sound);
  buffers.mend();
  await expect(sum.data()).rejects.toMatchObject(ofMemory);
});

test('more than a device allows is too much memory, in a buffer and in what a shader can read of it', async () => {
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  const sound = tf.tensor1d([1, 2, 3, 4]);
  bufferOf(sound);
  device.createBuffer({ size: 2 * maxBufferSize, usage: GPUBufferUsage.COPY_DST });
  await expect(tf.add(sound, sound).data()).rejects.toMatchObject(ofMemory);

  const other = await restartWebgpu();
  const heardOfOther = await startListening();
  const size = maxStorageBufferBindingSize + 4;
  expect(() => other.createBuffer({ size, usage: GPUBufferUsage.STORAGE })).toThrow(expect.objectContaining(ofMemory));
  expect([...heard, ...heardOfOther]).toMatchObject([ofMemory, ofMemory]);
});

test('an error outside of every scope is heard while nobody waits', async () => {
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(bufferOf(tf.tensor1d([1])), 0, bufferOf(tf.tensor1d([1])), 2, 4);
  device.queue.submit([encoder.finish()]);
  flush(gpuInternals(tf.backend() as WebGPUBackend));
  await expect.poll(() => heard).toMatchObject([ofDevice]);
  // Whoever comes later is told at once.
  expect(await startListening()).toEqual(heard);
});

test('a mistake in a call is none of the device’s failures', () => {
  expect(() => device.createBuffer({} as GPUBufferDescriptor)).toThrow(TypeError);
  expect(heard).toEqual([]);
});
