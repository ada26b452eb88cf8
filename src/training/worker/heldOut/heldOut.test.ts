import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePatch } from '../../../labels/patchCodec.ts';
import type { LearnerSettings } from '../../../settings/learner.ts';
import type { Event } from '../../protocol.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { paint, projectOf, SETTINGS, SIZE, scene, type TestPicture } from '../sessionTestTools.ts';

const PROJECT = 'scene';
const AGREES = 11;
const CONTRADICTS = 12;

let session: InProcessSession;
beforeEach(async () => {
  session = new InProcessSession();
  const started = session.next('started');
  session.client.start('wasm');
  await started;
});
afterEach(() => session.close());

/**
 * The scene of two halves with two more strokes, dots: one says what the others of its half say, one the contrary, so
 * that it is predicted wrong by whoever learned the halves.
 */
function scored(pictureId = 'scene', heldOutStrokeIds: readonly number[] = [AGREES, CONTRADICTS]): TestPicture {
  const picture = scene(pictureId);
  paint(picture.planes, 3, AGREES, 5, 5, 5);
  paint(picture.planes, 7, CONTRADICTS, 4, 11, 4);
  return { ...picture, heldOutStrokeIds };
}

async function open(pictures: readonly TestPicture[], settings: Partial<LearnerSettings> = {}): Promise<void> {
  const ready = session.next('status');
  session.client.open(projectOf(pictures, { ...SETTINGS, ...settings }));
  await ready;
}

async function train(): Promise<Extract<Event, { type: 'status' }>> {
  const rests = session.next('status', ({ phase }) => phase === 'finished' || phase === 'paused');
  session.client.train();
  return rests;
}

const pixelsOf = ({ planes }: TestPicture, strokeId: number) =>
  planes.strokeIds.reduce((sum, id) => sum + (id === strokeId ? 1 : 0), 0);

/** Of array buffers, `toEqual` looks at no byte. */
const bytesOf = (...buffers: readonly (ArrayBuffer | undefined)[]) =>
  buffers.map((buffer) => [...new Uint8Array(buffer ?? new ArrayBuffer())]);

