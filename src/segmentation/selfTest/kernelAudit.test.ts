import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startBackend, startProcessor } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { DisagreementError } from './disagreement.ts';
import { compareWithTwins, noteKernels } from './kernelAudit.ts';

let backend: WebGPUBackend;

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  await startProcessor();
  backend = tf.backend() as WebGPUBackend;
});

const read = (info: tf.TensorInfo) => backend.read(info.dataId) as Promise<Float32Array>;
const yieldToEventLoop = () => Promise.resolve();

test('a kernel that takes a list of operands is compared like any other, and nothing stays on the device', async () => {
  const before = backend.numDataIds();
  const calls = noteKernels(() => tf.concat([tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])]));
  expect(calls.map(({ kernelName }) => kernelName)).toContain('Concat');
  await compareWithTwins(calls, read, yieldToEventLoop);
  expect(backend.numDataIds()).toBe(before);
});

test('what an operand of a list was otherwise is found', async () => {
  const calls = noteKernels(() => tf.concat([tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])]));
  const [result] = calls.flatMap(({ kernelName, outputs }) => (kernelName === 'Concat' ? outputs : []));
  const readAmiss = async (info: tf.TensorInfo) => {
    const values = await read(info);
    return info.dataId === result?.dataId ? values.map((value) => value + 1) : values;
  };
  await expect(compareWithTwins(calls, readAmiss, yieldToEventLoop)).rejects.toThrow(DisagreementError);
});
