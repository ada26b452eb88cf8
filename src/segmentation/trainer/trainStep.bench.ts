import { expect, test } from 'vitest';
import { median } from '../../base/median.ts';
import { createPlanes } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { Random } from '../random.ts';
import { Trainer } from './trainer.ts';

/** No row starts another step after this, whatever the adapter. */
const ROW_BUDGET_MS = 15_000;
const MAX_STEPS = 20;

interface Row {
  readonly backend: string;
  readonly adapter: string;
  readonly sizePx: number;
  readonly steps: number;
  readonly 'steps/s': string;
  readonly 'ms/step': string;
  /** What `trainSteps()` takes to return, the median: on a GPU the time to hand a step over, elsewhere the step itself. */
  readonly 'JS ms/step': string;
  readonly 'predict ms': string;
}

/** A trainer of the page's defaults on noise of three classes, 2 % of it labeled. */
function trainerOf(sizePx: number): Trainer {
  const random = Random.fromSeed(1);
  const trainer = new Trainer({ channels: [0, 1, 2], settings: DEFAULT_LEARNER_SETTINGS });
  const pixels = Uint8Array.from({ length: 4 * sizePx * sizePx }, () => random.integer(0, 255));
  const planes = createPlanes(sizePx, sizePx);
  for (let i = 0; i < planes.classIds.length; i++) {
    if (random.uniform(0, 1) < 0.02) planes.classIds[i] = random.integer(0, 2);
  }
  trainer.addPicture('noise', pixels, planes, 'train');
  return trainer;
}

async function measure(sizePx: number): Promise<Omit<Row, 'backend' | 'adapter'>> {
  const trainer = trainerOf(sizePx);
  // The first step and the first prediction compile, the second ones are recorded.
  for (let i = 0; i < 2; i++) {
    await trainer.trainSteps(1);
    await trainer.predict('noise');
  }
  let steps = 0;
  const scriptMs: number[] = [];
  const start = performance.now();
  do {
    const before = performance.now();
    const burst = trainer.trainSteps(1);
    scriptMs.push(performance.now() - before);
    for (const { loss } of await burst) expect(Number.isFinite(loss)).toBe(true);
    steps++;
  } while (steps < MAX_STEPS && performance.now() - start < ROW_BUDGET_MS);
  const stepMs = (performance.now() - start) / steps;
  const beforePrediction = performance.now();
  await trainer.predict('noise');
  const predictMs = performance.now() - beforePrediction;
  trainer.dispose();
  return {
    sizePx,
    steps,
    'steps/s': (1000 / stepMs).toFixed(2),
    'ms/step': stepMs.toFixed(1),
    'JS ms/step': median(scriptMs).toFixed(1),
    'predict ms': predictMs.toFixed(1),
  };
}

test('training steps of the default network', { timeout: 600_000 }, async () => {
  const rows: Row[] = [];
  for (const [backend, sizes] of [
    ['wasm', [128, 256]],
    ['webgpu', [128, 256]],
  ] as const) {
    const { adapter } = await startBackend(backend, WASM_PATHS);
    for (const sizePx of sizes) {
      rows.push({ backend, adapter, ...(await measure(sizePx)) });
    }
  }
  expect(new Set(rows.map((row) => row.backend))).toEqual(new Set(['wasm', 'webgpu']));
  console.table(rows);
});
