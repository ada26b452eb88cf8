import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createPlanes } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { Random } from '../random.ts';
import { gpuInternals } from '../recording/gpuInternals.ts';
import { Trainer } from '../trainer/trainer.ts';
import { pretrainedStateOf, TrainerStateError } from '../trainer/trainerState.ts';
import { decodeTrainerState, encodeTrainerState } from '../trainer/trainerStateCodec.ts';
import { stepsUntilFineTuning } from './fineTuning.ts';

const BUDGET = 8;
/** Steps of the budget that pretrained layers stay as they came. */
const FROZEN = 4;

const FROZEN_ALWAYS: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'pretrained', width: 4, depth: 1, stride: 1 },
  stepBudget: BUDGET,
  fineTuning: { rate: 0, frozenShare: 0 },
};
const TUNED: LearnerSettings = { ...FROZEN_ALWAYS, fineTuning: { rate: 0.2, frozenShare: FROZEN / BUDGET } };

function trainerOf(
  settings: LearnerSettings,
  { width = 12, height = 8, ...more }: { width?: number; height?: number; maxPixels?: number } = {},
): Trainer {
  const random = Random.fromSeed(7);
  const trainer = new Trainer({ channels: [0, 1, 2], settings, ...more });
  const planes = createPlanes(width, height);
  for (let i = 0; i < planes.classIds.length; i++) {
    if (random.uniform(0, 1) < 0.3) planes.classIds[i] = random.integer(0, 2);
  }
  const pixels = Uint8Array.from({ length: 4 * width * height }, () => random.integer(0, 255));
  trainer.addPicture('noise', pixels, planes, 'train');
  return trainer;
}

async function lossesOf(trainer: Trainer, steps: number): Promise<number[]> {
  return (await trainer.trainSteps(steps)).map(({ loss }) => loss);
}

/** A learner's whole state, comparable: of two array buffers, `toEqual` looks at nothing. */
async function bytesOf(trainer: Trainer): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await trainer.save());
}

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  await startBackend('wasm', WASM_PATHS);
});

test('pretrained layers learn after their share of the budget, and stay so past it', () => {
  expect([0, 3, 4, 7, 8, 100].map((step) => stepsUntilFineTuning(step, TUNED))).toEqual([4, 1, 0, 0, 0, 0]);
  const soon = { ...TUNED, fineTuning: { rate: 0.2, frozenShare: 0 } };
  expect(stepsUntilFineTuning(0, soon)).toBe(0);
  expect(stepsUntilFineTuning(7, FROZEN_ALWAYS)).toBe(Number.POSITIVE_INFINITY);
  const without = { ...soon, network: { ...soon.network, kind: 'unet' as const } };
  expect(stepsUntilFineTuning(7, without)).toBe(Number.POSITIVE_INFINITY);
});

