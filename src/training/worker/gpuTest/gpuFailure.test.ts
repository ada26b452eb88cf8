import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { restartWebgpu } from '../../../segmentation/backendTestTools.ts';
import { BrokenBuffers } from '../../../segmentation/recording/brokenBuffersTestTools.ts';
import type { Event } from '../../protocol.ts';
import { Line } from '../sessionLine.ts';
import { projectOf, SETTINGS, scene } from '../sessionTestTools.ts';

const buffers = new BrokenBuffers();
let line: Line;

beforeEach(async () => {
  buffers.mend();
  await restartWebgpu();
  line = new Line();
  const started = line.next('started');
  line.client.start('webgpu');
  await started;
});

afterEach(async () => {
  buffers.mend();
  await line.close();
});

afterAll(() => buffers.remove());

function open(stepBudget = 1000): void {
  line.client.open(projectOf([scene()], { ...SETTINGS, stepBudget }));
}

/** What the page was told from an event on. */
function after(event: Event): Event[] {
  return line.events.slice(line.events.indexOf(event) + 1);
}

const losses = () => line.events.flatMap((event) => (event.type === 'telemetry' ? event.points : []));

const ofMemory = { fatal: true, cause: 'memory', message: expect.stringContaining('too little memory') };

it('without memory for the first step there is no learner', async () => {
  open(6);
  await line.next('learner');
  const failed = line.next('failed');
  buffers.break('invalid');
  line.client.train();
  const event = await failed;
  expect(event).toMatchObject(ofMemory);
  buffers.mend();
  await expect(line.client.save()).resolves.toBeNull();
  expect(after(event)).toEqual([]);
  expect(losses()).toEqual([]);
  expect(line.events.some(({ type }) => type === 'prediction')).toBe(false);
});

it.each(['invalid', 'throws'] as const)(
  'without memory later, what was learned is not gone on with: %s',
  async (fault) => {
    open(120);
    const shown = line.next('prediction');
    // It is taken as it is; the next one is recorded, into buffers of its own.
    line.client.step();
    expect((await shown).step).toBe(1);
    const state = await line.client.save();
    expect(state).not.toBeNull();
    const failed = line.next('failed');
    buffers.break(fault);
    line.client.train();
    const event = await failed;
    expect(event).toMatchObject(ofMemory);
    buffers.mend();
    // The page is let go on, without a learner that nobody can vouch for.
    line.client.train();
    line.client.step();
    await expect(line.client.save()).rejects.toThrow('memory');
    const answers = await Promise.all([line.client.predict('scene'), line.client.probe('scene', 3, 3)]);
    expect(answers).toEqual([null, null]);
    expect(after(event)).toEqual([]);
    expect(losses().map(({ step }) => step)).toEqual([1]);
    expect(losses().every(({ loss }) => loss > 0)).toBe(true);
  },
);

it('without memory for a prediction there is none, and training stops', async () => {
  open();
  line.client.train(3);
  await line.next('status', ({ phase, step }) => phase === 'paused' && step === 3);
  await line.client.save();
  const failed = line.next('failed');
  const predictions = () => line.events.filter(({ type }) => type === 'prediction').length;
  const former = predictions();
  buffers.break('invalid');
  // Of another size: there is nothing on the device that could be used again.
  const other = scene('other', 24, 40);
  line.client.addPicture('scene', other);
  line.client.activate('scene', 'other');
  expect(await failed).toMatchObject(ofMemory);
  expect(predictions()).toBe(former);
});
