import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePatch } from '../../labels/patchCodec.ts';
import { createPlanes, UNLABELED } from '../../labels/planes.ts';
import { startBackend } from '../../segmentation/backend.ts';
import { WASM_PATHS } from '../../segmentation/backendTestTools.ts';
import type { PictureUse } from '../../settings/pictureUse.ts';
import type { BackendName } from '../backendMessages.ts';
import { type Command, type Event, PROTOCOL_VERSION } from '../protocol.ts';
import { InProcessSession } from './inProcessSessionTestTools.ts';
import { TrainingSession } from './session.ts';
import { inputOf, paint, projectOf, SETTINGS, scene, type TestPicture } from './sessionTestTools.ts';

const PROJECT = 'scene';

let session: InProcessSession;
beforeEach(async () => {
  session = new InProcessSession();
  await start('wasm');
});
afterEach(() => session.close());

async function start(backend: BackendName): Promise<void> {
  const started = session.next('started');
  session.client.start(backend);
  expect((await started).backend.backend).toBe(backend);
}

const used = (picture: TestPicture, use: PictureUse): TestPicture => ({ ...picture, use });
const bare = (id: string): TestPicture => ({ ...scene(id), planes: createPlanes(16, 16) });

/** Opens a project of these pictures, the first of them active. */
async function open(pictures: readonly TestPicture[], stepBudget = SETTINGS.stepBudget) {
  const status = session.next('status');
  session.client.open(projectOf(pictures, { ...SETTINGS, stepBudget }));
  return status;
}

async function takeStep() {
  const prediction = session.next('prediction');
  session.client.step();
  return prediction;
}

async function startTraining() {
  const training = session.next('status', ({ phase }) => phase === 'training');
  session.client.train();
  await training;
}

async function pause() {
  const paused = session.next('status', ({ phase }) => phase === 'paused');
  session.client.pause();
  return paused;
}

/** Share of a picture's labels that a class map agrees with, counted pixel by pixel. */
function agreement({ planes }: TestPicture, classMap: ArrayBuffer): number {
  const predicted = new Uint8Array(classMap);
  const labeled = [...planes.classIds.keys()].filter((i) => planes.classIds[i] !== UNLABELED);
  return labeled.filter((i) => predicted[i] === planes.classIds[i]).length / labeled.length;
}

describe('several pictures', () => {
  it('are learned together; the active one is shown, the others are scored once training settles', async () => {
    const status = await open([scene('a'), used(scene('b', 12, 20), 'test'), scene('c'), bare('d')], 40);
    expect(status).toMatchObject({ projectId: PROJECT, trainingPictures: 2, phase: 'ready' });
    const shown = session.next('prediction', ({ step }) => step === 40);
    const scored = ['b', 'c'].map((id) => session.next('pictureScores', ({ pictureId }) => pictureId === id));
    session.client.train();
    expect(await shown).toMatchObject({ pictureId: 'a', width: 16, height: 16 });
    for (const { step, scores, labelRevision } of await Promise.all(scored)) {
      expect([step, labelRevision]).toEqual([40, 5]);
      expect(scores.maskedAccuracy).toBeGreaterThan(0.95);
      expect(scores.trueAccuracy).toBeGreaterThan(0.9);
    }
    // An answer means that the session has nothing left to do but wait.
    await session.client.save();
    const scores = session.events.flatMap((event) => (event.type === 'pictureScores' ? [event.pictureId] : []));
    expect(scores).toEqual(['b', 'c']);
  });

  it('come, go and change their use while it trains, and the step count goes on', async () => {
    await open([scene('a'), scene('b', 12, 20)]);
    await startTraining();
    const counts: number[] = [];
    const counted = async (act: () => void) => {
      const status = session.next('status');
      act();
      const { trainingPictures, phase } = await status;
      expect(phase).toBe('training');
      counts.push(trainingPictures);
    };
    await counted(() => session.client.addPicture(PROJECT, scene('c', 20, 12)));
    await session.next('telemetry');
    await counted(() => session.client.addPicture(PROJECT, used(scene('d'), 'skip')));
    await counted(() => session.client.setUse(PROJECT, 'b', 'test'));
    await counted(() => session.client.setUse(PROJECT, 'd', 'train'));
    await counted(() => session.client.removePicture(PROJECT, 'c'));
    expect(counts).toEqual([3, 3, 2, 3, 2]);
    await session.next('telemetry');
    await pause();
    const steps = session.events
      .flatMap((event) => (event.type === 'telemetry' ? event.points : []))
      .map((p) => p.step);
    expect(steps).toEqual(Array.from({ length: steps.length }, (_, i) => i + 1));
  });

  it('of other projects, or gone, are not meant', async () => {
    await open([scene('a')]);
    session.client.patch('other', 'a', new Uint8Array([1, 2, 3]), 6);
    session.client.patch(PROJECT, 'gone', new Uint8Array([1, 2, 3]), 6);
    session.client.addPicture('other', scene('b'));
    session.client.activate(PROJECT, 'gone');
    session.client.removePicture(PROJECT, 'gone');
    session.client.setUse('other', 'a', 'skip');
    expect(await session.client.save()).toBeNull();
    expect(session.events.map(({ type }) => type)).toEqual(['started', 'learner', 'status']);
  });
});

