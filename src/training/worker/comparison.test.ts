import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { encodePatch } from '../../labels/patchCodec.ts';
import { decodeTrainerState } from '../../segmentation/trainer/trainerStateCodec.ts';
import type { SettingsDifference } from '../../settings/difference.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import type { TelemetryPoint } from '../learnerMessages.ts';
import type { Event } from '../protocol.ts';
import { InProcessSession } from './inProcessSessionTestTools.ts';
import { paint, projectOf, SETTINGS, scene } from './sessionTestTools.ts';

let session: InProcessSession;
afterEach(() => session.close());

const AS_BACKGROUND: SettingsDifference = { setting: 'unlabeled', value: 'asBackground' };
/** Class 3 is the one that unlabeled pixels are trained as. */
const WITH_BACKGROUND: LearnerSettings = { ...SETTINGS, backgroundClassId: 3 };

type Prediction = Extract<Event, { type: 'prediction' }>;

async function open(
  settings: LearnerSettings = WITH_BACKGROUND,
  backend: 'cpu' | 'wasm' | 'webgpu' = 'wasm',
): Promise<void> {
  session = new InProcessSession();
  session.client.start(backend);
  session.client.open(projectOf([scene()], settings));
  await session.next('status');
}

async function compare(difference: SettingsDifference | null) {
  const learner = session.next('learner');
  session.client.compare('scene', difference);
  return learner;
}

/** Has both take over other classes at rest, which shows what they predict. */
async function configure(channels: readonly number[], settings: LearnerSettings) {
  const learner = session.next('learner');
  const shown = session.next('prediction');
  session.client.configure('scene', channels, settings);
  await shown;
  return learner;
}

async function steps(count: number): Promise<Prediction> {
  let shown: Prediction | null = null;
  for (let taken = 0; taken < count; taken++) {
    const prediction = session.next('prediction');
    session.client.step();
    shown = await prediction;
  }
  return shown as Prediction;
}

function told(): { a: TelemetryPoint[]; b: TelemetryPoint[] } {
  const all = session.events.flatMap((event) => (event.type === 'telemetry' ? [event] : []));
  return { a: all.flatMap(({ points }) => points), b: all.flatMap(({ comparedPoints }) => comparedPoints) };
}

const bytes = (buffer: ArrayBuffer | undefined) => new Uint8Array(buffer as ArrayBuffer);

