import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { encodePatch } from '../../labels/patchCodec.ts';
import { clonePlanes, createPlanes, UNLABELED } from '../../labels/planes.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import type { BackendName } from '../backendMessages.ts';
import { type Event, PROTOCOL_VERSION } from '../protocol.ts';
import { InProcessSession } from './inProcessSessionTestTools.ts';
import { paint, projectOf, SETTINGS, SIZE, scene, type TestPicture } from './sessionTestTools.ts';

let session: InProcessSession;
afterEach(() => session.close());

async function start(backend: BackendName = 'wasm'): Promise<InProcessSession> {
  session = new InProcessSession();
  const started = session.next('started');
  session.client.start(backend);
  expect((await started).backend.backend).toBe(backend);
  return session;
}

function open(picture: TestPicture, settings: LearnerSettings = SETTINGS, projectId = 'scene'): void {
  session.client.open({ ...projectOf([picture], settings), projectId });
}

const trained = (event: Extract<Event, { type: 'status' }>) => event.phase === 'training';

describe('a project is opened', () => {
  it('describes the learner and is ready', async () => {
    await start();
    const learner = session.next('learner');
    const status = session.next('status');
    open(scene());
    expect((await learner).parameterCount).toBeGreaterThan(100);
    expect(await status).toMatchObject({
      phase: 'ready',
      step: 0,
      stepBudget: 1000,
      projectId: 'scene',
      trainingPictures: 1,
      notice: null,
    });
  });

  it('leaves the caller its own arrays', async () => {
    await start();
    const mine = scene();
    const before = clonePlanes(mine.planes);
    open(mine);
    await session.next('status');
    expect(mine.planes.classIds.length).toBe(SIZE * SIZE);
    expect(mine.planes).toEqual(before);
  });

  it('refuses planes of another size with a sentence', async () => {
    await start();
    const failed = session.next('failed');
    open({ ...scene(), pixels: new Uint8Array(12) });
    expect(await failed).toMatchObject({ fatal: false, message: expect.stringContaining('differ in size') });
  });

  it('refuses settings out of range with a sentence', async () => {
    await start();
    const failed = session.next('failed');
    open(scene(), { ...SETTINGS, learningRate: Number.NaN });
    expect((await failed).message).toContain('learningRate');
  });
});

