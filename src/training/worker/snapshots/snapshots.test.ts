import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it } from 'vitest';
import type { LearnerSettings } from '../../../settings/learner.ts';
import type { Event } from '../../protocol.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { projectOf, SETTINGS, scene } from '../sessionTestTools.ts';

let session: InProcessSession;
afterEach(() => session.close());

type Prediction = Extract<Event, { type: 'prediction' }>;

/** Snapshots of steps 1, 3, 5 and so on. */
const SHORT: LearnerSettings = { ...SETTINGS, stepBudget: 48, weightAverage: 0 };

async function open(settings: LearnerSettings = SHORT, backend: 'cpu' | 'wasm' | 'webgpu' = 'wasm'): Promise<void> {
  session = new InProcessSession();
  session.client.start(backend);
  session.client.open(projectOf([scene()], settings));
  await session.next('status', ({ phase }) => phase === 'ready');
}

/** Takes single steps; what was shown after each. */
async function steps(count: number): Promise<Prediction[]> {
  const shown: Prediction[] = [];
  for (let taken = 0; taken < count; taken++) {
    const prediction = session.next('prediction');
    session.client.step();
    shown.push(await prediction);
  }
  return shown;
}

const kept = () => session.events.findLast((event) => event.type === 'snapshots')?.steps ?? [];
const losses = () =>
  session.events
    .flatMap((event) => (event.type === 'telemetry' ? event.points : []))
    .map(({ step, loss }) => [step, loss]);
const planes = (prediction: Pick<Prediction, 'classMap' | 'confidence' | 'margin'> | null | undefined) =>
  [prediction?.classMap, prediction?.confidence, prediction?.margin].map(
    (plane) => new Uint8Array(plane ?? new ArrayBuffer(0)),
  );

it.each(['cpu', 'wasm', 'webgpu'] as const)(
  'says what it said then, and is today’s learner again, bit for bit (%s)',
  async (backend) => {
    await open(SHORT, backend);
    const shown = await steps(6);
    await expect.poll(kept).toEqual([1, 3, 5]);
    const before = await session.client.save();
    for (const step of [3, 1, 5]) {
      const past = await session.client.predictPast('scene', step);
      expect(past?.step).toBe(step);
      expect(planes(past)).toEqual(planes(shown[step - 1]));
    }
    expect(planes(shown[0])).not.toEqual(planes(shown[5]));
    const after = await session.client.save();
    expect(new Uint8Array(after ?? new ArrayBuffer(0))).toEqual(new Uint8Array(before ?? new ArrayBuffer(1)));
    expect(planes(await session.client.predict('scene'))).toEqual(planes(shown[5]));
  },
);

it('reads the learner beside steps that go on, and changes nothing of them', async () => {
  await open();
  const finished = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  await finished;
  const whole = losses();
  const shown = new Map(
    session.events.flatMap((event) => (event.type === 'prediction' ? [[event.step, event] as const] : [])),
  );
  const snapshots = kept();
  expect(snapshots.length).toBeGreaterThan(2);
  // A snapshot of a burst's end that steps were added to at once is that of its moment: from it, all goes as it went.
  const middle = snapshots[Math.floor(snapshots.length / 2)] ?? 0;
  for (const step of snapshots.filter((at) => shown.has(at))) {
    expect(planes(await session.client.predictPast('scene', step))).toEqual(planes(shown.get(step)));
  }
  session.client.branch('scene', middle);
  await session.next('wentBack');
  const again = session.next('status', ({ phase }) => phase === 'finished');
  session.client.train();
  await again;
  expect(losses().slice(whole.length)).toEqual(whole.slice(middle));
});

it('branches off: the learner of then goes on as it did, and the one that it replaced can come back', async () => {
  await open();
  const shown = await steps(8);
  const first = losses();
  const wentBack = session.next('wentBack');
  const atThen = session.next('prediction');
  session.client.branch('scene', 3);
  const { step, state } = await wentBack;
  expect(step).toBe(3);
  expect(planes(await atThen)).toEqual(planes(shown[2]));
  expect(kept()).toEqual([1, 3]);
  expect(session.events.findLast((event) => event.type === 'status')).toMatchObject({ phase: 'paused', step: 3 });
  await steps(3);
  expect(losses().slice(8)).toEqual(first.slice(3, 6));
  expect(kept()).toEqual([1, 3, 5]);

  const back = session.next('prediction');
  session.client.restore('scene', state as ArrayBuffer);
  expect(planes(await back)).toEqual(planes(shown[7]));
  // What was kept of the branch is not of this learner.
  expect(kept()).toEqual([1, 3]);
});

