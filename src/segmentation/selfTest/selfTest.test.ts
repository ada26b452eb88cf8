import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { IS_LONG } from '../effortTestTools.ts';
import { DisagreementError } from './disagreement.ts';
import { breakPrograms, startFaultyDevice, tested } from './faultyDeviceTestTools.ts';
import { SHADER_FAULTS } from './shaderFaultsTestTools.ts';

beforeAll(async () => {
  await startFaultyDevice();
});
afterEach(() => breakPrograms(null));

// A fault is found by the first kernel that it spoils: some of each part of the test, all of them in the long run.
const networks = IS_LONG ? (['unet', 'plainUnet'] as const) : (['unet'] as const);

describe.each(networks)('the programs of a %s', (network) => {
  test('pass on a device that computes as it should, and leave nothing behind', async () => {
    const backend = tf.backend() as WebGPUBackend;
    const held = () => ({ tensors: tf.memory().numTensors, onDevice: backend.numDataIds() });
    const before = held();
    await tested(network);
    expect(held()).toEqual(before);
    expect(tf.getBackend()).toBe('webgpu');
  });

  const faults = SHADER_FAULTS.filter((fault) => fault.network === network);
  it.each(IS_LONG ? faults : faults.filter((_, i) => i % 3 === 0))('are refused where $name', async (fault) => {
    expect(breakPrograms(fault.patch)).toBeGreaterThan(0);
    const refusal = await tested(network).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DisagreementError);
    expect((refusal as DisagreementError).kernel).toMatch(fault.kernel);
    expect(tf.getBackend()).toBe('webgpu');
  });
});

test('a device that does not answer in time is refused', async () => {
  await expect(tested('unet', 0)).rejects.toThrow('waited for too long');
});
