import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { parseWgsl, validate, writeHlsl, writeMsl, writeSpirv } from 'naga-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { messageOf } from '../../../base/messageOf.ts';
import {
  DEFAULT_LEARNER_SETTINGS,
  type LearnerSettings,
  LOSSES,
  NETWORK_KINDS,
  TREATMENTS,
} from '../../../settings/learner.ts';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { Trainer } from '../../trainer/trainer.ts';
import { wavesPicture } from '../../wavesTestTools.ts';
import { pretendHardware } from './webgpuTilingTestTools.ts';

/**
 * More straight-line code than this takes the compilers of some drivers seconds: the 1,024 products of the smallest tile of
 * an 8 × 8 kernel, and what finds their numbers.
 */
const MAX_PRODUCTS = 1600;

const PICTURE = wavesPicture(32, [0, 1, 2]);

/** The WGSL of everything that these learners run, and what of it is for graphics processors alone. */
const texts = new Set<string>();
const forHardware = new Set<string>();

/** Settings that between them ask for every kernel. */
const LEARNERS: readonly Partial<LearnerSettings>[] = [
  ...NETWORK_KINDS.flatMap((kind) =>
    ([1, 2, 4] as const).map((stride) => ({ network: { kind, width: 16, depth: 3, stride } })),
  ),
  ...LOSSES.map((loss) => ({ loss, classBalance: 'none', labelSmoothing: 0 }) as const),
  ...TREATMENTS.map((unlabeled) => ({ unlabeled, loss: 'crossEntropy' }) as const),
  { optimizer: 'sgd', weightAverage: 0.9, strokeBalance: 'stroke' },
  { labelSmoothing: 0.1, flipAveraging: false },
];

/** Notes what a learner compiles, ahead and without running anything. */
async function dump(some: Partial<LearnerSettings>): Promise<void> {
  const small = { kind: 'unet', width: 4, depth: 1, stride: 1 } as const;
  const trainer = new Trainer({
    channels: [0, 1, 2],
    settings: { ...DEFAULT_LEARNER_SETTINGS, network: small, ...some },
  });
  trainer.addPicture('waves', PICTURE.pixels, PICTURE.planes, 'train');
  await trainer.compile('waves');
  trainer.dispose();
}

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  const { device } = tf.backend() as WebGPUBackend;
  const { createShaderModule, createComputePipelineAsync } = device;
  const anyModule = createShaderModule.call(device, { code: '@compute @workgroup_size(1) fn _start() {}' });
  device.createShaderModule = (descriptor) => {
    if (!texts.has(descriptor.code)) forHardware.add(descriptor.code);
    texts.add(descriptor.code);
    return createShaderModule.call(device, descriptor);
  };
  // The text is what is looked at: to compile it takes software minutes.
  device.createComputePipelineAsync = (descriptor) =>
    createComputePipelineAsync.call(device, { ...descriptor, compute: { module: anyModule, entryPoint: '_start' } });
  for (const some of LEARNERS) await dump(some);
  forHardware.clear();
  pretendHardware(true);
  for (const some of LEARNERS) await dump(some);
  pretendHardware(false);
});

/** Programs that a step runs, counted without running any. */
async function dispatchesOf(kind: 'unet' | 'pretrained', hardware: boolean): Promise<number> {
  pretendHardware(hardware);
  const { network } = DEFAULT_LEARNER_SETTINGS;
  const settings = { ...DEFAULT_LEARNER_SETTINGS, network: { ...network, kind } };
  const trainer = new Trainer({ channels: [0, 1, 2], settings });
  trainer.addPicture('waves', PICTURE.pixels, PICTURE.planes, 'train');
  const backend = tf.backend() as WebGPUBackend;
  const { runWebGPUProgram } = backend;
  let dispatches = 0;
  backend.runWebGPUProgram = (...program) => {
    dispatches++;
    return runWebGPUProgram.apply(backend, program);
  };
  await trainer.compile(null);
  backend.runWebGPUProgram = runWebGPUProgram;
  trainer.dispose();
  pretendHardware(false);
  return dispatches;
}

// What adds a map, turns a filter, gathers moments or adds up a gradient's blocks in a dispatch of its own shows here.
it.each([
  ['pretrained', true, 99],
  ['unet', true, 95],
  ['pretrained', false, 176],
  ['unet', false, 145],
] as const)('a step of the default %s, hardware %s, takes no more than %i dispatches', async (kind, hardware, most) => {
  // Where a program may bind eight buffers and no more, a dispatch adds up the blocks of fewer gradients.
  const { maxStorageBuffersPerShaderStage } = (tf.backend() as WebGPUBackend).device.limits;
  const further = hardware && maxStorageBuffersPerShaderStage <= 8 ? 1 : 0;
  expect(await dispatchesOf(kind, hardware)).toBeLessThanOrEqual(most + further);
});

describe('every shader', () => {
  it('is translated by naga, the compiler of Firefox, for Direct3D, Metal and Vulkan', () => {
    const refusals: string[] = [];
    for (const code of texts) {
      try {
        const module = parseWgsl(code);
        const info = validate(module);
        for (const write of [writeHlsl, writeMsl, writeSpirv]) expect(write(module, info).length).toBeGreaterThan(0);
        info.free();
        module.free();
      } catch (error) {
        refusals.push(`${messageOf(error)}\n${code.slice(0, 3000)}`);
      }
    }
    expect(refusals).toEqual([]);
    expect(texts.size).toBeGreaterThan(60);
  });

  it('takes elements by an index that varies of `var` alone', () => {
    for (const code of texts) {
      for (const [, name] of code.matchAll(/\blet (\w+) = array</g)) {
        const varies = [...code.matchAll(new RegExp(`\\b${name}\\[([^\\]]+)\\]`, 'g'))].filter(
          ([, at]) => !/^\d+$/.test(at ?? ''),
        );
        expect(varies.map(([text]) => text)).toEqual([]);
      }
    }
  });

  it('has no more straight-line code than drivers compile quickly', () => {
    const products = [...forHardware].map((code) => code.split(/\bfn main\(/)[1]?.split(' * ').length ?? 0);
    expect(forHardware.size).toBeGreaterThan(20);
    expect(Math.max(...products)).toBeLessThan(MAX_PRODUCTS);
  });
});
