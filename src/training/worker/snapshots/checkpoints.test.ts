import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BackendName } from '../../backendMessages.ts';
import type { Event } from '../../protocol.ts';
import { Line } from '../sessionLine.ts';
import { projectOf, SETTINGS, scene } from '../sessionTestTools.ts';

const projectWith = (stepBudget: number) => projectOf([scene()], { ...SETTINGS, stepBudget });
const PROJECT = projectWith(40);

let line: Line;
beforeEach(() => {
  line = new Line();
});
afterEach(() => line.close());

const finished = () => line.next('status', ({ phase }) => phase === 'finished');
const taken = () => line.events.filter((event) => event.type === 'checkpoint');
const points = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'telemetry' ? event.points : []));

// Steps that take longer than it does to ask for a checkpoint.
const BUDGETS = [
  ['cpu', 40],
  ['wasm', 200],
  ['webgpu', 8],
] as const satisfies (readonly [BackendName, number])[];

describe.each(BUDGETS)('while a learner trains on %s', (backend, stepBudget) => {
  it('a checkpoint comes every few seconds, from which it goes on as if nothing had happened', async () => {
    const project = projectWith(stepBudget);
    line.client.start(backend);
    line.client.open(project);
    const done = finished();
    const begun = line.next('telemetry');
    const checkpoint = line.next('checkpoint');
    line.client.train();
    await begun;
    line.aheadMs += 8000;
    const { step, state, settings, projectId } = await checkpoint;
    const atCheckpoint = points(line.events);
    await done;
    expect([projectId, settings]).toEqual([project.projectId, project.settings]);
    expect(step).toBeLessThan(stepBudget);
    // The curves went as far as the weights.
    expect(atCheckpoint.map((point) => point.step).slice(0, step)).toEqual(
      Array.from({ length: step }, (_, i) => i + 1),
    );
    const whole = points(line.events);

    line.events.length = 0;
    const rests = line.next('status');
    line.client.open({ ...project, settings, state });
    expect(await rests).toMatchObject({ phase: 'paused', step });
    const doneAgain = finished();
    line.client.train();
    await doneAgain;
    expect(points(line.events)).toEqual(whole.slice(step));
  });
});

describe('a checkpoint that is asked for', () => {
  it('comes at once, once for a step, and never of an untrained learner', async () => {
    line.client.start('cpu');
    line.client.open(PROJECT);
    line.client.checkpoint();
    const paused = line.next('status', ({ phase }) => phase === 'paused');
    line.client.train(3);
    await paused;
    for (let i = 0; i < 3; i++) line.client.checkpoint();
    const state = await line.client.save();
    expect(taken()).toMatchObject([{ step: 3 }]);
    expect(new Uint8Array(taken()[0]?.state ?? new ArrayBuffer())).toEqual(new Uint8Array(state as ArrayBuffer));
  });

  it('waits for the end of a search for a learning rate, and holds what was there before', async () => {
    line.client.start('cpu');
    line.client.open(PROJECT);
    const paused = line.next('status', ({ phase }) => phase === 'paused');
    line.client.train(3);
    await paused;
    const before = await line.client.save();
    line.client.findRate();
    await line.next('rateSearch');
    const checkpoint = line.next('checkpoint');
    line.client.checkpoint();
    const { step, state } = await checkpoint;
    expect(line.events.findLast((event) => event.type === 'rateSearch')).toMatchObject({ isOver: true });
    expect(step).toBe(3);
    expect(new Uint8Array(state)).toEqual(new Uint8Array(before as ArrayBuffer));
  });
});

it('a learner comes back also where a class was added or taken away since it was saved', async () => {
  line.client.start('cpu');
  line.client.open(PROJECT);
  const paused = line.next('status', ({ phase }) => phase === 'paused');
  line.client.train(3);
  await paused;
  const state = await line.client.save();
  for (const channels of [[3, 7, 9], [3]]) {
    line.events.length = 0;
    const shown = line.next('prediction');
    line.client.open({ ...PROJECT, channels, state });
    const configured = line.next('learner', () => line.events.some(({ type }) => type === 'prediction'));
    line.client.configure(PROJECT.projectId, channels, PROJECT.settings);
    expect((await shown).step).toBe(3);
    await configured;
    expect(line.events.filter(({ type }) => type === 'failed')).toEqual([]);
    const again = line.next('prediction', ({ step }) => step === 4);
    line.client.step();
    await again;
  }
});

it('answers a ping while it trains, and while it searches', async () => {
  line.client.start('cpu');
  line.client.open({ ...PROJECT, settings: { ...PROJECT.settings, stepBudget: 1000 } });
  let signs = 0;
  line.port.addEventListener('message', ({ data }: MessageEvent<Event>) => {
    if (data.type === 'alive') signs++;
  });
  const training = line.next('status', ({ phase }) => phase === 'training');
  line.client.train();
  await training;
  line.client.ping();
  await line.next('telemetry', () => signs === 1);
  line.client.findRate();
  await line.next('rateSearch', () => {
    if (signs === 1) line.client.ping();
    return signs >= 2;
  });
});