describe('training', () => {
  it('ends with the budget, and Continue goes on for as many steps again', async () => {
    await start();
    open(scene(), { ...SETTINGS, stepBudget: 6 });
    const finished = session.next('status', (event) => event.phase === 'finished');
    session.client.train();
    expect(await finished).toMatchObject({ step: 6, stepBudget: 6 });
    const again = session.next('status', (event) => event.phase === 'finished' && event.step > 6);
    session.client.train();
    expect(await again).toMatchObject({ step: 12, stepBudget: 12 });
    const steps = session.events
      .flatMap((event) => (event.type === 'telemetry' ? event.points : []))
      .map((p) => p.step);
    expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it('pauses after as many steps as were asked for, and goes on to the budget’s end when none are', async () => {
    await start();
    open(scene(), { ...SETTINGS, stepBudget: 12 });
    for (const [steps, phase, step] of [
      [5, 'paused', 5],
      [1, 'paused', 6],
      [null, 'finished', 12],
      [40, 'finished', 24],
    ] as const) {
      const rests = session.next('status', (event) => event.phase === phase);
      session.client.train(steps);
      expect((await rests).step).toBe(step);
    }
  });

  it('learns two regions from two strokes and scores them', async () => {
    await start();
    open(scene(), { ...SETTINGS, stepBudget: 40 });
    const finished = session.next('status', (event) => event.phase === 'finished');
    const last = session.next('prediction', (event) => event.step === 40);
    session.client.train();
    await finished;
    const { classMap, confidence, margin, scores, labelRevision } = await last;
    expect(labelRevision).toBe(5);
    expect(classMap.byteLength).toBe(SIZE * SIZE);
    expect(confidence.byteLength).toBe(SIZE * SIZE);
    expect(margin.byteLength).toBe(SIZE * SIZE);
    expect(new Set(new Uint8Array(classMap))).toEqual(new Set([3, 7]));
    expect(scores.maskedAccuracy).toBeGreaterThan(0.95);
    expect(scores.trueAccuracy).toBeGreaterThan(0.9);
    expect(Object.keys(scores.iouByClass)).toEqual(['3', '7']);
  });

  it('stops at Pause within one step and takes single steps', async () => {
    await start();
    open(scene());
    const training = session.next('status', trained);
    session.client.train();
    await training;
    const paused = session.next('status', (event) => event.phase === 'paused');
    session.client.pause();
    const { step } = await paused;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const single = session.next('status', (event) => event.phase === 'paused');
    session.client.step();
    expect((await single).step).toBe(step + 1);
  });

  it('does not start where nothing is labeled, and says so until something is', async () => {
    await start();
    const planes = createPlanes(SIZE, SIZE);
    open({ ...scene(), planes });
    await session.next('status');
    const refused = session.next('status');
    session.client.train();
    expect(await refused).toMatchObject({ phase: 'ready', step: 0, notice: expect.stringContaining('paint a stroke') });
    const heard = session.next('status');
    session.client.patch('scene', 'scene', encodePatch(paint(planes, 3, 1, 2, 2, 9)), 6);
    expect((await heard).notice).toBeNull();
  });
});

describe('labels painted while it trains', () => {
  it('reach the learner: a class that had no label is predicted after its first stroke', async () => {
    await start();
    const picture = scene();
    const { planes } = picture;
    planes.classIds.forEach((id, i) => {
      if (id !== 7) return;
      planes.classIds[i] = UNLABELED;
      planes.strokeIds[i] = 0;
    });
    open(picture);
    const training = session.next('status', trained);
    session.client.train();
    await training;
    const seen = session.next(
      'prediction',
      (event) => event.labelRevision === 6 && (event.scores.maskedAccuracy ?? 0) > 0.95,
    );
    session.client.patch('scene', 'scene', encodePatch(paint(planes, 7, 2, 12, 3, 12, 12)), 6);
    const { classMap } = await seen;
    expect(new Uint8Array(classMap)).toContain(7);
    session.client.pause();
  });

  it('are scored at once when it is paused', async () => {
    await start();
    const picture = scene();
    const { planes } = picture;
    open(picture);
    const prediction = session.next('prediction');
    session.client.step();
    const { classMap } = await prediction;
    const scored = session.next('scores');
    // The left half called class 7: whatever was predicted there decides the new accuracy.
    const patch = paint(planes, 7, 3, 4, 4, 4, 10);
    session.client.patch('scene', 'scene', encodePatch(patch), 9);
    const { scores, labelRevision } = await scored;
    expect(labelRevision).toBe(9);
    const predicted = new Uint8Array(classMap);
    const labeled = [...planes.classIds.keys()].filter((i) => planes.classIds[i] !== UNLABELED);
    const right = labeled.filter((i) => predicted[i] === planes.classIds[i]);
    expect(scores.maskedAccuracy).toBeCloseTo(right.length / labeled.length, 12);
  });

  it('survive malformed patches: one sentence, and the next good patch counts', async () => {
    await start();
    const picture = scene();
    const { planes } = picture;
    open(picture);
    const failed = session.next('failed');
    session.client.patch('scene', 'scene', new Uint8Array([1, 2, 3]), 6);
    expect(await failed).toMatchObject({ fatal: false });
    const prediction = session.next('prediction');
    session.client.patch('scene', 'scene', encodePatch(paint(planes, 3, 3, 2, 14, 6)), 7);
    session.client.step();
    expect((await prediction).labelRevision).toBe(7);
  });
});

describe('reset, settings and states', () => {
  it('Reset clears the weights, and the state it returns brings them back', async () => {
    await start();
    open(scene(), { ...SETTINGS, stepBudget: 8 });
    const trainedMap = session.next('prediction', (event) => event.step === 8);
    session.client.train();
    const { classMap, confidence } = await trainedMap;
    const cleared = session.next('cleared');
    const ready = session.next('status', (event) => event.phase === 'ready');
    session.client.reset();
    const { state } = await cleared;
    expect((await ready).step).toBe(0);
    expect(state).not.toBeNull();
    const restored = session.next('prediction');
    session.client.restore('scene', state as ArrayBuffer);
    const after = await restored;
    expect(after.step).toBe(8);
    expect(new Uint8Array(after.classMap)).toEqual(new Uint8Array(classMap));
    expect(new Uint8Array(after.confidence)).toEqual(new Uint8Array(confidence));
  });

  it('a state that does not fit leaves the learner as it is', async () => {
    await start();
    open(scene());
    const prediction = session.next('prediction');
    session.client.step();
    await prediction;
    const failed = session.next('failed');
    session.client.restore('scene', new Uint8Array([9, 9, 9, 9]).buffer);
    expect((await failed).fatal).toBe(false);
    const next = session.next('prediction');
    session.client.step();
    expect((await next).step).toBe(2);
  });

  it('keeps the step count when a class is added and starts over when the network changes', async () => {
    await start();
    open(scene());
    const prediction = session.next('prediction');
    session.client.step();
    await prediction;
    const kept = session.next('status');
    session.client.configure('scene', [3, 7, 9], SETTINGS);
    expect((await kept).step).toBe(1);
    const rebuilt = session.next('status');
    session.client.configure('scene', [3, 7, 9], { ...SETTINGS, network: { ...SETTINGS.network, width: 6 } });
    expect(await rebuilt).toMatchObject({ phase: 'ready', step: 0 });
  });

  it('saves one project’s learner while another is opened', async () => {
    await start();
    open(scene(), SETTINGS, 'first');
    const prediction = session.next('prediction');
    session.client.step();
    await prediction;
    const saving = session.client.save();
    open(scene(), SETTINGS, 'second');
    const state = await saving;
    expect(state).not.toBeNull();
    await session.next('status', (event) => event.projectId === 'second');
    expect(await session.client.save()).toBeNull();
    const resumed = session.next('prediction', (event) => event.projectId === 'first');
    session.client.open({ ...projectOf([scene()]), projectId: 'first', state });
    expect((await resumed).step).toBe(1);
  });
});

it('a page of another version is told to reload', async () => {
  session = new InProcessSession();
  const failed = session.next('failed');
  session.port.postMessage({ type: 'start', protocolVersion: PROTOCOL_VERSION + 1, backend: 'cpu' });
  expect(await failed).toMatchObject({ fatal: true, message: expect.stringContaining('Reload the page') });
});

it('trains on WebGPU through the same session', async () => {
  await start('webgpu');
  open(scene(), { ...SETTINGS, network: { kind: 'plainUnet', width: 4, depth: 1, stride: 1 }, stepBudget: 3 });
  const finished = session.next('status', (event) => event.phase === 'finished');
  const last = session.next('prediction', (event) => event.step === 3);
  session.client.train();
  expect((await finished).step).toBe(3);
  expect((await last).scores.maskedAccuracy).not.toBeNull();
});

it('pauses at once while shaders compile, and goes on from there', async () => {
  await start('webgpu');
  // A network of its own, whose shaders no other test has compiled.
  open(scene(), { ...SETTINGS, network: { kind: 'context', width: 6, depth: 3, stride: 2 }, stepBudget: 3 });
  const compiling = session.next('status', ({ phase }) => phase === 'compiling');
  session.client.train();
  await compiling;
  const ready = session.next('status', ({ phase }) => phase === 'ready');
  const pausedAtMs = performance.now();
  session.client.pause();
  expect((await ready).step).toBe(0);
  const pauseMs = performance.now() - pausedAtMs;
  const training = session.next('status', ({ phase }) => phase === 'training');
  const finished = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  await training;
  expect(pauseMs).toBeLessThan((performance.now() - pausedAtMs) / 2);
  expect((await finished).step).toBe(3);
});

it('tells the page when the device is lost, also in the middle of a step', async () => {
  await start('webgpu');
  open(scene());
  const training = session.next('status', trained);
  session.client.train();
  await training;
  const failed = session.next('failed', (event) => event.fatal);
  (tf.backend() as unknown as { device: GPUDevice }).device.destroy();
  expect((await failed).message).toContain('graphics device');
});
