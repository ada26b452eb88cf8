import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { restartWebgpu } from '../../../segmentation/backendTestTools.ts';
import { BrokenBuffers } from '../../../segmentation/recording/brokenBuffersTestTools.ts';
import type { Event } from '../../protocol.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { projectOf, SETTINGS, scene } from '../sessionTestTools.ts';

/** A device of its own compiles it for each test. */
const SMALLEST = { kind: 'plainUnet', width: 4, depth: 1, stride: 1 } as const;

const buffers = new BrokenBuffers();
let session: InProcessSession;

beforeEach(async () => {
  buffers.mend();
  await restartWebgpu();
  session = new InProcessSession();
  const started = session.next('started');
  session.client.start('webgpu');
  await started;
});

afterEach(async () => {
  buffers.mend();
  await session.close();
});

afterAll(() => buffers.remove());

function open(stepBudget = 1000): void {
  session.client.open(projectOf([scene()], { ...SETTINGS, network: SMALLEST, stepBudget }));
}

/** What the page was told from an event on. */
function after(event: Event): Event[] {
  return session.events.slice(session.events.indexOf(event) + 1);
}

const losses = () => session.events.flatMap((event) => (event.type === 'telemetry' ? event.points : []));

const ofMemory = { fatal: true, cause: 'memory', message: expect.stringContaining('too little memory') };

it('without memory for the first step there is no learner', async () => {
  open(6);
  await session.next('learner');
  const failed = session.next('failed');
  buffers.break('invalid');
  session.client.train();
  const event = await failed;
  expect(event).toMatchObject(ofMemory);
  buffers.mend();
  await expect(session.client.save()).resolves.toBeNull();
  expect(after(event)).toEqual([]);
  expect(losses()).toEqual([]);
  expect(session.events.some(({ type }) => type === 'prediction')).toBe(false);
});

it.each(['invalid', 'throws'] as const)(
  'without memory later, what was learned is not gone on with: %s',
  async (fault) => {
    open(120);
    const shown = session.next('prediction');
    // It is taken as it is; the next one is recorded, into buffers of its own.
    session.client.step();
    expect((await shown).step).toBe(1);
    const state = await session.client.save();
    expect(state).not.toBeNull();
    const failed = session.next('failed');
    buffers.break(fault);
    session.client.train();
    const event = await failed;
    expect(event).toMatchObject(ofMemory);
    buffers.mend();
    // The page is let go on, without a learner that nobody can vouch for.
    session.client.train();
    session.client.step();
    await expect(session.client.save()).rejects.toThrow('memory');
    const answers = await Promise.all([session.client.predict('scene'), session.client.probe('scene', 3, 3)]);
    expect(answers).toEqual([null, null]);
    expect(after(event)).toEqual([]);
    expect(losses().map(({ step }) => step)).toEqual([1]);
    expect(losses().every(({ loss }) => loss > 0)).toBe(true);
  },
);

it('without memory for a prediction there is none, and training stops', async () => {
  open();
  session.client.train(3);
  await session.next('status', ({ phase, step }) => phase === 'paused' && step === 3);
  await session.client.save();
  const failed = session.next('failed');
  const predictions = () => session.events.filter(({ type }) => type === 'prediction').length;
  const former = predictions();
  buffers.break('invalid');
  // Of another size: there is nothing on the device that could be used again.
  const other = scene('other', 24, 40);
  session.client.addPicture('scene', other);
  session.client.activate('scene', 'other');
  expect(await failed).toMatchObject(ofMemory);
  expect(predictions()).toBe(former);
});
