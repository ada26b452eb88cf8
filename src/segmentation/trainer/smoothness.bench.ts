import { expect, test } from 'vitest';
import { median } from '../../base/median.ts';
import {
  DEFAULT_LEARNER_SETTINGS,
  defaultReduction,
  type LearnerSettings,
  SMOOTHNESS,
} from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { wavesPicture } from '../wavesTestTools.ts';
import { Trainer } from './trainer.ts';

/** What a step with the term may cost, in plain steps. */
const MAX_RATIO = 1.3;

const MAX_ROUNDS = 25;
/** No row begins another round after this. */
const ROW_BUDGET_MS = 6_000;
const MIN_ROUNDS = 5;

const NETWORKS = [
  DEFAULT_LEARNER_SETTINGS.network,
  { ...DEFAULT_LEARNER_SETTINGS.network, kind: 'unet' },
] as const satisfies readonly LearnerSettings['network'][];

/** Milliseconds that this process has kept processors busy for: unlike the time of day it leaves out what others do. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Median milliseconds of a plain step and of one with the term; the two take turns, so that other work meets both. */
async function measure(clock: () => number, sizePx: number, classes: number, settings: LearnerSettings) {
  const channels = Array.from({ length: classes }, (_, id) => id);
  const { pixels, planes } = wavesPicture(sizePx, channels);
  const trainers = [0, SMOOTHNESS.weight].map((weight) => {
    const smoothness = { ...settings.smoothness, weight };
    const trainer = new Trainer({ channels, settings: { ...settings, smoothness } });
    trainer.addPicture('waves', pixels, planes, 'train');
    return { trainer, times: [] as number[] };
  });
  const start = performance.now();
  // The first step compiles, the second is recorded.
  for (let round = -2; round < MAX_ROUNDS; round++) {
    if (round >= MIN_ROUNDS && performance.now() - start > ROW_BUDGET_MS) break;
    for (const { trainer, times } of trainers) {
      const before = clock();
      const [step] = await trainer.trainSteps(1);
      if (round >= 0) times.push(clock() - before);
      expect(Number.isFinite(step?.loss)).toBe(true);
    }
  }
  for (const { trainer } of trainers) trainer.dispose();
  const [plain = Number.NaN, smooth = Number.NaN] = trainers.map(({ times }) => median(times));
  return {
    rounds: trainers[0]?.times.length,
    'plain ms': plain.toFixed(1),
    'smooth ms': smooth.toFixed(1),
    ratio: (smooth / plain).toFixed(2),
    verdict: smooth <= MAX_RATIO * plain ? '' : `above ${MAX_RATIO}`,
  };
}

test('a training step with the smoothness term beside a plain one', async () => {
  for (const backend of ['wasm', 'webgpu'] as const) {
    const rows: object[] = [];
    const { software } = await startBackend(backend, WASM_PATHS);
    const clock = software ? processorMs : () => performance.now();
    for (const sizePx of [128, 256, 512]) {
      // Where WebGPU runs by default it is on a graphics processor.
      const stride = defaultReduction(sizePx, backend === 'wasm');
      for (const { kind, ...shape } of NETWORKS) {
        // A step would take half a minute.
        if (backend === 'webgpu' && software && kind === 'pretrained' && sizePx > 128) continue;
        for (const classes of backend === 'wasm' ? [3, 5] : [5]) {
          const settings = { ...DEFAULT_LEARNER_SETTINGS, network: { ...shape, kind, stride } };
          const figures = await measure(clock, sizePx, classes, settings);
          rows.push({ backend, sizePx, reduction: stride, network: kind, classes, ...figures });
        }
      }
    }
    console.table(rows);
  }
});