describe.each(['wasm', 'webgpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });

  test('until they learn, a run is the one without, bit for bit; then it is another', async () => {
    const [plain, tuned] = [trainerOf(FROZEN_ALWAYS), trainerOf(TUNED)];
    expect(await lossesOf(tuned, FROZEN)).toEqual(await lossesOf(plain, FROZEN));
    expect(await bytesOf(tuned)).toEqual(await bytesOf(plain));
    expect(await tuned.predict('noise')).toEqual(await plain.predict('noise'));
    const [first, ...others] = await lossesOf(tuned, 4);
    const [expected, ...plainOthers] = await lossesOf(plain, 4);
    // The first loss is of weights that no gradient has moved yet.
    expect(Math.abs((first ?? Number.NaN) - (expected ?? 0))).toBeLessThan(1e-5);
    others.forEach((loss, i) => {
      expect(Math.abs(loss - (plainOthers[i] as number))).toBeGreaterThan(1e-4);
    });
    plain.dispose();
    tuned.dispose();
  });

  test('steps taken one by one, in a burst across the change, and from saved states are the same', async () => {
    const [one, burst] = [trainerOf(TUNED), trainerOf(TUNED)];
    const expected: number[] = [];
    for (let step = 0; step < BUDGET; step++) expected.push(...(await lossesOf(one, 1)));
    const taken = await burst.trainSteps(BUDGET);
    expect(taken.map(({ loss }) => loss)).toEqual(expected);
    expect(taken.map(({ step }) => step)).toEqual(expected.map((_, i) => i + 1));
    // Each the first of its trainer: none is replayed.
    const eager: number[] = [];
    let state: ArrayBuffer | null = null;
    for (let step = 0; step < BUDGET; step++) {
      const trainer = trainerOf(TUNED);
      if (state !== null) trainer.restore(state);
      eager.push(...(await lossesOf(trainer, 1)));
      state = await trainer.save();
      trainer.dispose();
    }
    expect(eager).toEqual(expected);
    expect(new Uint8Array(state as ArrayBuffer)).toEqual(await bytesOf(one));
    one.dispose();
    burst.dispose();
  });

  test('a saved learner goes on as an uninterrupted one, whatever the other learned before', async () => {
    const [whole, other] = [trainerOf(TUNED), trainerOf({ ...TUNED, seed: 99 })];
    await lossesOf(whole, FROZEN + 2);
    const saved = whole.save();
    const expected = await lossesOf(whole, 2);
    await lossesOf(other, BUDGET);
    const untuned = trainerOf(FROZEN_ALWAYS);
    await lossesOf(untuned, 2);
    // There and back: to weights as they came, and to learned ones again.
    for (const restored of [untuned, whole]) {
      const bytes = restored === whole ? await saved : await restored.save();
      other.restore(bytes);
      expect(await bytesOf(other)).toEqual(new Uint8Array(bytes));
      if (restored === untuned) expect(await other.predict('noise')).toEqual(await untuned.predict('noise'));
    }
    expect(await lossesOf(other, 2)).toEqual(expected);
    expect(await other.predict('noise')).toEqual(await whole.predict('noise'));
    for (const trainer of [whole, other, untuned]) trainer.dispose();
  });

  test('two learners side by side do not share what they learn', async () => {
    const alone = trainerOf(TUNED);
    const expected = await lossesOf(alone, BUDGET);
    const [one, two, frozen] = [trainerOf(TUNED), trainerOf({ ...TUNED, learningRate: 0.1 }), trainerOf(FROZEN_ALWAYS)];
    const before = await frozen.predict('noise');
    const found: number[] = [];
    for (let step = 0; step < BUDGET; step++) {
      found.push(...(await lossesOf(one, 1)));
      await lossesOf(two, 1);
    }
    expect(found).toEqual(expected);
    expect(await frozen.predict('noise')).toEqual(before);
    for (const trainer of [alone, one, two, frozen]) trainer.dispose();
  });

  test('made to stay again, they are what they had become', async () => {
    const trainer = trainerOf(TUNED);
    await lossesOf(trainer, BUDGET);
    const learned = await trainer.predict('noise');
    const weights = pretrainedStateOf(decodeTrainerState(await trainer.save()));
    expect(trainer.configure([0, 1, 2], FROZEN_ALWAYS)).toBe('kept');
    expect(await trainer.predict('noise')).toEqual(learned);
    expect((await lossesOf(trainer, 3)).every(Number.isFinite)).toBe(true);
    expect(pretrainedStateOf(decodeTrainerState(await trainer.save()))).toEqual(weights);
    trainer.dispose();
  });
});