describe('held-out strokes', () => {
  it('are not learned, and scored apart from those that are', async () => {
    const picture = scored();
    await open([picture], { stepBudget: 40 });
    const prediction = session.next('prediction', ({ step }) => step === 40);
    const heldOut = session.next('heldOutScores', ({ step }) => step === 40);
    await train();
    expect((await prediction).scores.maskedAccuracy).toBe(1);
    const [right, wrong] = [pixelsOf(picture, AGREES), pixelsOf(picture, CONTRADICTS)];
    const { scores } = await heldOut;
    expect(scores).toMatchObject({
      strokes: 2,
      maskedAccuracy: right / (right + wrong),
      accuracyInterval: { low: 0, high: 1 },
    });
    // Class 3 was right everywhere and said once too often, class 7 nowhere.
    expect(scores.meanIou).toBeCloseTo(right / (right + wrong) / 2, 12);
  });

  it('of several pictures are scored together, by one step’s predictions', async () => {
    await open([scene('a'), scored('b'), scored('c', [AGREES])], { stepBudget: 30 });
    const heldOut = session.next('heldOutScores', ({ step }) => step === 30);
    await train();
    const { scores } = await heldOut;
    const dot = pixelsOf(scored(), AGREES);
    expect(scores).toMatchObject({ strokes: 3, maskedAccuracy: (2 * dot) / (3 * dot) });
    const steps = session.events.flatMap((event) => (event.type === 'heldOutScores' ? [event.step] : []));
    expect(steps).toEqual([...new Set(steps)]);
  });

  it('may be others at any time: scores come at once, and the next step learns by them', async () => {
    const picture = scored('scene', []);
    await open([picture], { stepBudget: 40 });
    const prediction = session.next('prediction', ({ step }) => step === 40);
    await train();
    await prediction;
    expect(session.events.some(({ type }) => type === 'heldOutScores')).toBe(false);
    const told = session.next('scores');
    const heldOut = session.next('heldOutScores');
    session.client.holdOut(PROJECT, [
      { pictureId: 'gone', strokeIds: [1] },
      { pictureId: 'scene', strokeIds: [CONTRADICTS] },
    ]);
    expect((await told).scores.maskedAccuracy).not.toBeNull();
    expect((await heldOut).scores).toMatchObject({ strokes: 1, accuracyInterval: null });
  });

  it('that are painted count from their first pixel on', async () => {
    const picture = scene();
    await open([picture]);
    const prediction = session.next('prediction');
    session.client.step();
    await prediction;
    const heldOut = session.next('heldOutScores');
    session.client.holdOut(PROJECT, [{ pictureId: 'scene', strokeIds: [AGREES] }]);
    session.client.patch(PROJECT, 'scene', encodePatch(paint(picture.planes, 3, AGREES, 5, 5, 5)), 6);
    expect((await heldOut).scores.strokes).toBe(1);
    const next = session.next('heldOutScores', ({ step }) => step === 2);
    session.client.step();
    await next;
  });

  it('that are painted bring no further steps, for there is nothing to learn from them', async () => {
    const picture = scene();
    await open([picture], { stepBudget: 6 });
    await train();
    session.client.holdOut(PROJECT, [{ pictureId: 'scene', strokeIds: [AGREES] }]);
    session.client.patch(PROJECT, 'scene', encodePatch(paint(picture.planes, 3, AGREES, 5, 5, 5)), 6);
    await session.client.save();
    const budget = () => session.events.findLast((event) => event.type === 'status')?.stepBudget;
    expect(budget()).toBe(6);
    session.client.patch(PROJECT, 'scene', encodePatch(paint(picture.planes, 3, 20, 5, 9, 5)), 7);
    await session.client.save();
    expect(budget()).toBeGreaterThan(6);
  });

  it('of a picture of which nothing else is labeled keep it out of training, not out of the scores', async () => {
    const only = scored('only', [1, 2, AGREES, CONTRADICTS]);
    await open([scene('a'), only]);
    const scores = session.next('pictureScores', ({ pictureId }) => pictureId === 'only');
    const heldOut = session.next('heldOutScores');
    session.client.step();
    expect((await scores).scores.maskedAccuracy).toBeNull();
    expect((await heldOut).scores.strokes).toBe(4);
    const status = session.events.findLast((event) => event.type === 'status');
    expect(status).toMatchObject({ trainingPictures: 1 });
  });
});

/** A learner that gets no better: what contradicts the rest is all that is held out. */
const hopeless = () => scored('scene', [CONTRADICTS]);

describe('an early stop', () => {
  it('comes when held-out strokes are predicted no better, says why, and Continue goes on', async () => {
    await open([hopeless()], { earlyStop: { patienceSteps: 3 } });
    const { phase, step, stepBudget, notice } = await train();
    expect(phase).toBe('finished');
    expect(step).toBeLessThan(stepBudget);
    const best = session.events.findLast((event) => event.type === 'heldOutScores')?.best;
    expect(step).toBeGreaterThanOrEqual((best?.step ?? Number.NaN) + 3);
    expect(notice).toBe(
      `Stopped at step ${step}: the held-out strokes were predicted best at step ${best?.step}. Continue goes on.`,
    );
    const again = await train();
    expect(again.step).toBeGreaterThanOrEqual(step + 3);
    expect(again).toMatchObject({ phase: 'finished', stepBudget });
  });

  it('never comes without held-out strokes, or without patience', async () => {
    for (const [picture, patienceSteps] of [
      [scored('scene', []), 1],
      [hopeless(), 0],
    ] as const) {
      await open([picture], { earlyStop: { patienceSteps }, stepBudget: 200 });
      expect(await train()).toMatchObject({ phase: 'finished', step: 200, notice: null });
    }
  });

  it('goes back to the best weights where that is asked for', async () => {
    await open([hopeless()], { earlyStop: { patienceSteps: 3 }, restoreBest: true });
    const wentBack = session.next('wentBack');
    const { step, notice } = await train();
    expect((await wentBack).step).toBe(step);
    expect(notice).toContain(`predicted best at step ${step}. The weights are those again.`);
    expect(session.events.findLast((event) => event.type === 'heldOutScores')?.best?.step).toBe(step);
  });
});

