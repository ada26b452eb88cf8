import type { WasmPaths } from '../../base/wasmBinaries.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import type { BenchEngine } from './benchEngine.ts';
import { wavesTrainer } from './wavesTrainer.bench.ts';

/** The page's own learner as a visitor has it: default network and settings, augmentation and smoothness included. */
export async function createDefaultEngine(
  sizePx: number,
  backend: 'webgpu' | 'wasm',
  wasmPaths: WasmPaths,
): Promise<BenchEngine> {
  await startBackend(backend, wasmPaths);
  const trainer = wavesTrainer(sizePx, { ...DEFAULT_LEARNER_SETTINGS, stepBudget: 5000 });
  await trainer.compile(null);
  let latest: Promise<readonly { readonly loss: number }[]> = Promise.resolve([]);
  return {
    trainStep() {
      latest = trainer.trainSteps(1);
    },
    async loss() {
      return (await latest).at(-1)?.loss ?? Number.NaN;
    },
    dispose: () => trainer.dispose(),
  };
}
