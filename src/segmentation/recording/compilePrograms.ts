import { env } from '@tensorflow/tfjs-core';
import type { GpuInternals } from './gpuInternals.ts';
import { GpuError } from './gpuWatch.ts';

/** Drivers refuse for a moment, too: a program that was refused as often is not asked for again. */
const ATTEMPTS = 2;

const REFUSED = 'The graphics processor’s driver refused a program of this network, so training stopped.';

/**
 * Compiles the programs of `work` side by side, which runs without computing anything; what it returns is of no worth.
 *
 * tfjs keeps whatever came of a program: a refusal would stand for ever, and one that is still being compiled breaks
 * whoever runs it meanwhile (tfjs 4.22's own wait also takes programs for one another when others come while it waits).
 * So programs under way are kept here, and only those that are ready go to tfjs. Rejects with a {@link GpuError} where
 * the device refuses one again and again, and with what `work` throws.
 */
export async function compilePrograms(gpu: GpuInternals, work: () => void): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const coming = beginCompiling(gpu, work);
    const outcomes = await Promise.allSettled(coming.values());
    const refusals: unknown[] = [];
    [...coming.keys()].forEach((key, i) => {
      const outcome = outcomes[i];
      if (outcome?.status === 'rejected') refusals.push(outcome.reason);
      // Somebody may have needed it meanwhile, and has compiled it then.
      else if (outcome !== undefined) gpu.pipelineCache[key] ??= outcome.value;
    });
    if (refusals.length === 0) return;
    if (attempt === ATTEMPTS) throw new GpuError(REFUSED, 'gpu', refusals[0]);
  }
}

/** What `work` needs and tfjs does not have yet, by its key. */
function beginCompiling({ pipelineCache }: GpuInternals, work: () => void): Map<string, Promise<GPUComputePipeline>> {
  env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
  const coming = new Map<string, Promise<GPUComputePipeline>>();
  try {
    work();
  } finally {
    env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
    for (const [key, pipeline] of Object.entries(pipelineCache)) {
      if (!(pipeline instanceof Promise)) continue;
      delete pipelineCache[key];
      // Where `work` threw, nobody waits for it.
      pipeline.catch(() => undefined);
      coming.set(key, pipeline);
    }
  }
  return coming;
}
