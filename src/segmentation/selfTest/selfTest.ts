import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { LearnerSettings } from '../../settings/learner.ts';
import { startProcessor } from '../backend.ts';
import { plannedConvolutions } from '../kernels/convolution/webgpuConvolution.ts';
import { plannedInvertedResiduals } from '../kernels/invertedResidual/webgpuInvertedResidual.ts';
import { followingPlans } from '../kernels/webgpu/webgpuNotedPlans.ts';
import { fineTunes } from '../optimizer/fineTuning.ts';
import { compilePrograms } from '../recording/compilePrograms.ts';
import { flush, gpuInternals } from '../recording/gpuInternals.ts';
import { GpuWatch } from '../recording/gpuWatch.ts';
import { LearnedNetwork } from '../trainer/learnedNetwork.ts';
import { checkBlocks } from './blockCheck.ts';
import { DisagreementError } from './disagreement.ts';
import { compareWithTwins, noteKernels, onProcessor } from './kernelAudit.ts';
import { checkReplay } from './replayCheck.ts';
import { checkTilings } from './tilingCheck.ts';
import { farFromZero, hostileLosses, learningPass, predictingPass, trialSettings } from './trialPasses.ts';
import { checkUpdates } from './updateCheck.ts';
import { waitingUpTo } from './waitingUpTo.ts';

/** What {@link selfTest} tries, and how. */
export interface SelfTestRequest {
  /** Class ids in channel order. */
  readonly channels: readonly number[];
  readonly settings: LearnerSettings;
  /** Of the largest map of a step. */
  readonly largestBytes: number;
  /** How long the graphics processor may be waited for, in all. */
  readonly limitMs: number;
  /** Settles after that time. */
  readonly wait: (ms: number) => Promise<void>;
  /** Lets others in between two comparisons. */
  readonly yieldToEventLoop: () => Promise<void>;
}

/**
 * Tries the graphics processor on the kernels of one network before anything is learned: every kernel against its twin on
 * the processor, on small maps that tiles overhang; every convolution and every inverted
 * residual block by the very tiling that it will have; losses of
 * logits that are no numbers; both optimisers; replayed steps against eager ones, bit for bit; and a buffer as large as the
 * largest map. WebGPU must be in force, and the network's programs compiled.
 *
 * Rejects with a {@link DisagreementError} that names what is wrong, or with a `GpuError` where the device fails.
 */
export async function selfTest(request: SelfTestRequest): Promise<void> {
  const backend = tf.backend() as WebGPUBackend;
  const gpu = gpuInternals(backend);
  const watch = GpuWatch.over(gpu);
  const within = waitingUpTo(request.limitMs, request.wait);
  const read = (info: tf.TensorInfo) => within(backend.read(info.dataId) as Promise<Float32Array | Int32Array>);
  const readAndDispose = async (tensor: tf.Tensor) => {
    try {
      return (await read(tensor)) as Float32Array;
    } finally {
      tensor.dispose();
    }
  };
  const settings = trialSettings(request.settings);
  await startProcessor();
  // Before others are planned, for the small maps of what comes next.
  const [planned, blocks] = [plannedConvolutions(backend), plannedInvertedResiduals(backend)];
  await watch.during(() => checkBlocks(backend, blocks, readAndDispose), 'gpu');
  await watch.during(() => checkTilings(backend, planned, readAndDispose), 'gpu');

  const network = new LearnedNetwork(request.channels, settings);
  if (fineTunes(settings)) network.unfreeze();
  const trial = { network, channels: request.channels, settings };
  const passes = [() => learningPass(trial), () => predictingPass(trial), () => [...hostileLosses(), ...farFromZero()]];
  try {
    for (const pass of passes) {
      await compilePrograms(gpu, () => tf.dispose(followingPlans(() => tf.tidy(pass))));
      const calls = watch.during(() => followingPlans(() => noteKernels(pass)), 'gpu');
      await compareWithTwins(calls, read, request.yieldToEventLoop);
    }
  } finally {
    network.dispose();
  }
  await checkUpdates(onProcessor, within);
  await checkReplay(request.channels, settings, network.parts.network.sizeMultiple, within);
  await checkLargestMap(backend, request.largestBytes, within);
}

/** Whether a buffer of `bytes` bytes can be had, and holds at its end what was written there. */
async function checkLargestMap(
  backend: WebGPUBackend,
  bytes: number,
  within: <T>(reading: Promise<T>) => Promise<T>,
): Promise<void> {
  const gpu = gpuInternals(backend);
  const watch = GpuWatch.over(gpu);
  const size = 16 * Math.ceil(bytes / 16);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = watch.during(() => gpu.device.createBuffer({ size, usage }), 'memory');
  const end = gpu.device.createBuffer({ size: 16, usage });
  try {
    const pattern = Uint32Array.of(0x12345678, 0x9abcdef0, 0x0fedcba9, 0x87654321);
    gpu.queue.writeBuffer(buffer, size - 16, pattern);
    flush(gpu);
    const encoder = gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, size - 16, end, 0, 16);
    gpu.queue.submit([encoder.finish()]);
    const found = new Uint32Array(await within(gpu.getBufferData(end)));
    if (pattern.some((word, i) => word !== found[i])) throw new DisagreementError('largest map');
  } finally {
    buffer.destroy();
    end.destroy();
  }
}