describe('on WASM', () => {
  beforeAll(async () => {
    expect(await tf.setBackend('wasm')).toBe(true);
  });

  test('a change of classes keeps weights and moments, one of the optimiser the weights, one of the network nothing', async () => {
    const trainer = trainerOf(TUNED);
    await lossesOf(trainer, BUDGET);
    const stateNow = async () => pretrainedStateOf(decodeTrainerState(await trainer.save()));
    const before = await stateNow();
    expect(before?.updates).toBe(BUDGET - FROZEN);
    expect(trainer.configure([0, 1, 2, 7], TUNED)).toBe('kept');
    expect(await stateNow()).toEqual(before);
    expect(trainer.configure([0, 1, 2, 7], { ...TUNED, weightAverage: 0.9 })).toBe('kept');
    expect(await stateNow()).toEqual({ ...before, average: before?.parameters });
    expect(trainer.configure([0, 1, 2], { ...TUNED, optimizer: 'sgd' })).toBe('kept');
    const bySgd = await stateNow();
    expect(bySgd?.parameters).toEqual(before?.parameters);
    expect(bySgd?.updates).toBe(0);
    expect(bySgd?.moments.map((moment) => moment.every((value) => value === 0))).toEqual([true]);
    expect((await lossesOf(trainer, 2)).every(Number.isFinite)).toBe(true);
    expect(trainer.configure([0, 1, 2], { ...TUNED, network: { ...TUNED.network, width: 6 } })).toBe('rebuilt');
    expect(await stateNow()).toBeNull();
    trainer.dispose();
  });

  test('their average predicts, and changes nothing of how they learn', async () => {
    const [plain, averaging] = [trainerOf(TUNED), trainerOf({ ...TUNED, weightAverage: 0.5 })];
    expect(await lossesOf(averaging, BUDGET)).toEqual(await lossesOf(plain, BUDGET));
    const state = decodeTrainerState(await averaging.save());
    const { average, ...others } = pretrainedStateOf(state) as NonNullable<ReturnType<typeof pretrainedStateOf>>;
    expect({ ...others, average: null }).toEqual(pretrainedStateOf(decodeTrainerState(await plain.save())));
    expect(average).not.toEqual(others.parameters);
    const shown = await averaging.predict('noise');
    // With the average in their place the newest weights would predict the same.
    const vectors = state.vectors.map((vector) =>
      vector.role === 'pretrainedParameters' ? { ...vector, values: average as Float32Array<ArrayBuffer> } : vector,
    );
    averaging.restore(encodeTrainerState({ ...state, vectors }));
    expect(await averaging.predict('noise')).toEqual(shown);
    plain.dispose();
    averaging.dispose();
  });

  test('tiles are predicted with them, too', async () => {
    const settings: LearnerSettings = { ...TUNED, learningRate: 0.05, fineTuning: { rate: 1, frozenShare: 0 } };
    const size = { width: 40, height: 36 };
    const [whole, tiled] = [trainerOf(settings, size), trainerOf(settings, { ...size, maxPixels: 600 })];
    await lossesOf(whole, 20);
    const state = await whole.save();
    tiled.restore(state);
    let turns = 0;
    const found = await tiled.predict('noise', async () => {
      turns++;
    });
    expect(turns).toBeGreaterThan(2);
    const expected = await whole.predict('noise');
    const distance = (prediction: typeof expected) =>
      prediction.confidence.reduce((sum, value, i) => sum + Math.abs(value - (expected.confidence[i] as number)), 0);
    const frozen = trainerOf({ ...settings, fineTuning: { rate: 0, frozenShare: 0 } }, size);
    const { vectors, ...header } = decodeTrainerState(state);
    frozen.restore(
      encodeTrainerState({ ...header, vectors: vectors.filter(({ role }) => !role.startsWith('pretrained')) }),
    );
    // The same network with the layers as they came says something else altogether.
    expect(distance(found)).toBeLessThan(distance(await frozen.predict('noise')) / 50);
    for (const trainer of [whole, tiled, frozen]) trainer.dispose();
  });

  test('a state with half of what they need is refused, and nothing changes', async () => {
    const trainer = trainerOf(TUNED);
    await lossesOf(trainer, BUDGET);
    const before = await bytesOf(trainer);
    const state = decodeTrainerState(await trainer.save());
    for (const missing of ['pretrainedParameters', 'pretrainedMoment', 'pretrainedUpdates'] as const) {
      const vectors = state.vectors.filter(({ role }) => role !== missing);
      expect(() => trainer.restore(encodeTrainerState({ ...state, vectors }))).toThrow(TrainerStateError);
    }
    const longer = state.vectors.map((vector) =>
      vector.role === 'pretrainedMoment' ? { ...vector, values: new Float32Array(7) } : vector,
    );
    expect(() => trainer.restore(encodeTrainerState({ ...state, vectors: longer }))).toThrow(TrainerStateError);
    expect(await bytesOf(trainer)).toEqual(before);
    trainer.dispose();
  });

  test('they count as parameters where they learn', () => {
    const [frozen, tuned] = [trainerOf(FROZEN_ALWAYS), trainerOf(TUNED)];
    // Block 0 of MobileNetV2, with biases: 3·3·3·32 + 32, 3·3·32 + 32, 32·16 + 16.
    expect(tuned.parameterCount - frozen.parameterCount).toBe(896 + 320 + 528);
    frozen.dispose();
    tuned.dispose();
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const trainer = trainerOf(TUNED);
    const untuned = await trainer.save();
    await lossesOf(trainer, BUDGET);
    await trainer.predict('noise');
    const tuned = await trainer.save();
    trainer.restore(untuned);
    await trainer.predict('noise');
    trainer.restore(tuned);
    trainer.configure([0, 1], { ...TUNED, optimizer: 'sgd', weightAverage: 0.9 });
    await lossesOf(trainer, 2);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('on WebGPU, the steps before are the same dispatches', async () => {
  expect(await tf.setBackend('webgpu')).toBe(true);
  const { device } = gpuInternals(tf.backend() as WebGPUBackend);
  const createBindGroup = device.createBindGroup.bind(device);
  const dispatchesOf = async (settings: LearnerSettings) => {
    const trainer = trainerOf(settings);
    let dispatches = 0;
    device.createBindGroup = (descriptor) => {
      dispatches++;
      return createBindGroup(descriptor);
    };
    await trainer.trainSteps(1);
    delete (device as Partial<GPUDevice>).createBindGroup;
    trainer.dispose();
    return dispatches;
  };
  const plain = await dispatchesOf(FROZEN_ALWAYS);
  expect(plain).toBeGreaterThan(20);
  expect(await dispatchesOf(TUNED)).toBe(plain);
  expect(await dispatchesOf({ ...TUNED, fineTuning: { rate: 0.2, frozenShare: 0 } })).toBeGreaterThan(plain);
});