describe('what is missing', () => {
  it('is said where only pictures that are not for training are labeled', async () => {
    await open([bare('a'), used(scene('b'), 'test')]);
    const refused = session.next('status');
    session.client.train();
    expect(await refused).toMatchObject({ trainingPictures: 0, notice: expect.stringContaining('test or skipped') });
    const heard = session.next('status');
    session.client.setUse(PROJECT, 'b', 'train');
    expect(await heard).toMatchObject({ trainingPictures: 1, notice: null });
  });

  it('ends training when the last labels for it go', async () => {
    await open([scene('a')]);
    await startTraining();
    const ended = session.next('status', ({ notice }) => notice !== null);
    session.client.removePicture(PROJECT, 'a');
    expect(await ended).toMatchObject({ trainingPictures: 0, notice: expect.stringContaining('Nothing is labeled') });
  });
});

describe('a picture that is not active', () => {
  it('is learned from once it is painted on', async () => {
    const b = bare('b');
    await open([scene('a'), b]);
    const status = session.next('status');
    session.client.patch(PROJECT, 'b', encodePatch(paint(b.planes, 3, 1, 2, 3, 2, 12)), 6);
    expect((await status).trainingPictures).toBe(2);
    const scored = session.next('pictureScores');
    await takeStep();
    expect(await scored).toMatchObject({ pictureId: 'b', labelRevision: 6, step: 1 });
  });

  it('is scored anew when its labels change, and for the first time with its first label', async () => {
    const [b, c] = [scene('b'), bare('c')];
    await open([scene('a'), b, c]);
    const first = session.next('pictureScores');
    await takeStep();
    expect((await first).pictureId).toBe('b');
    for (const [picture, patch] of [
      [b, paint(b.planes, 7, 3, 4, 4, 4, 10)],
      [c, paint(c.planes, 3, 1, 2, 3, 9, 12)],
    ] as const) {
      const { pictureId } = picture;
      const scored = session.next('pictureScores', (event) => event.pictureId === pictureId);
      session.client.patch(PROJECT, pictureId, encodePatch(patch), 9);
      const { labelRevision, scores } = await scored;
      expect(labelRevision).toBe(9);
      const prediction = await session.client.predict(pictureId);
      expect(scores.maskedAccuracy).toBeCloseTo(agreement(picture, prediction?.classMap ?? new ArrayBuffer()), 12);
    }
  });

  it('is predicted live once it is activated, paused or not', async () => {
    await open([scene('a'), scene('b', 12, 20), scene('c')]);
    await takeStep();
    const shown = session.next('prediction');
    // Leafing through: only where it ends is predicted.
    session.client.activate(PROJECT, 'c');
    session.client.activate(PROJECT, 'b');
    expect(await shown).toMatchObject({ pictureId: 'b', step: 1, width: 12, height: 20 });
    await startTraining();
    await session.next('prediction', ({ pictureId }) => pictureId === 'b');
    const other = session.next('prediction', ({ pictureId }) => pictureId === 'a');
    session.client.activate(PROJECT, 'a');
    expect((await other).step).toBeGreaterThan(0);
    const last = session.next('prediction');
    const { step } = await pause();
    expect(await last).toMatchObject({ pictureId: 'a', step });
    expect(session.events.some((event) => event.type === 'prediction' && event.pictureId === 'c')).toBe(false);
  });

  it('takes the place of an active one that was removed only when it is asked to', async () => {
    await open([scene('a'), scene('b')]);
    await takeStep();
    session.client.removePicture(PROJECT, 'a');
    await startTraining();
    await session.next('telemetry');
    await pause();
    const of = session.events.flatMap((event) => (event.type === 'prediction' ? [event.pictureId] : []));
    expect(new Set(of)).toEqual(new Set(['a']));
    const shown = session.next('prediction');
    session.client.activate(PROJECT, 'b');
    expect((await shown).pictureId).toBe('b');
  });
});

describe('a prediction on request', () => {
  it('comes while it trains, of any picture, and training goes on', async () => {
    await open([scene('a'), used(scene('b', 12, 20), 'skip')]);
    await startTraining();
    await session.next('telemetry');
    const found = await session.client.predict('b');
    expect(found).toMatchObject({ width: 12, height: 20 });
    expect(found?.step).toBeGreaterThan(0);
    expect(found?.classMap.byteLength).toBe(240);
    expect(found?.confidence.byteLength).toBe(240);
    for (const id of new Uint8Array(found?.classMap ?? new ArrayBuffer())) expect([3, 7]).toContain(id);
    // What was on its way already may be older than the prediction.
    const isLater = (step = 0) => step > (found?.step ?? Number.POSITIVE_INFINITY);
    await session.next('telemetry', ({ points }) => isLater(points.at(-1)?.step));
    session.client.pause();
  });

  it('is nothing without a project, a step or the picture', async () => {
    expect(await session.client.predict('a')).toBeNull();
    await open([scene('a')]);
    expect(await session.client.predict('a')).toBeNull();
    await takeStep();
    expect(await session.client.predict('b')).toBeNull();
    expect(await session.client.predict('a')).not.toBeNull();
    const lost = session.client.predict('a');
    session.client.dispose();
    await expect(lost).rejects.toThrow('not running');
  });
});

