import { expect, test } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS, defaultReduction, type LearnerSettings } from '../../settings/learner.ts';
import { Line } from './sessionLine.ts';
import { projectOf, waves } from './sessionTestTools.ts';

/** What a checkpoint may cost of the time between two of them. */
const MAX_SHARE = 0.03;
/** As the worker takes them. */
const INTERVAL_MS = 8000;
const SIZE_PX = 512;
const STEPS = 120;
const ROUNDS = 3;

interface Training {
  readonly seconds: number;
  readonly processorMs: number;
  readonly checkpoints: number;
  readonly bytes: number;
}

const settings: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { ...DEFAULT_LEARNER_SETTINGS.network, stride: defaultReduction(SIZE_PX, true) },
  stepBudget: STEPS,
};
const REQUEST = projectOf([waves(SIZE_PX)], settings);

/** A training of the default with live predictions; `isDense`: a checkpoint is asked for with every telemetry. */
async function train(line: Line, isDense: boolean): Promise<Training> {
  const ready = line.next('status', ({ phase }) => phase === 'ready');
  line.client.open(REQUEST);
  await ready;
  const first = line.events.length;
  const finished = line.next('status', ({ phase }) => phase === 'finished');
  const atMs = performance.now();
  const cpu = process.cpuUsage();
  line.client.train();
  const asking = new AbortController();
  if (isDense) {
    const listen = ({ data }: MessageEvent) => data.type === 'telemetry' && line.client.checkpoint();
    line.port.addEventListener('message', listen, { signal: asking.signal });
  }
  await finished;
  asking.abort();
  const { user, system } = process.cpuUsage(cpu);
  const states = line.events.slice(first).flatMap((event) => (event.type === 'checkpoint' ? [event.state] : []));
  return {
    seconds: (performance.now() - atMs) / 1000,
    processorMs: (user + system) / 1000,
    checkpoints: states.length,
    bytes: Math.max(0, ...states.map(({ byteLength }) => byteLength)),
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test(`checkpoints in a training of ${STEPS} steps, the default, ${SIZE_PX} px, WASM`, async () => {
  const line = new Line();
  line.client.start('wasm');
  await train(line, false);
  const seldom: Training[] = [];
  const often: Training[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    seldom.push(await train(line, false));
    often.push(await train(line, true));
  }
  await line.close();
  const total = (trainings: readonly Training[], key: keyof Training) => sum(trainings.map((each) => each[key]));
  const more = total(often, 'checkpoints') - total(seldom, 'checkpoints');
  const costMs = (total(often, 'processorMs') - total(seldom, 'processorMs')) / more;
  const share = costMs / INTERVAL_MS;
  console.log(
    `one costs ${costMs.toFixed(1)} ms of processor time (${(total(often, 'bytes') / ROUNDS / 2 ** 20).toFixed(1)} MiB); ` +
      `a training takes ${(total(seldom, 'seconds') / ROUNDS).toFixed(1)} s and ${total(seldom, 'checkpoints') / ROUNDS} of ` +
      `them: ${(100 * share).toFixed(2)} % of its time (${more} more were taken to tell)`,
  );
  expect(share).toBeLessThan(MAX_SHARE);
});
