import { afterEach, expect, it } from 'vitest';
import { pretrainedStateOf } from '../../segmentation/trainer/trainerState.ts';
import { decodeTrainerState } from '../../segmentation/trainer/trainerStateCodec.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { InProcessSession } from './inProcessSessionTestTools.ts';
import { projectOf, SETTINGS, scene } from './sessionTestTools.ts';

let session: InProcessSession;
afterEach(() => session.close());

const BUDGET = 6;
const FROZEN_ALWAYS: LearnerSettings = {
  ...SETTINGS,
  network: { kind: 'pretrained', width: 4, depth: 1, stride: 1 },
  stepBudget: BUDGET,
  fineTuning: { rate: 0, frozenShare: 0 },
};
const TUNED: LearnerSettings = { ...FROZEN_ALWAYS, fineTuning: { rate: 0.1, frozenShare: 0.5 } };

/** A project with these settings, trained to the end of its budget; the learner's state. */
async function trained(settings: LearnerSettings): Promise<ArrayBuffer> {
  const ready = session.next('status', ({ phase }) => phase === 'ready');
  session.client.open(projectOf([scene()], settings));
  await ready;
  const finished = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  expect(await finished).toMatchObject({ step: BUDGET, stepBudget: BUDGET });
  return (await session.client.save()) as ArrayBuffer;
}

const lossesSince = (first: number) =>
  session.events
    .slice(first)
    .flatMap((event) => (event.type === 'telemetry' ? event.points : []))
    .map(({ loss }) => loss);

it.each(['wasm', 'webgpu'] as const)(
  'pretrained layers begin to learn on the way, and reset, undone, brings them back (%s)',
  async (backend) => {
    session = new InProcessSession();
    const started = session.next('started');
    session.client.start(backend);
    await started;
    expect(pretrainedStateOf(decodeTrainerState(await trained(FROZEN_ALWAYS)))).toBeNull();
    const plain = lossesSince(0);

    const first = session.events.length;
    const state = await trained(TUNED);
    const losses = lossesSince(first);
    expect(losses).toHaveLength(BUDGET);
    expect(losses.slice(0, BUDGET / 2)).toEqual(plain.slice(0, BUDGET / 2));
    expect(losses.at(-1)).not.toBe(plain.at(-1));
    expect(pretrainedStateOf(decodeTrainerState(state))?.updates).toBe(BUDGET / 2);

    const shown = session.events.findLast((event) => event.type === 'prediction');
    const cleared = session.next('status', ({ phase }) => phase === 'ready');
    session.client.reset();
    await cleared;
    const again = session.next('prediction');
    session.client.restore('scene', state.slice(0));
    const { confidence, classMap } = await again;
    expect(new Uint8Array(confidence)).toEqual(new Uint8Array(shown?.confidence as ArrayBuffer));
    expect(new Uint8Array(classMap)).toEqual(new Uint8Array(shown?.classMap as ArrayBuffer));
    expect(new Uint8Array((await session.client.save()) as ArrayBuffer)).toEqual(new Uint8Array(state));
  },
);
