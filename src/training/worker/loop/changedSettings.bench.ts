import { expect, test } from 'vitest';
import { median } from '../../../base/median.ts';
import { startBackend } from '../../../segmentation/backend.ts';
import { WASM_PATHS } from '../../../segmentation/backendTestTools.ts';
import { WAVES_CHANNELS, wavesTrainer } from '../../../segmentation/bench/wavesTrainer.bench.ts';
import type { Trainer } from '../../../segmentation/trainer/trainer.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../../settings/learner.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { projectOf, waves } from '../sessionTestTools.ts';

const SIZE_PX = 64;
const ROUNDS = 5;
/** A drag of a second, as often as pointers are told of. */
const DRAG = { events: 60, everyMs: 16 };

const SETTINGS: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  schedule: 'constant',
  stepBudget: 100_000,
  classBalance: 'custom',
};
const { smoothness } = SETTINGS;

/** Another value of a setting in every round. */
const CHANGES: Readonly<Record<string, (round: number) => Partial<LearnerSettings>>> = {
  nothing: () => ({}),
  'the learning rate': (round) => ({ learningRate: 0.01 + 0.001 * round }),
  'a class weight': (round) => ({ customClassWeights: { 1: 1 + round } }),
  'weight of the smoothness': (round) => ({ smoothness: { ...smoothness, weight: 1 + 0.1 * round } }),
  'label smoothing': (round) => ({ labelSmoothing: 0.1 + 0.01 * round }),
};

/** Milliseconds by the clock, and those that this process kept processors busy for, which leaves out what others do. */
interface Times {
  readonly clock: number;
  readonly processor: number;
}

/** From a change to the figures of the next step. */
async function afterChange(trainer: Trainer, settings: LearnerSettings): Promise<Times> {
  const begunMs = performance.now();
  const cpu = process.cpuUsage();
  trainer.configure(WAVES_CHANNELS, settings);
  const [step] = await trainer.trainSteps(1);
  expect(step?.learningRate).toBe(settings.learningRate);
  const { user, system } = process.cpuUsage(cpu);
  return { clock: performance.now() - begunMs, processor: (user + system) / 1000 };
}

test.each(['wasm', 'webgpu'] as const)('from a change to the next step that uses it, %s', async (backend) => {
  await startBackend(backend, WASM_PATHS);
  const trainer = wavesTrainer(SIZE_PX, SETTINGS);
  const times = new Map(Object.keys(CHANGES).map((name): [string, Times[]] => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, changeOf] of Object.entries(CHANGES)) {
      // The first step may run operation by operation, the second is recorded, the third replayed.
      for (let i = 0; i < 3; i++) await trainer.trainSteps(1);
      const measured = await afterChange(trainer, { ...SETTINGS, ...changeOf(round) });
      // The first round compiles.
      if (round > 0) times.get(name)?.push(measured);
    }
  }
  trainer.dispose();
  const middle = (of: readonly Times[], key: keyof Times) => median(of.map((each) => each[key])).toFixed(0);
  console.table(
    [...times].map(([change, of]) => ({
      backend,
      change,
      'ms by the clock': middle(of, 'clock'),
      'ms of processor time': middle(of, 'processor'),
    })),
  );
});

test.each(['wasm', 'webgpu'] as const)('a drag of the learning rate while it trains, %s', async (backend) => {
  const session = new InProcessSession();
  session.client.start(backend);
  session.client.open(projectOf([waves(SIZE_PX)], SETTINGS));
  const warm = session.next('telemetry', ({ points }) => (points.at(-1)?.step ?? 0) >= 6);
  session.client.train();
  await warm;
  const stepsSoFar = () => session.events.flatMap((event) => (event.type === 'telemetry' ? event.points : [])).length;
  const before = stepsSoFar();
  const begunMs = performance.now();
  for (let i = 1; i < DRAG.events; i++) {
    session.client.configure('scene', [3, 7], { ...SETTINGS, learningRate: 0.01 + 1e-4 * i });
    await new Promise((resolve) => setTimeout(resolve, DRAG.everyMs));
  }
  const stepsMeanwhile = stepsSoFar() - before;
  const dragMs = performance.now() - begunMs;
  const last = { ...SETTINGS, learningRate: 0.1 };
  const used = session.next('telemetry', ({ points }) => points.some(({ learningRate }) => learningRate === 0.1));
  const changedMs = performance.now();
  session.client.configure('scene', [3, 7], last);
  await used;
  const waitedMs = performance.now() - changedMs;
  await session.close();
  console.log(
    `${backend}: ${stepsMeanwhile} steps told of during ${dragMs.toFixed(0)} ms of dragging, ` +
      `${waitedMs.toFixed(0)} ms from the last change to the news of a step that uses it`,
  );
});
