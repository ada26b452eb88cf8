import { afterEach, expect, it } from 'vitest';
import { encodePatch } from '../../../labels/patchCodec.ts';
import { createPlanes } from '../../../labels/planes.ts';
import { type RatePoint, TRIED_RATES, triedRate } from '../../../metrics/learningRateCurve.ts';
import { decodeTrainerState } from '../../../segmentation/trainer/trainerStateCodec.ts';
import type { Event } from '../../protocol.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { paint, projectOf, SETTINGS, SIZE, scene } from '../sessionTestTools.ts';

let session: InProcessSession;
afterEach(() => session.close());

/** An open project whose learner took a few steps. */
async function learnerAfter(steps: number): Promise<void> {
  session = new InProcessSession();
  session.client.start('wasm');
  session.client.open(projectOf([scene()]));
  await session.next('status');
  for (let taken = 0; taken < steps; taken++) {
    session.client.step();
    await session.next('prediction');
  }
}

async function savedBytes(): Promise<Uint8Array | null> {
  const state = await session.client.save();
  return state === null ? null : new Uint8Array(state);
}

type Search = Extract<Event, { type: 'rateSearch' }>;

const over = () => session.next('rateSearch', ({ isOver }) => isOver);
const pointsTold = (): readonly RatePoint[] =>
  session.events.flatMap((event) => (event.type === 'rateSearch' ? event.points : []));
const telemetry = () => session.events.filter(({ type }) => type === 'telemetry').length;

it.each([
  [0, 'ready'],
  [3, 'paused'],
] as const)('tries all rates and leaves the learner as it was (after %i steps)', async (steps, rest) => {
  await learnerAfter(steps);
  const before = await savedBytes();
  const told = telemetry();
  const ended = over();
  const searching = session.next('status', ({ phase }) => phase === 'searching');
  session.client.findRate();
  expect((await searching).step).toBe(steps);
  const { stoppedBecause }: Search = await ended;
  expect(stoppedBecause).toBeNull();
  const points = pointsTold();
  expect(points.map(({ learningRate }) => learningRate)).toEqual(points.map((_, i) => triedRate(i)));
  const blewUp = (points.at(-1)?.smoothed ?? 0) > 4 * Math.min(...points.map(({ smoothed }) => smoothed));
  expect(points.length === TRIED_RATES || blewUp).toBe(true);
  // Nothing is told before a request that comes after all of it is answered.
  expect(await savedBytes()).toEqual(before);
  expect(session.events.findLast(({ type }) => type === 'status')).toMatchObject({ phase: rest, step: steps });
  expect(telemetry()).toBe(told);
});

it('stops at Pause, with the learner as it was', async () => {
  await learnerAfter(2);
  const before = await savedBytes();
  const first = session.next('rateSearch');
  session.client.findRate();
  expect((await first).isOver).toBe(false);
  const ended = over();
  session.client.pause();
  expect((await ended).stoppedBecause).toContain('stopped');
  expect(pointsTold().length).toBeLessThan(TRIED_RATES);
  expect(await savedBytes()).toEqual(before);
});

it('answers a request to save at its end, with the learner as it was before', async () => {
  await learnerAfter(2);
  const before = await savedBytes();
  const first = session.next('rateSearch');
  session.client.findRate();
  await first;
  const ended = over();
  expect(await savedBytes()).toEqual(before);
  expect((await ended).stoppedBecause).toBeNull();
});

/** A learner's state but for its budget, which new labels stretch. */
function learned(bytes: Uint8Array | null) {
  const { vectors, ...state } = decodeTrainerState((bytes as Uint8Array<ArrayBuffer>).buffer);
  return { ...state, vectors: vectors.filter(({ role }) => role !== 'budget') };
}

it('new labels end it, and count', async () => {
  await learnerAfter(1);
  const before = learned(await savedBytes());
  const { planes } = scene();
  const first = session.next('rateSearch');
  session.client.findRate();
  await first;
  const ended = over();
  const scored = session.next('scores');
  session.client.patch('scene', 'scene', encodePatch(paint(planes, 3, 3, 4, 4, 4, 10)), 6);
  expect((await ended).stoppedBecause).not.toBeNull();
  expect((await scored).labelRevision).toBe(6);
  expect(learned(await savedBytes())).toEqual(before);
});

it('Reset ends it, and gives the learner back that was there before', async () => {
  await learnerAfter(2);
  const before = await savedBytes();
  const first = session.next('rateSearch');
  session.client.findRate();
  await first;
  const cleared = session.next('cleared');
  session.client.reset();
  const { state } = await cleared;
  expect(new Uint8Array(state as ArrayBuffer)).toEqual(before);
  expect(await savedBytes()).toBeNull();
});

it('pauses training, and shows afterwards what was learned until then', async () => {
  await learnerAfter(0);
  const training = session.next('status', ({ phase }) => phase === 'training');
  session.client.train();
  await training;
  const searching = session.next('status', ({ phase }) => phase === 'searching');
  const ended = over();
  session.client.findRate();
  const { step } = await searching;
  const shown = session.next('prediction', (event) => event.step === step);
  const paused = session.next('status', ({ phase }) => phase === 'paused');
  await ended;
  expect((await paused).step).toBe(step);
  await shown;
  // All that was learned was told before the search began.
  const steps = session.events.flatMap((event) => (event.type === 'telemetry' ? event.points : []));
  expect(steps.map((point) => point.step)).toEqual(Array.from({ length: step }, (_, i) => i + 1));
});

it('is refused with a sentence where nothing is labeled', async () => {
  session = new InProcessSession();
  session.client.start('wasm');
  session.client.open(projectOf([{ ...scene(), planes: createPlanes(SIZE, SIZE) }]));
  await session.next('status');
  const ended = over();
  session.client.findRate();
  expect(await ended).toMatchObject({ points: [], stoppedBecause: expect.stringContaining('paint a stroke') });
});

it('another network has a search of its own', async () => {
  await learnerAfter(1);
  const first = session.next('rateSearch');
  session.client.findRate();
  await first;
  const rebuilt = session.next('status', ({ phase }) => phase === 'ready');
  session.client.configure('scene', [3, 7], { ...SETTINGS, network: { ...SETTINGS.network, width: 6 } });
  await rebuilt;
  const ended = over();
  session.client.findRate();
  expect((await ended).stoppedBecause).toBeNull();
  expect(await savedBytes()).toBeNull();
});
