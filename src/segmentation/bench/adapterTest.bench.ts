import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { DisagreementError } from '../selfTest/disagreement.ts';
import { selfTest } from '../selfTest/selfTest.ts';
import type { TestedAdapter } from './engineConnection.bench.ts';
import { WAVES_CHANNELS, wavesTrainer } from './wavesTrainer.bench.ts';

const SIZE_PX = 128;
/** Longer than the page waits: here it is to be known what is wrong. */
const LIMIT_MS = 120_000;

/** The page's self-test of the adapter, with the default network. */
export async function testAdapter(): Promise<TestedAdapter> {
  await startBackend('webgpu', {});
  const settings = DEFAULT_LEARNER_SETTINGS;
  const trainer = wavesTrainer(SIZE_PX, settings);
  const begunMs = performance.now();
  await trainer.compile('waves');
  const compiledMs = performance.now();
  let disagreement: string | null = null;
  try {
    await selfTest({
      channels: WAVES_CHANNELS,
      settings,
      largestBytes: 2 ** 26,
      limitMs: LIMIT_MS,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      yieldToEventLoop: () => Promise.resolve(),
    });
  } catch (error) {
    if (!(error instanceof DisagreementError)) throw error;
    disagreement = error.message;
  } finally {
    trainer.dispose();
  }
  return { disagreement, ms: performance.now() - compiledMs, compileMs: compiledMs - begunMs };
}
