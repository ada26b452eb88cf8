import type { WasmPaths } from '../../base/wasmBinaries.ts';
import { isDefaultTuning } from '../../settings/gpuTuning.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { stepMs } from '../tuning/stepTime.ts';
import { usualMaps } from '../tuning/trialWork.ts';
import { tuneKernels } from '../tuning/tuneKernels.ts';
import type { BenchedTuning } from './engineConnection.bench.ts';
import { WAVES_CHANNELS } from './wavesTrainer.bench.ts';

/** A step of the default network takes a software adapter seconds. */
const SIZE_PX = { software: 64, hardware: 256 };

/** The page's timing of the adapter, with the default network; `wasmPaths` is `null` where there are no binaries. */
export async function tuneAdapter(wasmPaths: WasmPaths | null): Promise<BenchedTuning> {
  const yieldToEventLoop = () => Promise.resolve();
  const { software } = await startBackend('webgpu', {});
  const sizePx = software ? SIZE_PX.software : SIZE_PX.hardware;
  const learner = { channels: WAVES_CHANNELS, settings: DEFAULT_LEARNER_SETTINGS, width: sizePx, height: sizePx };
  const begunMs = performance.now();
  const tuning = await tuneKernels(usualMaps(sizePx), yieldToEventLoop);
  const tunedMs = performance.now() - begunMs;
  const webgpuMs = await stepMs(learner, yieldToEventLoop);
  const found = { tuning, isDefault: isDefaultTuning(tuning), tunedMs, sizePx, webgpuMs };
  if (wasmPaths === null) return { ...found, wasmMs: null };
  await startBackend('wasm', wasmPaths);
  return { ...found, wasmMs: await stepMs(learner, yieldToEventLoop) };
}
