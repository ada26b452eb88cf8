import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { gpuInternals } from '../recording/gpuInternals.ts';
import { DisagreementError } from './disagreement.ts';
import { selfTest } from './selfTest.ts';
import { SHADER_FAULTS, type ShaderFault } from './shaderFaultsTestTools.ts';

const NETWORKS = {
  unet: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  plainUnet: { kind: 'plainUnet', width: 4, depth: 2, stride: 2 },
} as const satisfies Record<ShaderFault['network'], LearnerSettings['network']>;

const timer = globalThis as unknown as { setTimeout(callback: () => void, ms: number): unknown };
const wait = (ms: number) => new Promise<void>((resolve) => timer.setTimeout(resolve, ms));

function tested(network: ShaderFault['network'], limitMs = 60_000): Promise<void> {
  const settings = { ...DEFAULT_LEARNER_SETTINGS, network: NETWORKS[network] };
  const yieldToEventLoop = () => Promise.resolve();
  return selfTest({ channels: [3, 0, 1], settings, largestBytes: 2 ** 20, limitMs, wait, yieldToEventLoop });
}

/** The text that each compiled program came of, before any fault. */
const texts = new WeakMap<object, string>();
const allTexts = new Set<string>();
let patch: (code: string) => string = (code) => code;

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  const { device } = tf.backend() as WebGPUBackend;
  const { createShaderModule, createComputePipeline, createComputePipelineAsync } = device;
  device.createShaderModule = ({ code, ...rest }) => {
    const module = createShaderModule.call(device, { ...rest, code: patch(code) });
    texts.set(module, code);
    allTexts.add(code);
    return module;
  };
  const noted = <P extends object>(pipeline: P, { compute }: GPUComputePipelineDescriptor): P => {
    texts.set(pipeline, texts.get(compute.module) ?? '');
    return pipeline;
  };
  device.createComputePipeline = (descriptor) => noted(createComputePipeline.call(device, descriptor), descriptor);
  device.createComputePipelineAsync = async (descriptor) =>
    noted(await createComputePipelineAsync.call(device, descriptor), descriptor);
});

/** Has programs compiled with a fault from now on, and those anew that have a place for it. */
function breakPrograms(fault: (code: string) => string): void {
  const { pipelineCache } = gpuInternals(tf.backend() as WebGPUBackend);
  for (const [key, pipeline] of Object.entries(pipelineCache)) {
    const code = texts.get(pipeline) ?? '';
    if (fault(code) !== code) delete pipelineCache[key];
  }
  patch = fault;
}

afterEach(() => {
  breakPrograms(patch);
  patch = (code) => code;
});

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
    expect([...allTexts].some((code) => fault.patch(code) !== code)).toBe(true);
    breakPrograms(fault.patch);
    const refusal = await tested(network).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DisagreementError);
    expect((refusal as DisagreementError).kernel).toMatch(fault.kernel);
    expect(tf.getBackend()).toBe('webgpu');
  });
});

test('a device that does not answer in time is refused', async () => {
  await expect(tested('unet', 0)).rejects.toThrow('waited for too long');
});
