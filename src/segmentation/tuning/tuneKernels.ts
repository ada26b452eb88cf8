import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { DEFAULT_GPU_TUNING, type GpuTuning } from '../../settings/gpuTuning.ts';
import { tuneBackend } from '../kernels/webgpu/webgpuTiling.ts';
import { BufferRouter } from '../recording/bufferRouter.ts';
import { flush, gpuInternals } from '../recording/gpuInternals.ts';
import { descend, type TuningField } from './descent.ts';
import { timeInTurns, timeOnce } from './kernelTimes.ts';
import { MIN_SIDE_PX, type TrialMap, TrialWork, type WorkKind } from './trialWork.ts';

/** A run that takes longer leaves no time for a second one: smaller maps are tried. */
const MAX_RUN_MS = 50;

/** What each field bears upon. */
const WORK_OF: Readonly<Record<TuningField, WorkKind>> = {
  inputReads: 'convolutions',
  sums: 'convolutions',
  workgroupSize: 'convolutions',
  wantedInvocations: 'convolutions',
  lanes: 'sums',
};

/**
 * Finds out how kernels are best cut on the graphics processor at hand for maps like these, and has them cut so from then
 * on. WebGPU must be in force, and nothing else under way; all memory is given back. `yieldToEventLoop` lets others in between two
 * rounds. Rejects with a `GpuError` where the device fails.
 */
export async function tuneKernels(
  maps: readonly TrialMap[],
  yieldToEventLoop: () => Promise<void>,
): Promise<GpuTuning> {
  const backend = tf.backend() as WebGPUBackend;
  const work = await affordableWork(maps);
  let tuning = DEFAULT_GPU_TUNING;
  try {
    tuning = await descend({
      time: (field, tunings) => timeInTurns(work, WORK_OF[field], tunings, yieldToEventLoop),
    });
    return tuning;
  } finally {
    work.dispose();
    const gpu = gpuInternals(backend);
    flush(gpu);
    BufferRouter.of(gpu).trim();
    tuneBackend(backend, tuning);
  }
}

/** Work on maps like these, or on smaller ones where a run would take too long; the caller's to dispose. */
async function affordableWork(maps: readonly TrialMap[]): Promise<TrialWork> {
  const work = new TrialWork(maps);
  let halvings: number;
  try {
    const ms = await timeOnce(work, 'convolutions', DEFAULT_GPU_TUNING);
    // Half as long a side takes a quarter of the time.
    halvings = Math.max(0, Math.ceil(Math.log2(ms / MAX_RUN_MS) / 2));
  } catch (error) {
    work.dispose();
    throw error;
  }
  if (halvings === 0) return work;
  work.dispose();
  const sideOf = ({ sidePx }: TrialMap) => Math.max(Math.min(MIN_SIDE_PX, sidePx), Math.round(sidePx / 2 ** halvings));
  return new TrialWork(maps.map((map) => ({ ...map, sidePx: sideOf(map) })));
}
