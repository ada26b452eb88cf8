import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IS_LONG } from '../../../segmentation/effortTestTools.ts';
import type { BackendName } from '../../backendMessages.ts';
import type { Event } from '../../protocol.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { projectOf, SETTINGS, scene } from '../sessionTestTools.ts';

const projectWith = (stepBudget: number) => projectOf([scene()], { ...SETTINGS, stepBudget });
const PROJECT = projectWith(40);

let session: InProcessSession;
beforeEach(() => {
  session = new InProcessSession();
});
afterEach(() => session.close());

const finished = () => session.next('status', ({ phase }) => phase === 'finished');
const taken = () => session.events.filter((event) => event.type === 'checkpoint');
const points = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'telemetry' ? event.points : []));

// Steps that take longer than it does to ask for a checkpoint.
const BUDGETS = [
  ['cpu', 40],
  ['wasm', 200],
  ['webgpu', 8],
] as const satisfies (readonly [BackendName, number])[];

describe.each(BUDGETS.filter(([backend]) => IS_LONG || backend !== 'cpu'))(
  'while a learner trains on %s',
  (backend, stepBudget) => {
    it('a checkpoint comes every few seconds, from which it goes on as if nothing had happened', async () => {
      const project = projectWith(stepBudget);
      session.client.start(backend);
      session.client.open(project);
      const done = finished();
      const begun = session.next('telemetry');
      const checkpoint = session.next('checkpoint');
      session.client.train();
      await begun;
      session.aheadMs += 8000;
      const { step, state, settings, projectId } = await checkpoint;
      const atCheckpoint = points(session.events);
      await done;
      expect([projectId, settings]).toEqual([project.projectId, project.settings]);
      expect(step).toBeLessThan(stepBudget);
      // The curves went as far as the weights.
      expect(atCheckpoint.map((point) => point.step).slice(0, step)).toEqual(
        Array.from({ length: step }, (_, i) => i + 1),
      );
      const whole = points(session.events);

      session.events.length = 0;
      const rests = session.next('status');
      session.client.open({ ...project, settings, state });
      expect(await rests).toMatchObject({ phase: 'paused', step });
      const doneAgain = finished();
      session.client.train();
      await doneAgain;
      expect(points(session.events)).toEqual(whole.slice(step));
    });
  },
);

describe('a checkpoint that is asked for', () => {
  it('comes at once, once for a step, and never of an untrained learner', async () => {
    session.client.start('wasm');
    session.client.open(PROJECT);
    session.client.checkpoint();
    const paused = session.next('status', ({ phase }) => phase === 'paused');
    session.client.train(3);
    await paused;
    for (let i = 0; i < 3; i++) session.client.checkpoint();
    const state = await session.client.save();
    expect(taken()).toMatchObject([{ step: 3 }]);
    expect(new Uint8Array(taken()[0]?.state ?? new ArrayBuffer())).toEqual(new Uint8Array(state as ArrayBuffer));
  });

  it('is of the learner in place, also where the one before had one of the same step', async () => {
    session.client.start('cpu');
    session.client.open(PROJECT);
    const train = async () => {
      const paused = session.next('status', ({ phase }) => phase === 'paused');
      session.client.train(3);
      await paused;
      return (await session.client.save()) as ArrayBuffer;
    };
    const first = await train();
    session.client.reset();
    session.client.configure('scene', [3, 7], { ...PROJECT.settings, learningRate: 0.001 });
    await train();
    session.client.checkpoint();
    session.client.restore('scene', first);
    session.client.checkpoint();
    await session.client.save();
    expect(taken().map(({ step }) => step)).toEqual([3, 3]);
    expect(new Uint8Array(taken()[1]?.state ?? new ArrayBuffer())).toEqual(new Uint8Array(first));
  });

  it('waits for the end of a search for a learning rate, and holds what was there before', async () => {
    session.client.start('wasm');
    session.client.open(PROJECT);
    const paused = session.next('status', ({ phase }) => phase === 'paused');
    session.client.train(3);
    await paused;
    const before = await session.client.save();
    session.client.findRate();
    await session.next('rateSearch');
    const checkpoint = session.next('checkpoint');
    session.client.checkpoint();
    const { step, state } = await checkpoint;
    expect(session.events.findLast((event) => event.type === 'rateSearch')).toMatchObject({ isOver: true });
    expect(step).toBe(3);
    expect(new Uint8Array(state)).toEqual(new Uint8Array(before as ArrayBuffer));
  });
});

it('a learner comes back also where a class was added or taken away since it was saved', async () => {
  session.client.start('wasm');
  session.client.open(PROJECT);
  const paused = session.next('status', ({ phase }) => phase === 'paused');
  session.client.train(3);
  await paused;
  const state = await session.client.save();
  for (const channels of [[3, 7, 9], [3]]) {
    session.events.length = 0;
    const shown = session.next('prediction');
    session.client.open({ ...PROJECT, channels, state });
    const configured = session.next('learner', () => session.events.some(({ type }) => type === 'prediction'));
    session.client.configure(PROJECT.projectId, channels, PROJECT.settings);
    expect((await shown).step).toBe(3);
    await configured;
    expect(session.events.filter(({ type }) => type === 'failed')).toEqual([]);
    const again = session.next('prediction', ({ step }) => step === 4);
    session.client.step();
    await again;
  }
});

it('answers a ping while it trains, and while it searches', async () => {
  session.client.start('wasm');
  session.client.open({ ...PROJECT, settings: { ...PROJECT.settings, stepBudget: 1000 } });
  let signs = 0;
  session.port.addEventListener('message', ({ data }: MessageEvent<Event>) => {
    if (data.type === 'alive') signs++;
  });
  const training = session.next('status', ({ phase }) => phase === 'training');
  session.client.train();
  await training;
  session.client.ping();
  await session.next('telemetry', () => signs === 1);
  session.client.findRate();
  await session.next('rateSearch', () => {
    if (signs === 1) session.client.ping();
    return signs >= 2;
  });
});
