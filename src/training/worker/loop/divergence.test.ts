import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DivergedStateError } from '../../../segmentation/trainer/trainerState.ts';
import { decodeTrainerState, encodeTrainerState } from '../../../segmentation/trainer/trainerStateCodec.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { projectOf, SETTINGS, scene } from '../sessionTestTools.ts';

let session: InProcessSession;
beforeEach(() => {
  session = new InProcessSession();
});
afterEach(() => session.close());

/** Takes as many steps. */
async function steps(count: number): Promise<void> {
  const paused = session.next('status', ({ phase }) => phase === 'paused');
  session.client.train(count);
  await paused;
}

/** A learner of two steps that is put back with weights which overflow at the next one, and diverges. */
async function diverge(settings = SETTINGS): Promise<void> {
  session.client.start('cpu');
  session.client.open(projectOf([scene()], settings));
  await steps(2);
  const learned = decodeTrainerState((await session.client.save()) as ArrayBuffer);
  for (const { role, values } of learned.vectors) if (role === 'parameters') values.fill(3e38);
  session.client.restore('scene', encodeTrainerState(learned));
  const failed = session.next('failed');
  const paused = session.next('status', ({ phase, step }) => phase === 'paused' && step > 2);
  session.client.train();
  expect(await failed).toMatchObject({
    fatal: false,
    cause: 'diverged',
    message: expect.stringContaining('lower learning rate'),
  });
  await paused;
}

describe('a learner whose loss is no longer a number', () => {
  it('is not handed over: whoever asks for it is told why', async () => {
    await diverge();
    session.aheadMs += 60_000;
    session.client.checkpoint();
    await expect(session.client.save()).rejects.toThrow('no longer finite');
    expect(session.events.filter(({ type }) => type === 'checkpoint')).toEqual([]);
  });

  it('can be cleared, and is not offered back', async () => {
    await diverge();
    const cleared = session.next('cleared');
    session.client.reset();
    expect((await cleared).state).toBeNull();
    expect(await session.client.save()).toBeNull();
    await steps(1);
    expect(await session.client.save()).not.toBeNull();
  });

  it('gives way to the learner of a step before', async () => {
    await diverge();
    const kept = session.events.findLast((event) => event.type === 'snapshots')?.steps;
    expect(kept).toEqual([1]);
    const back = session.next('wentBack');
    session.client.branch('scene', 1);
    expect(await back).toMatchObject({ step: 1, state: null });
    expect(await session.client.save()).not.toBeNull();
  });

  it('leaves no snapshot of itself to go back to, of the steps under way neither', async () => {
    // With a snapshot of every step.
    await diverge({ ...SETTINGS, stepBudget: 24 });
    // What was being read has been by the second answer.
    for (let answers = 0; answers < 2; answers++) await session.client.predict('scene');
    expect(session.events.findLast((event) => event.type === 'snapshots')?.steps).toEqual([1]);
  });
});

it('bytes with a number that is not finite are neither written nor read', async () => {
  session.client.start('cpu');
  session.client.open(projectOf([scene()]));
  await steps(1);
  const bytes = (await session.client.save()) as ArrayBuffer;
  const learned = decodeTrainerState(bytes);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const vectors = learned.vectors.map(({ role, values }) => ({ role, values: values.slice() }));
    vectors.at(-1)?.values.fill(value, 0, 1);
    expect(() => encodeTrainerState({ ...learned, vectors })).toThrow(DivergedStateError);
  }
});