it('forgets what no longer fits, and keeps nothing while two learners are compared', async () => {
  await open();
  await steps(3);
  expect(kept()).toEqual([1, 3]);
  // Another treatment of the unlabeled pixels leaves the weights what they are, unless it adds an output.
  session.client.configure('scene', [3, 7], { ...SHORT, unlabeled: 'allPixelMean' });
  await session.next('status');
  expect(kept()).toEqual([1, 3]);
  expect((await session.client.predictPast('scene', 1))?.step).toBe(1);
  session.client.configure('scene', [3, 7], { ...SHORT, unlabeled: 'extraClass' });
  await session.next('prediction');
  expect(kept()).toEqual([]);
  session.client.configure('scene', [3, 7, 9], SHORT);
  await session.next('prediction');
  expect(kept()).toEqual([]);
  await steps(1);
  expect(kept()).toEqual([4]);
  session.client.configure('scene', [3, 7, 9], { ...SHORT, optimizer: 'sgd' });
  await session.next('prediction');
  expect(kept()).toEqual([]);
  await steps(1);
  const cleared = session.next('cleared');
  session.client.reset();
  const former = await cleared;
  expect(kept()).toEqual([]);
  await steps(1);
  session.client.restore('scene', former.state ?? new ArrayBuffer(0));
  await session.next('prediction');
  expect(kept()).toEqual([]);
  session.client.compare('scene', { setting: 'unlabeled', value: 'allPixelMean' });
  await session.next('cleared');
  await steps(2);
  expect(kept()).toEqual([]);
});

it('goes back across a setting that adds a vector to what is learned', async () => {
  await open();
  const shown = await steps(3);
  session.client.configure('scene', [3, 7], { ...SHORT, weightAverage: 0.9 });
  await session.next('prediction');
  expect(planes(await session.client.predictPast('scene', 3))).toEqual(planes(shown[2]));
  await steps(2);
});

it('goes back to before pretrained layers learned, and these are again what they are today', async () => {
  await open({
    ...SHORT,
    network: { kind: 'pretrained', width: 4, depth: 3, stride: 1 },
    stepBudget: 8,
    fineTuning: { rate: 0.1, frozenShare: 0.5 },
  });
  const shown = await steps(6);
  expect(kept()).toEqual([1, 2, 3, 4, 5, 6]);
  const before = await session.client.save();
  // What the steps hold is given back where they would read other weights.
  await session.client.predictPast('scene', 1);
  const { numTensors, numBytes } = tf.memory();
  for (const step of [2, 5, 3]) {
    expect(planes(await session.client.predictPast('scene', step))).toEqual(planes(shown[step - 1]));
  }
  const after = await session.client.save();
  expect(new Uint8Array(after ?? new ArrayBuffer(0))).toEqual(new Uint8Array(before ?? new ArrayBuffer(1)));
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  session.client.branch('scene', 3);
  await session.next('prediction');
  const again = await steps(3);
  expect(planes(again[2])).toEqual(planes(shown[5]));
});

it('answers in any case, and changes nothing, where there is no such snapshot', async () => {
  await open();
  await steps(2);
  for (const [pictureId, step] of [
    ['scene', 2],
    ['scene', 0],
    ['scene', Number.NaN],
    ['gone', 1],
  ] as const) {
    expect(await session.client.predictPast(pictureId, step)).toBeNull();
  }
  session.client.branch('scene', 2);
  session.client.branch('another', 1);
  await session.next('prediction');
  expect(session.events.some(({ type }) => type === 'wentBack' || type === 'failed')).toBe(false);
  expect((await steps(1))[0]?.step).toBe(3);
});

it('leaks nothing', async () => {
  await open();
  await steps(6);
  await session.client.predictPast('scene', 3);
  const { numTensors, numBytes } = tf.memory();
  for (const step of [1, 3, 5, 1]) await session.client.predictPast('scene', step);
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  session.client.branch('scene', 3);
  await session.next('prediction');
  await steps(3);
  expect(tf.memory()).toMatchObject({ numTensors, numBytes });
});
