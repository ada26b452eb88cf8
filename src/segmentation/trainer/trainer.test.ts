import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createPlanes, type LabelPlanes } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { Trainer } from './trainer.ts';
import { optimizerStateOf, optimizerVectors, TrainerStateError } from './trainerState.ts';
import { decodeTrainerState, encodeTrainerState } from './trainerStateCodec.ts';

/** Steps that must leave memory as it was. */
const MANY_STEPS = IS_LONG ? 100 : 20;

const SMALL: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  stepBudget: 50,
};

/** From the fourth step of {@link SMALL} on. */
const FINE_TUNING = { rate: 0.1, frozenShare: 0.08 };
const FROZEN = { rate: 0, frozenShare: 0 };

/** Three regions of different colour and texture with a two-pixel stroke in each; ids 2, 5 and 9. */
function scene(width: number, height: number): { pixels: Uint8Array; planes: LabelPlanes; truth: number[] } {
  const planes = createPlanes(width, height);
  const pixels = new Uint8Array(4 * width * height);
  const truth: number[] = [];
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const region = y < height / 2 ? 0 : x < width / 2 ? 1 : 2;
    truth.push([2, 5, 9][region] ?? 0);
    const grain = 40 * ((x * 7 + y * 3) % 5) - 80;
    const color = [
      [120, 90, 160],
      [110, 150, 90],
      [160 + (x % 2 ? 60 : -60), 100, 90],
    ][region] ?? [0, 0, 0];
    color.forEach((value, channel) => {
      pixels[4 * i + channel] = Math.min(255, Math.max(0, value + grain / (channel + 2)));
    });
  }
  const stroke = (fromX: number, toX: number, y: number) => {
    for (let x = Math.round(fromX * width); x < Math.round(toX * width); x++) {
      for (const row of [0, 1]) {
        const at = (Math.round(y * height) + row) * width + x;
        planes.classIds[at] = truth[at] ?? 0;
        planes.strokeIds[at] = 1;
      }
    }
  };
  stroke(0.2, 0.8, 0.22);
  stroke(0.1, 0.4, 0.75);
  stroke(0.6, 0.9, 0.7);
  return { pixels, planes, truth };
}

function trainerOf(settings: LearnerSettings, { width = 12, height = 10, channels = [2, 5, 9] } = {}): Trainer {
  const trainer = new Trainer({ channels, settings });
  const { pixels, planes } = scene(width, height);
  trainer.addPicture('scene', pixels, planes, 'train');
  return trainer;
}

async function losses(trainer: Trainer, steps: number): Promise<number[]> {
  const values: number[] = [];
  for (let i = 0; i < steps; i++) values.push(...(await trainer.trainSteps(1)).map(({ loss }) => loss));
  return values;
}

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  await startBackend('wasm', WASM_PATHS);
});

test('learns a whole picture from three strokes', async () => {
  const settings: LearnerSettings = { ...SMALL, network: { ...SMALL.network, width: 8, depth: 3 } };
  const trainer = trainerOf(settings, { width: 32, height: 32 });
  const { truth } = scene(32, 32);
  const accuracy = async () => {
    const { classMap, confidence } = await trainer.predict('scene');
    expect(classMap.length).toBe(truth.length);
    expect(confidence.length).toBe(truth.length);
    return classMap.filter((id, i) => id === truth[i]).length / truth.length;
  };
  expect(await accuracy()).toBeLessThan(0.7);
  const values = await losses(trainer, settings.stepBudget);
  expect(await accuracy()).toBeGreaterThan(0.9);
  expect(values.at(-1)).toBeLessThan((values[0] ?? 0) / 4);
  trainer.dispose();
});

test('steps count up, and their rates follow the schedule', async () => {
  const trainer = trainerOf({ ...SMALL, schedule: 'cosine', learningRate: 0.02, stepBudget: 2 });
  expect(trainer.step).toBe(0);
  const bursts = [trainer.trainSteps(1), trainer.trainSteps(2)];
  expect(trainer.step).toBe(3);
  const steps = (await Promise.all(bursts)).flat();
  expect(steps.map((step) => step.step)).toEqual([1, 2, 3]);
  expect(steps.map((step) => step.learningRate)).toEqual([0.02, 0.01, 0.002]);
  trainer.dispose();
});