describe('the best learner', () => {
  /** Trains a while; the prediction of the step that was best, and of the last one. */
  async function trained() {
    await open([hopeless()], { stepBudget: 60 });
    const last = session.next('heldOutScores', ({ step }) => step === 60);
    await train();
    const { best } = await last;
    const shown = (step: number) =>
      session.events.flatMap((event) => (event.type === 'prediction' && event.step === step ? [event] : []))[0];
    return { best: best?.step ?? 0, atBest: shown(best?.step ?? 0), atEnd: shown(60) };
  }

  it('is put back on request, to the bit, and so is the one that it took the place of', async () => {
    const { best, atBest, atEnd } = await trained();
    expect(best).toBeLessThan(60);
    const wentBack = session.next('wentBack');
    const again = session.next('prediction');
    session.client.restoreBest(PROJECT);
    const { step, state } = await wentBack;
    expect(step).toBe(best);
    const { classMap, confidence } = await again;
    expect(bytesOf(classMap, confidence)).toEqual(bytesOf(atBest?.classMap, atBest?.confidence));
    expect(bytesOf(classMap, confidence)).not.toEqual(bytesOf(atEnd?.classMap, atEnd?.confidence));
    expect(session.events.findLast((event) => event.type === 'status')).toMatchObject({ phase: 'paused', step: best });

    const undone = session.next('prediction');
    session.client.restore(PROJECT, state as ArrayBuffer);
    const latest = await undone;
    expect(latest.step).toBe(60);
    expect(bytesOf(latest.classMap, latest.confidence)).toEqual(bytesOf(atEnd?.classMap, atEnd?.confidence));
  });

  it('goes on from there as it did the first time: moments and random numbers are back, too', async () => {
    const { best } = await trained();
    const losses = () => session.events.flatMap((event) => (event.type === 'telemetry' ? event.points : []));
    const first = losses().filter(({ step }) => step === best + 1 || step === best + 2);
    const wentBack = session.next('wentBack');
    session.client.restoreBest(PROJECT);
    await wentBack;
    for (const step of [best + 1, best + 2]) {
      const taken = session.next('prediction', (event) => event.step === step);
      session.client.step();
      await taken;
    }
    expect(first).toHaveLength(2);
    expect(losses().slice(-2)).toEqual(first);
  });

  it('is forgotten with other held-out strokes, other classes and a reset', async () => {
    for (const forget of [
      () => session.client.holdOut(PROJECT, [{ pictureId: 'scene', strokeIds: [AGREES] }]),
      () => session.client.configure(PROJECT, [3, 7, 9], SETTINGS),
      () => session.client.reset(),
      () => {
        const patch = paint(hopeless().planes, 3, 20, 4, 11, 4);
        session.client.patch(PROJECT, 'scene', encodePatch(patch), 9);
      },
    ]) {
      await trained();
      forget();
      session.client.restoreBest(PROJECT);
      await session.client.save();
      expect(session.events.some(({ type }) => type === 'wentBack')).toBe(false);
    }
  });

  it('stays through painting elsewhere', async () => {
    const { best } = await trained();
    const { planes } = hopeless();
    session.client.patch(PROJECT, 'scene', encodePatch(paint(planes, 7, 21, SIZE - 3, 8, SIZE - 3)), 9);
    const wentBack = session.next('wentBack');
    session.client.restoreBest(PROJECT);
    expect((await wentBack).step).toBe(best);
  });
});