it.each(['cpu', 'wasm', 'webgpu'] as const)(
  'with equal settings both learn the same, bit for bit, also what is painted meanwhile (%s)',
  async (backend) => {
    await open(WITH_BACKGROUND, backend);
    const { compared } = await compare({ setting: 'unlabeled', value: 'ignore' });
    expect(compared?.difference).toEqual({ setting: 'unlabeled', value: 'ignore' });
    await steps(3);
    session.client.patch('scene', 'scene', encodePatch(paint(scene().planes, 3, 3, 4, 4, 4, 10)), 6);
    const shown = await steps(2);
    const { a, b } = told();
    expect(a.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    expect(b).toEqual(a);
    expect(shown.compared?.step).toBe(5);
    for (const plane of ['classMap', 'confidence', 'margin'] as const) {
      expect(bytes(shown.compared?.[plane])).toEqual(bytes(shown[plane]));
    }
    expect(shown.compared?.scores).toEqual(shown.scores);
  },
);

it('trains both as fast as they go, step by step together, and each as it would alone', async () => {
  const budget = { ...WITH_BACKGROUND, stepBudget: 40 };
  await open(budget);
  await compare(AS_BACKGROUND);
  const finished = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  await finished;
  const { a, b } = told();
  expect(b.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  expect(a.map(({ step }) => step)).toEqual(b.map(({ step }) => step));
  const last = session.events.findLast((event): event is Prediction => event.type === 'prediction');
  expect(bytes(last?.compared?.classMap)).not.toEqual(bytes(last?.classMap));
  await session.close();
  for (const [settings, losses] of [
    [budget, a],
    [{ ...budget, unlabeled: 'asBackground' }, b],
  ] as const) {
    await open(settings);
    const alone = session.next('status', ({ phase }) => phase === 'finished');
    session.client.train();
    await alone;
    expect(told()).toEqual({ a: losses, b: [] });
    await session.close();
  }
  await open();
});

it('begins anew, and what was learned before comes back by Undo, which ends the comparison', async () => {
  await open();
  await steps(2);
  const former = bytes((await session.client.save()) as ArrayBuffer);
  const cleared = session.next('cleared');
  const ready = session.next('status', ({ phase }) => phase === 'ready');
  await compare(AS_BACKGROUND);
  const { state } = await cleared;
  expect(bytes(state as ArrayBuffer)).toEqual(former);
  expect((await ready).step).toBe(0);
  expect(await session.client.save()).toBeNull();
  expect((await steps(1)).step).toBe(1);
  const alone = session.next('learner');
  const back = session.next('prediction');
  session.client.restore('scene', state as ArrayBuffer);
  expect((await alone).compared).toBeNull();
  expect(await back).toMatchObject({ step: 2, compared: null });
  expect(bytes((await session.client.save()) as ArrayBuffer)).toEqual(former);
});

it('ends with the first learner as it is, which goes on alone', async () => {
  await open();
  await compare(AS_BACKGROUND);
  await steps(2);
  const before = bytes((await session.client.save()) as ArrayBuffer);
  expect((await compare(null)).compared).toBeNull();
  expect(bytes((await session.client.save()) as ArrayBuffer)).toEqual(before);
  const { b } = told();
  expect(await steps(1)).toMatchObject({ step: 3, compared: null });
  expect(told().b).toEqual(b);
});

it('Reset clears both, which then learn as they did', async () => {
  await open();
  await compare(AS_BACKGROUND);
  await steps(3);
  const cleared = session.next('cleared');
  session.client.reset();
  expect((await cleared).state).not.toBeNull();
  expect((await steps(3)).compared?.step).toBe(3);
  const { a, b } = told();
  expect(a.slice(3)).toEqual(a.slice(0, 3));
  expect(b.slice(3)).toEqual(b.slice(0, 3));
  expect(b).not.toEqual(a);
});

describe('other settings', () => {
  it('are for both, and leave the difference', async () => {
    await open();
    await compare(AS_BACKGROUND);
    await steps(1);
    const learner = session.next('learner');
    session.client.configure('scene', [3, 7], { ...WITH_BACKGROUND, learningRate: 0.5, schedule: 'constant' });
    const { compared } = await learner;
    expect(compared?.difference).toEqual(AS_BACKGROUND);
    await steps(1);
    const { a, b } = told();
    expect([a[1]?.learningRate, b[1]?.learningRate]).toEqual([0.5, 0.5]);
    expect(b[1]?.loss).not.toBe(a[1]?.loss);
  });

  it('another network starts both over', async () => {
    await open();
    await compare({ setting: 'optimizer', value: 'sgd' });
    await steps(2);
    const ready = session.next('status', ({ phase }) => phase === 'ready');
    const network = { ...SETTINGS.network, width: 6 };
    session.client.configure('scene', [3, 7], { ...WITH_BACKGROUND, network });
    expect((await ready).step).toBe(0);
    const shown = await steps(1);
    expect([shown.step, shown.compared?.step]).toEqual([1, 1]);
  });

  it('a class more is one more for both', async () => {
    await open();
    await compare(AS_BACKGROUND);
    await steps(1);
    const { parameterCount, compared } = await configure([3, 7, 9], WITH_BACKGROUND);
    expect(compared?.parameterCount).toBe(parameterCount);
    const shown = await steps(1);
    expect([shown.step, shown.compared?.step]).toEqual([2, 2]);
  });
});

it('other labels are scored against both predictions', async () => {
  await open();
  await compare(AS_BACKGROUND);
  const shown = await steps(20);
  const scored = session.next('scores');
  session.client.patch('scene', 'scene', encodePatch(paint(scene().planes, 3, 3, 12, 2, 12, 12)), 6);
  const { labelRevision, scores, comparedScores, step } = await scored;
  expect([labelRevision, step]).toEqual([6, 20]);
  expect(scores.maskedAccuracy).toBeLessThan(shown.scores.maskedAccuracy as number);
  // Against the exact mask nothing has changed.
  expect(comparedScores?.trueAccuracy).toBe(shown.compared?.scores.trueAccuracy);
  expect(comparedScores?.trueAccuracy).toBeLessThan(scores.trueAccuracy as number);
});

it('a search for a rate leaves both as they are', async () => {
  await open();
  await compare(AS_BACKGROUND);
  await steps(2);
  const over = session.next('rateSearch', ({ isOver }) => isOver);
  session.client.findRate();
  await over;
  await steps(1);
  const found = told();
  await session.close();
  await open();
  await compare(AS_BACKGROUND);
  await steps(3);
  expect(told()).toEqual(found);
});

it('a loss of the second that is no number ends training with a sentence about it; the first is whole', async () => {
  await open({
    ...WITH_BACKGROUND,
    network: { kind: 'plainUnet', width: 16, depth: 4, stride: 1 },
    optimizer: 'sgd',
    weightDecay: 0,
    learningRate: 1e-6,
    schedule: 'constant',
  });
  await compare({ setting: 'learningRate', value: 1 });
  const failed = session.next('failed');
  session.client.train();
  const { message, fatal } = await failed;
  expect(message).toContain('learner B');
  expect(fatal).toBe(false);
  const state = decodeTrainerState((await session.client.save()) as ArrayBuffer);
  expect(state.vectors.every(({ values }) => values.every(Number.isFinite))).toBe(true);
  await compare(null);
  const { step } = await steps(1);
  expect(step).toBe(state.step + 1);
});

it('gives all memory of the second learner back', async () => {
  await open();
  await compare(AS_BACKGROUND);
  await steps(2);
  await compare(null);
  await session.client.save();
  const { numTensors, numBytes } = tf.memory();
  for (let i = 0; i < 3; i++) {
    await compare(AS_BACKGROUND);
    await steps(2);
    await compare(null);
    await session.client.save();
  }
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
});