test.each([
  ['wasm', 'unet'],
  ['wasm', 'context'],
  ['webgpu', 'unet'],
] as const)('the same seed is the same run, another one is not (%s, %s)', async (backend, kind) => {
  expect(await tf.setBackend(backend)).toBe(true);
  const size = backend === 'webgpu' ? { width: 12, height: 8 } : undefined;
  const run = async (seed: number) => {
    const trainer = trainerOf({ ...SMALL, network: { ...SMALL.network, kind }, seed }, size);
    const values = await losses(trainer, 5);
    trainer.dispose();
    return values;
  };
  const first = await run(1);
  expect(await run(1)).toEqual(first);
  expect(await run(2)).not.toEqual(first);
  expect(await tf.setBackend('wasm')).toBe(true);
});

test.each([
  ['wasm', {}],
  ['wasm', { optimizer: 'sgd', loss: 'dice', network: { kind: 'context', width: 4, depth: 3, stride: 2 } }],
  ['webgpu', { network: { kind: 'unet', width: 4, depth: 1, stride: 1 } }],
  ['wasm', { network: { kind: 'pretrained', width: 4, depth: 2, stride: 1 }, fineTuning: FROZEN }],
  ['webgpu', { network: { kind: 'pretrained', width: 4, depth: 1, stride: 1 }, fineTuning: FROZEN }],
  ['wasm', { network: { kind: 'pretrained', width: 4, depth: 2, stride: 1 }, fineTuning: FINE_TUNING }],
  ['webgpu', { network: { kind: 'pretrained', width: 4, depth: 1, stride: 1 }, fineTuning: FINE_TUNING }],
] as const)(`${MANY_STEPS} steps leave memory as the first ones did (%s)`, async (backend, changes) => {
  expect(await tf.setBackend(backend)).toBe(true);
  const start = tf.memory().numTensors;
  const trainer = trainerOf({ ...SMALL, ...changes }, { width: 8, height: 6 });
  const memory = async () => {
    await trainer.predict('scene');
    const { numTensors, numBytes, numBytesInGPU = 0 } = tf.memory() as tf.MemoryInfo & { numBytesInGPU?: number };
    return { numTensors, numBytes, numBytesInGPU };
  };
  await losses(trainer, 8);
  // The second prediction is recorded.
  await memory();
  const before = await memory();
  await losses(trainer, MANY_STEPS);
  const after = await memory();
  expect(after.numTensors).toBe(before.numTensors);
  expect(after.numBytes).toBe(before.numBytes);
  expect(after.numBytesInGPU).toBeLessThanOrEqual(before.numBytesInGPU);
  trainer.dispose();
  expect(tf.memory().numTensors).toBe(start);
  expect(await tf.setBackend('wasm')).toBe(true);
});

describe('what cannot be learned from', () => {
  test('nothing labeled', async () => {
    const trainer = new Trainer({ channels: [2, 5, 9], settings: SMALL });
    trainer.addPicture('scene', scene(12, 10).pixels, createPlanes(12, 10), 'train');
    expect(() => trainer.trainSteps(1)).toThrow('Nothing is labeled yet: paint a stroke first.');
    await expect(trainer.compile('scene')).rejects.toThrow('Nothing is labeled yet: paint a stroke first.');
    expect(trainer.step).toBe(0);
    trainer.dispose();
  });

  test('labels only of classes that are gone', () => {
    const trainer = trainerOf(SMALL, { channels: [0, 1] });
    expect(() => trainer.trainSteps(1)).toThrow('Nothing is labeled yet');
    trainer.dispose();
  });

  test('no picture, or planes of another size', async () => {
    const trainer = new Trainer({ channels: [0], settings: SMALL });
    expect(() => trainer.trainSteps(1)).toThrow('There is no picture to learn from yet.');
    await expect(trainer.predict('scene')).rejects.toThrow('There is no picture scene.');
    expect(() => trainer.addPicture('scene', new Uint8Array(64), createPlanes(4, 5), 'train')).toThrow(RangeError);
    expect(() => trainer.addPicture('scene', new Uint8Array(3), createPlanes(1, 1), 'train')).toThrow(RangeError);
    expect(() => trainer.trainSteps(1)).toThrow('There is no picture to learn from yet.');
    trainer.dispose();
  });
});

test('strokes painted between steps count at the next one', async () => {
  const settings: LearnerSettings = {
    ...SMALL,
    augmentation: { flip: false, quarterTurns: false, color: 0, scale: 0 },
  };
  const trainer = new Trainer({ channels: [2, 5, 9], settings });
  const planes = createPlanes(12, 10);
  planes.classIds[0] = 2;
  trainer.addPicture('scene', scene(12, 10).pixels, planes, 'train');
  const alone = (await losses(trainer, 20)).at(-1);
  planes.classIds.fill(5, 30, 60);
  trainer.labelsChanged('scene');
  const [together] = await losses(trainer, 1);
  // A single class is soon learned; thirty pixels of one that has never been a target cost more.
  expect(together).toBeGreaterThan(10 * (alone ?? Number.NaN));
  trainer.dispose();
});

