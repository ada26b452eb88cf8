import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { tuneBackend } from '../../../segmentation/kernels/webgpu/webgpuTiling.ts';
import { stepMs } from '../../../segmentation/tuning/stepTime.ts';
import { usualMaps } from '../../../segmentation/tuning/trialWork.ts';
import { tuneKernels } from '../../../segmentation/tuning/tuneKernels.ts';
import { ofAdapter } from '../../../settings/gpuVerdicts.ts';
import { parseLearnerSettings } from '../../../settings/parse.ts';
import type { BackendInfo, KnownAdapter, TuneRequest } from '../../backendMessages.ts';
import { assertChannels, assertSides } from '../commands/commandChecks.ts';
import type { Reports } from '../reports/reports.ts';
import type { SessionHost } from '../sessionHost.ts';

/** Has kernels cut as they were once timed on the adapter that was started; before anything is compiled. */
export function cutKernels({ backend, identity }: BackendInfo, adapters: readonly KnownAdapter[]): void {
  const tuning = backend === 'webgpu' ? (ofAdapter(adapters, identity)?.tuning ?? null) : null;
  if (tuning !== null) tuneBackend(tf.backend() as WebGPUBackend, tuning);
}

/**
 * Finds out how kernels are best cut on the graphics adapter, and what a step of a learner takes by these and on WebAssembly,
 * which is in force afterwards; then tells the page. Rejects with a sentence where that cannot be.
 */
export async function timeAdapter(request: TuneRequest, host: SessionHost, reports: Reports): Promise<void> {
  const { channels, width, height } = request;
  const settings = parseLearnerSettings(request.settings);
  assertChannels(channels);
  assertSides(width, height);
  const learner = { channels, settings, width, height };
  const yieldToEventLoop = () => host.yieldToEventLoop();
  const onFailed = (error: Error) => reports.failed(error, true);
  const { identity } = await host.startBackend('webgpu', onFailed);
  const tuning = await tuneKernels(usualMaps(Math.max(width, height)), yieldToEventLoop);
  const webgpu = await stepMs(learner, yieldToEventLoop);
  await host.startBackend('wasm', onFailed);
  const wasm = await stepMs(learner, yieldToEventLoop);
  reports.tuned({ adapter: identity, tuning, stepMs: { webgpu, wasm } });
}
