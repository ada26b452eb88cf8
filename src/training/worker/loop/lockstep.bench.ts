import { expect, test } from 'vitest';
import type { SettingsDifference } from '../../../settings/difference.ts';
import { DEFAULT_LEARNER_SETTINGS, defaultReduction, type LearnerSettings } from '../../../settings/learner.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { projectOf, waves } from '../sessionTestTools.ts';

/** What each of two learners whose steps cost the same is to reach, together, of the steps per second of one alone. */
const MIN_RATIO = 0.45;
const ROUNDS = 3;

/** B's steps cost what A's do. */
const SEED: SettingsDifference = { setting: 'seed', value: 2 };
/** B's loss looks at all pixels, A's at the few that are labeled: B's steps alone would be slower. */
const AS_BACKGROUND: SettingsDifference = { setting: 'unlabeled', value: 'asBackground' };

const { network: DEFAULT_NETWORK } = DEFAULT_LEARNER_SETTINGS;
const U_NET: LearnerSettings['network'] = { ...DEFAULT_NETWORK, kind: 'unet' };

const CASES = [
  { name: 'the default', sizePx: 512, steps: 24, network: DEFAULT_NETWORK, difference: SEED },
  { name: 'the default', sizePx: 512, steps: 24, network: DEFAULT_NETWORK, difference: AS_BACKGROUND },
  { name: 'the default', sizePx: 256, steps: 40, network: DEFAULT_NETWORK, difference: SEED },
  { name: 'a U-Net', sizePx: 128, steps: 80, network: U_NET, difference: SEED },
];

interface Rate {
  /** By the clock, and by the time that this process kept the processor busy for, which leaves out what others do. */
  readonly perSecond: number;
  readonly perProcessorSecond: number;
  readonly predictions: number;
}

/** Trains with live predictions, after as many steps again that are not counted. */
async function measure(
  session: InProcessSession,
  request: ReturnType<typeof projectOf>,
  steps: number,
  difference: SettingsDifference | null,
) {
  const opened = session.next('status', ({ phase }) => phase === 'ready');
  session.client.open(request);
  await opened;
  if (difference !== null) {
    const learner = session.next('learner', ({ compared }) => compared !== null);
    session.client.compare('scene', difference);
    await learner;
  }
  const begin = () => ({ atMs: performance.now(), cpu: process.cpuUsage(), events: session.events.length });
  const warm = session.next('telemetry', ({ points }) => (points.at(-1)?.step ?? 0) >= steps);
  const finished = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  const from = (await warm).points.at(-1)?.step ?? 0;
  const { atMs, cpu, events } = begin();
  await finished;
  const seconds = (performance.now() - atMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const taken = 2 * steps - from;
  const predictions = session.events.slice(events).filter(({ type }) => type === 'prediction').length;
  return {
    perSecond: taken / seconds,
    perProcessorSecond: taken / ((user + system) / 1e6),
    predictions,
  } satisfies Rate;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

test.each(CASES)(
  'two learners together, each beside one alone: $name, $sizePx px, WASM, another $difference.setting',
  async ({ sizePx, steps, network, difference }) => {
    const stride = defaultReduction(sizePx, true);
    const settings: LearnerSettings = {
      ...DEFAULT_LEARNER_SETTINGS,
      network: { ...network, stride },
      backgroundClassId: 3,
      stepBudget: 2 * steps,
    };
    const session = new InProcessSession();
    session.client.start('wasm');
    const request = projectOf([waves(sizePx)], settings);
    const rounds: { readonly alone: Rate; readonly together: Rate }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const alone = await measure(session, request, steps, null);
      rounds.push({ alone, together: await measure(session, request, steps, difference) });
    }
    await session.close();
    const ratio = (key: 'perSecond' | 'perProcessorSecond') =>
      median(rounds.map(({ alone, together }) => together[key] / alone[key]));
    const middle = (of: 'alone' | 'together') => median(rounds.map((round) => round[of].perSecond));
    const predictions = rounds.map(({ alone, together }) => `${alone.predictions}/${together.predictions}`).join(', ');
    console.log(
      `alone ${middle('alone').toFixed(2)}, each of two ${middle('together').toFixed(2)} steps a second; ` +
        `ratio ${ratio('perSecond').toFixed(3)} by the clock, ${ratio('perProcessorSecond').toFixed(3)} by processor time; ` +
        `predictions ${predictions}`,
    );
    if (difference === SEED) expect(ratio('perProcessorSecond')).toBeGreaterThanOrEqual(MIN_RATIO);
  },
);