test.each(['ignore', 'allPixelMean', 'zeroedInput', 'asBackground', 'extraClass'] as const)(
  'predictions are class ids, under %s',
  async (unlabeled) => {
    const trainer = trainerOf({ ...SMALL, unlabeled, backgroundClassId: 5 });
    await losses(trainer, 20);
    const { classMap } = await trainer.predict('scene');
    const allowed = unlabeled === 'extraClass' ? [2, 5, 9, 254] : [2, 5, 9];
    for (const id of classMap) expect(allowed).toContain(id);
    // Most pixels are unlabeled, so the network that is taught to say so does.
    const extra = classMap.filter((id) => id === 254).length;
    expect(extra > 0).toBe(unlabeled === 'extraClass');
    trainer.dispose();
  },
);

test('the average of the weights predicts, and the weights learn as without it', async () => {
  const decay = 0.8;
  const [plain, averaging] = [trainerOf(SMALL), trainerOf({ ...SMALL, weightAverage: decay })];
  const seen: Float32Array[] = [];
  for (let step = 0; step < 6; step++) {
    expect(await losses(averaging, 1)).toEqual(await losses(plain, 1));
    seen.push(optimizerStateOf(decodeTrainerState(await plain.save())).parameters);
  }
  const predicted = await averaging.predict('scene');
  expect(predicted).not.toEqual(await plain.predict('scene'));
  // The weighted mean of all weights so far, put in the plain learner's place.
  const state = decodeTrainerState(await plain.save());
  const weights = seen.map((_, k) => decay ** (seen.length - 1 - k));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const parameters = (seen[0] as Float32Array).map((_, i) =>
    seen.reduce((sum, own, k) => sum + ((own[i] as number) * (weights[k] as number)) / total, 0),
  );
  const vectors = optimizerVectors({ ...optimizerStateOf(state), parameters: Float32Array.from(parameters) });
  plain.restore(encodeTrainerState({ ...state, vectors }));
  const expected = await plain.predict('scene');
  predicted.confidence.forEach((byte, i) => {
    expect(Math.abs(byte - (expected.confidence[i] as number))).toBeLessThanOrEqual(1);
  });
  for (const trainer of [plain, averaging]) trainer.dispose();
});

describe('save and restore', () => {
  test.each([
    ['adamw', 0],
    ['sgd', 0],
    ['adamw', 0.9],
  ] as const)('a restored run goes on as an uninterrupted one (%s, average %s)', async (optimizer, weightAverage) => {
    const settings = { ...SMALL, optimizer, weightAverage };
    const whole = trainerOf(settings);
    await losses(whole, 4);
    const saved = whole.save();
    const expected = await losses(whole, 3);
    const other = trainerOf({ ...settings, seed: 99 });
    await losses(other, 2);
    other.restore(await saved);
    expect(other.step).toBe(4);
    expect(await losses(other, 3)).toEqual(expected);
    expect(await other.predict('scene')).toEqual(await whole.predict('scene'));
    whole.dispose();
    other.dispose();
  });

  test('bytes of another learner are refused, and nothing changes', async () => {
    const trainer = trainerOf(SMALL);
    await losses(trainer, 2);
    const before = await trainer.save();
    const others: LearnerSettings[] = [
      { ...SMALL, network: { ...SMALL.network, width: 6 } },
      { ...SMALL, unlabeled: 'extraClass' },
      { ...SMALL, optimizer: 'sgd' },
    ];
    for (const settings of others) {
      const other = trainerOf(settings);
      const bytes = await other.save();
      expect(() => trainer.restore(bytes)).toThrow(TrainerStateError);
      other.dispose();
    }
    const reordered = trainerOf(SMALL, { channels: [5, 2, 9] });
    const bytes = await reordered.save();
    expect(() => trainer.restore(bytes)).toThrow('The saved learner has other classes than this one.');
    expect(() => trainer.restore(before.slice(0, -4))).toThrow(TrainerStateError);
    expect(new Uint8Array(await trainer.save())).toEqual(new Uint8Array(before));
    reordered.dispose();
    trainer.dispose();
  });
});