it('a learner comes back to its project, and the other pictures are scored', async () => {
  const pictures = [scene('a'), scene('b', 12, 20), used(scene('c'), 'test')];
  await open(pictures, 4);
  const finished = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  await finished;
  const [state, first] = [await session.client.save(), await session.client.predict('b')];
  const shown = session.next('prediction');
  const scored = session.next('pictureScores', ({ pictureId }) => pictureId === 'c');
  session.client.open({ ...projectOf(pictures, { ...SETTINGS, stepBudget: 4 }), activePictureId: 'b', state });
  const { step, classMap, confidence } = await shown;
  expect({ step, classMap, confidence }).toEqual({
    step: 4,
    classMap: first?.classMap,
    confidence: first?.confidence,
  });
  expect((await scored).step).toBe(4);
});

it('a learner that comes back is scored anew, also where the one before was at the same step', async () => {
  await open([scene('a'), scene('b')]);
  /** Takes two steps, and waits for the scores of the picture that is not shown. */
  const train = async () => {
    const scored = session.next('pictureScores', ({ step }) => step === 2);
    await takeStep();
    await takeStep();
    return (await scored).scores;
  };
  const first = await train();
  const state = (await session.client.save()) as ArrayBuffer;
  session.client.configure(PROJECT, [3, 7], { ...SETTINGS, learningRate: 0.5 });
  session.client.reset();
  expect(await train()).not.toEqual(first);
  const scored = session.next('pictureScores');
  session.client.restore(PROJECT, state);
  expect(await scored).toMatchObject({ step: 2, scores: first });
});

it('pictures of several sizes are learned on WebGPU, also while their number changes', async () => {
  await start('webgpu');
  await open([scene('a'), scene('b', 12, 20)]);
  await startTraining();
  await session.next('telemetry');
  session.client.addPicture(PROJECT, scene('c', 20, 12));
  session.client.activate(PROJECT, 'c');
  await session.next('prediction', ({ pictureId }) => pictureId === 'c');
  session.client.removePicture(PROJECT, 'b');
  session.client.setUse(PROJECT, 'a', 'test');
  await session.next('status', ({ trainingPictures }) => trainingPictures === 1);
  await session.next('telemetry');
  const scored = session.next('pictureScores');
  await pause();
  expect((await scored).pictureId).toBe('a');
  expect(session.events.filter(({ type }) => type === 'failed')).toEqual([]);
});

describe('scores in the background', () => {
  /** What a session says until picture e is scored. Its page answers events at once: nothing comes in between. */
  async function eventsOf(answer: (event: ScoresEvent, give: (command: Command) => void) => void): Promise<Event[]> {
    const events: Event[] = [];
    const session = new TrainingSession(
      {
        send: (event) => {
          events.push(event);
          if (event.type !== 'pictureScores') return;
          answer(event, (command) => session.receive(command));
          if (event.pictureId === 'e') session.close();
        },
      },
      {
        startBackend: (wanted, onLost) => startBackend(wanted, WASM_PATHS, onLost),
        now: () => performance.now(),
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        yieldToEventLoop: () => new Promise((resolve) => setTimeout(resolve)),
      },
    );
    session.receive({
      type: 'start',
      protocolVersion: PROTOCOL_VERSION,
      backend: 'wasm',
      gpuTest: { sound: [], always: false },
      adapters: [],
    });
    const pictures = ['a', 'b', 'c', 'd', 'e'].map((id) => inputOf(scene(id)));
    session.receive({ type: 'open', ...projectOf([]), pictures, activePictureId: 'a' });
    session.receive({ type: 'step' });
    await session.run();
    return events;
  }

  type ScoresEvent = Extract<Event, { type: 'pictureScores' }>;

  it('give way to any command after the one under way, and go on afterwards', async () => {
    const events = await eventsOf((_, give) => give({ type: 'save', requestId: 1 }));
    const order = events.flatMap((event) => {
      if (event.type === 'pictureScores') return [event.pictureId];
      return event.type === 'saved' ? ['saved'] : [];
    });
    expect(order).toEqual(['b', 'saved', 'c', 'saved', 'd', 'saved', 'e']);
  });

  it('of an older learner are not gone on with', async () => {
    const events = await eventsOf(({ step }, give) => {
      if (step === 1) give({ type: 'step' });
    });
    const order = events.flatMap((event) => (event.type === 'pictureScores' ? [[event.pictureId, event.step]] : []));
    expect(order).toEqual([
      ['b', 1],
      ['b', 2],
      ['c', 2],
      ['d', 2],
      ['e', 2],
    ]);
  });
});
