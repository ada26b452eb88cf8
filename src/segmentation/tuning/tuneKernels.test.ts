import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { DEFAULT_GPU_TUNING, gpuTuningSchema } from '../../settings/gpuTuning.ts';
import { startBackend } from '../backend.ts';
import { restartWebgpu, WASM_PATHS } from '../backendTestTools.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { tilingLimits } from '../kernels/webgpu/webgpuTiling.ts';
import { pretendHardware } from '../kernels/webgpu/webgpuTilingTestTools.ts';
import { BufferRouter } from '../recording/bufferRouter.ts';
import { gpuInternals } from '../recording/gpuInternals.ts';
import { LiveBuffers } from '../recording/liveBuffersTestTools.ts';
import { timeInTurns } from './kernelTimes.ts';
import { TrialWork } from './trialWork.ts';
import { tuneKernels } from './tuneKernels.ts';

const SMALL = [{ sidePx: 8, channels: 8 }];

let turns = 0;
const yieldToEventLoop = () => {
  turns++;
  return Promise.resolve();
};

let device: GPUDevice;

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
});

beforeEach(async () => {
  device = await restartWebgpu();
  turns = 0;
});

// As on a graphics processor every value has programs of its own, which SwiftShader takes its time to compile.
test.each(IS_LONG ? [false, true] : [false])(
  'a tuning is found and all memory is given back, on hardware: %s',
  async (hardware) => {
    pretendHardware(hardware);
    const backend = tf.backend() as WebGPUBackend;
    const buffers = new LiveBuffers(device);
    const router = BufferRouter.of(gpuInternals(backend));
    const before = { allocated: router.numBytesAllocated, used: router.numBytesUsed, tensors: tf.memory().numTensors };
    const tuning = await tuneKernels(SMALL, yieldToEventLoop);
    expect(v.is(gpuTuningSchema, tuning)).toBe(true);
    const { products: _, ...inForce } = tilingLimits(backend);
    if (hardware) expect(inForce).toEqual(tuning);
    const { numBytesAllocated: allocated, numBytesUsed: used } = router;
    expect({ allocated, used, tensors: tf.memory().numTensors }).toEqual(before);
    // What tfjs's uniforms take is not among the tensors' buffers, but it is not to grow either.
    expect(buffers.bytes).toBe(0);
    expect(turns).toBeGreaterThan(20);
  },
);

test('a way to cut kernels that the driver refuses is passed over', async () => {
  pretendHardware(true);
  const { createComputePipelineAsync, createShaderModule } = device;
  const refused = new WeakSet<GPUShaderModule>();
  device.createShaderModule = (descriptor) => {
    const module = createShaderModule.call(device, descriptor);
    if (/workgroup_size\(256/.test(descriptor.code)) refused.add(module);
    return module;
  };
  device.createComputePipelineAsync = (descriptor) =>
    refused.has(descriptor.compute.module)
      ? Promise.reject(new Error('It is too large.'))
      : createComputePipelineAsync.call(device, descriptor);
  const work = new TrialWork(SMALL);
  try {
    const tunings = [64, 256] as const;
    const times = await timeInTurns(
      work,
      'convolutions',
      tunings.map((workgroupSize) => ({ ...DEFAULT_GPU_TUNING, lanes: 32, workgroupSize })),
      yieldToEventLoop,
    );
    expect(times.map((ms) => Number.isFinite(ms) && ms > 0)).toEqual([true, false]);
  } finally {
    work.dispose();
  }
});