describe('configure', () => {
  const steady: LearnerSettings = { ...SMALL, augmentation: { flip: false, quarterTurns: false, color: 0, scale: 0 } };

  test('a new class keeps every other weight and moment; taking it away again restores the learner', async () => {
    const trainer = trainerOf(steady);
    await losses(trainer, 5);
    const before = await trainer.save();
    expect(trainer.configure([2, 5, 9, 11], steady)).toBe('kept');
    expect(trainer.step).toBe(5);
    const grown = await trainer.save();
    expect(grown.byteLength).toBeGreaterThan(before.byteLength);
    expect(trainer.configure([2, 5, 9], steady)).toBe('kept');
    expect(new Uint8Array(await trainer.save())).toEqual(new Uint8Array(before));
    trainer.dispose();
  });

  test('an average of the weights follows changes of the classes, and comes and goes', async () => {
    const averaging: LearnerSettings = { ...steady, weightAverage: 0.8 };
    const trainer = trainerOf(averaging);
    await losses(trainer, 5);
    const [before, predicted] = [await trainer.save(), await trainer.predict('scene')];
    trainer.configure([9, 2, 11, 5], averaging);
    expect((await trainer.save()).byteLength).toBeGreaterThan(before.byteLength);
    trainer.configure([2, 5, 9], averaging);
    expect(new Uint8Array(await trainer.save())).toEqual(new Uint8Array(before));
    trainer.configure([2, 5, 9], steady);
    const plain = await trainer.predict('scene');
    expect(plain).not.toEqual(predicted);
    // It begins as the weights are then.
    trainer.configure([2, 5, 9], averaging);
    expect(await trainer.predict('scene')).toEqual(plain);
    trainer.restore(before);
    expect(await trainer.predict('scene')).toEqual(predicted);
    trainer.dispose();
  });

  test('reordered classes predict as before', async () => {
    const trainer = trainerOf(steady);
    await losses(trainer, 5);
    const before = await trainer.predict('scene');
    trainer.configure([9, 2, 5], steady);
    expect((await trainer.predict('scene')).classMap).toEqual(before.classMap);
    trainer.dispose();
  });

  test('the extra class comes and goes with its treatment', async () => {
    const trainer = trainerOf(steady);
    await losses(trainer, 5);
    const before = await trainer.save();
    expect(trainer.configure([2, 5, 9], { ...steady, unlabeled: 'extraClass' })).toBe('kept');
    const [loss] = await losses(trainer, 1);
    expect(Number.isFinite(loss)).toBe(true);
    trainer.configure([2, 5, 9], { ...steady, unlabeled: 'extraClass' });
    trainer.restore(await trainer.save());
    trainer.configure([2, 5, 9], steady);
    expect((await trainer.save()).byteLength).toBe(before.byteLength);
    trainer.dispose();
  });

  test('a removed class is never predicted again', async () => {
    const trainer = trainerOf(steady);
    await losses(trainer, 5);
    trainer.configure([2, 9], steady);
    const { classMap } = await trainer.predict('scene');
    expect(classMap.includes(5)).toBe(false);
    expect((await losses(trainer, 1)).every(Number.isFinite)).toBe(true);
    trainer.dispose();
  });

  test('another rate keeps all, another optimiser the weights, another network nothing', async () => {
    const trainer = trainerOf(steady);
    const fresh = await trainer.predict('scene');
    await losses(trainer, 3);
    const learned = await trainer.predict('scene');
    expect(trainer.configure([2, 5, 9], { ...steady, learningRate: 0.5 })).toBe('kept');
    expect(trainer.configure([2, 5, 9], { ...steady, optimizer: 'sgd' })).toBe('kept');
    expect(await trainer.predict('scene')).toEqual(learned);
    expect(trainer.step).toBe(3);
    const parameters = trainer.parameterCount;
    expect(trainer.configure([2, 5, 9], { ...steady, network: { ...steady.network, width: 6 } })).toBe('rebuilt');
    expect(trainer.step).toBe(0);
    expect(trainer.parameterCount).toBeGreaterThan(parameters);
    expect(trainer.configure([2, 5, 9], steady)).toBe('rebuilt');
    expect(await trainer.predict('scene')).toEqual(fresh);
    trainer.dispose();
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const trainer = trainerOf(steady);
    await losses(trainer, 1);
    trainer.configure([2, 5, 9, 1], steady);
    trainer.configure([2], { ...steady, optimizer: 'sgd', unlabeled: 'extraClass' });
    trainer.configure([2, 5], { ...steady, network: { kind: 'context', width: 4, depth: 2, stride: 1 } });
    trainer.restore(await trainer.save());
    trainer.configure([2, 5], { ...steady, network: { kind: 'pretrained', width: 4, depth: 1, stride: 1 } });
    await losses(trainer, 1);
    trainer.configure([2, 5, 9], steady);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
