import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { Trainer } from '../trainer/trainer.ts';
import { wavesPicture } from '../wavesTestTools.ts';
import type { BenchEngine } from './benchEngine.ts';

const CHANNELS = [0, 1, 2, 3];

/** The page's own learner as a visitor has it: default network and settings, augmentation and smoothness included. */
export async function createDefaultEngine(
  sizePx: number,
  backend: 'webgpu' | 'wasm',
  wasmPaths: Readonly<Record<string, string>>,
): Promise<BenchEngine> {
  await startBackend(backend, wasmPaths);
  const trainer = new Trainer({ channels: CHANNELS, settings: { ...DEFAULT_LEARNER_SETTINGS, stepBudget: 5000 } });
  const { pixels, planes } = wavesPicture(sizePx, CHANNELS);
  trainer.addPicture('waves', pixels, planes, 'train');
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
