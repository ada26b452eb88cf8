import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings, type NetworkKind } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { gpuInternals } from '../recording/gpuInternals.ts';
import { selfTest } from './selfTest.ts';
import type { ShaderFault } from './shaderFaultsTestTools.ts';

const NETWORKS = {
  unet: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  plainUnet: { kind: 'plainUnet', width: 4, depth: 2, stride: 2 },
  context: { kind: 'context', width: 4, depth: 3, stride: 1 },
  pretrained: { kind: 'pretrained', width: 4, depth: 2, stride: 1 },
} as const satisfies Record<NetworkKind, LearnerSettings['network']>;

const timer = globalThis as unknown as { setTimeout(callback: () => void, ms: number): unknown };
const wait = (ms: number) => new Promise<void>((resolve) => timer.setTimeout(resolve, ms));

/** Tests the device with the default learner of a small network. */
export function tested(network: NetworkKind, limitMs = 60_000): Promise<void> {
  const settings = { ...DEFAULT_LEARNER_SETTINGS, network: NETWORKS[network] };
  const yieldToEventLoop = () => Promise.resolve();
  return selfTest({ channels: [3, 0, 1], settings, largestBytes: 2 ** 20, limitMs, wait, yieldToEventLoop });
}

/** The text that each compiled program came of, before any fault. */
const texts = new WeakMap<object, string>();
const allTexts = new Set<string>();
let patch: (code: string) => string = (code) => code;

/** Starts WebGPU with a device whose programs {@link breakPrograms} can break. */
export async function startFaultyDevice(): Promise<void> {
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
}

/**
 * Has programs compiled with a fault from now on, or with none, and those anew that have a place for the one that comes or
 * goes. Returns how many texts that the device was given so far have a place for it.
 */
export function breakPrograms(fault: ShaderFault['patch'] | null): number {
  const { pipelineCache } = gpuInternals(tf.backend() as WebGPUBackend);
  const next = fault ?? ((code: string) => code);
  for (const [key, pipeline] of Object.entries(pipelineCache)) {
    const code = texts.get(pipeline) ?? '';
    if (next(code) !== patch(code)) delete pipelineCache[key];
  }
  patch = next;
  return [...allTexts].filter((code) => next(code) !== code).length;
}
