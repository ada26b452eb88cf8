import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { DisagreementError } from '../selfTest/disagreement.ts';
import { selfTest } from '../selfTest/selfTest.ts';
import { Trainer } from '../trainer/trainer.ts';
import { wavesPicture } from '../wavesTestTools.ts';
import type { TestedAdapter } from './engineConnection.bench.ts';

const CHANNELS = [0, 1, 2, 3];
const SIZE_PX = 128;
/** Longer than the page waits: here it is to be known what is wrong. */
const LIMIT_MS = 120_000;

/** The page's self-test of the adapter, with the default network. */
export async function testAdapter(): Promise<TestedAdapter> {
  await startBackend('webgpu', {});
  const settings = DEFAULT_LEARNER_SETTINGS;
  const trainer = new Trainer({ channels: CHANNELS, settings });
  const { pixels, planes } = wavesPicture(SIZE_PX, CHANNELS);
  trainer.addPicture('waves', pixels, planes, 'train');
  const begunMs = performance.now();
  await trainer.compile('waves');
  const compiledMs = performance.now();
  let disagreement: string | null = null;
  try {
    await selfTest({
      channels: CHANNELS,
      settings,
      largestBytes: 2 ** 26,
      limitMs: LIMIT_MS,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      giveWay: () => Promise.resolve(),
    });
  } catch (error) {
    if (!(error instanceof DisagreementError)) throw error;
    disagreement = error.message;
  }
  return { disagreement, ms: performance.now() - compiledMs, compileMs: compiledMs - begunMs };
}
