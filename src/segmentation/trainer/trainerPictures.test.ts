import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createPlanes, type LabelPlanes, UNLABELED } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings, SMOOTHNESS } from '../../settings/learner.ts';
import type { PictureUse } from '../../settings/pictureUse.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { Random } from '../random.ts';
import { gpuInternals } from '../recording/gpuInternals.ts';
import { Trainer } from './trainer.ts';

const CHANNELS = [2, 5, 9];
const SETTINGS: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  // As the learner was that the losses below were recorded from.
  smoothness: { ...SMOOTHNESS, weight: 0 },
  stepBudget: 60,
};

/** Every step sees all labels of its picture. */
const STEADY: LearnerSettings = { ...SETTINGS, augmentation: { flip: false, quarterTurns: false, color: 0, scale: 0 } };

interface TestPicture {
  readonly id: string;
  readonly pixels: Uint8Array;
  readonly planes: LabelPlanes;
  readonly truth: readonly number[];
  readonly use: PictureUse;
}

/**
 * Three bands of brightness under noise, in an order that the seed chooses, `labeled` pixels of them labeled: bright is
 * class 9, dark 2.
 */
function picture(id: string, seed: number, options: Partial<TestPicture> & { labeled?: number; size?: Size } = {}) {
  const [width, height] = options.size ?? [12, 10];
  const random = Random.fromSeed(seed);
  const first = random.integer(0, 2);
  const planes = createPlanes(width, height);
  const pixels = new Uint8Array(4 * width * height);
  const truth: number[] = [];
  for (let i = 0; i < width * height; i++) {
    const level = (first + Math.floor((3 * Math.floor(i / width)) / height)) % 3;
    truth.push(CHANNELS[level] as number);
    for (let channel = 0; channel < 3; channel++) pixels[4 * i + channel] = 40 + 80 * level + random.integer(0, 30);
  }
  for (let painted = 0; painted < (options.labeled ?? 30); ) {
    const at = random.integer(0, width * height - 1);
    if (planes.classIds[at] !== UNLABELED) continue;
    planes.classIds[at] = truth[at] as number;
    planes.strokeIds[at] = 1;
    painted++;
  }
  return { id, pixels, planes, truth, use: 'train' as PictureUse, ...options };
}

type Size = readonly [width: number, height: number];

function trainerOf(pictures: readonly TestPicture[], settings = SETTINGS, standardizedBytes?: number): Trainer {
  const trainer = new Trainer({
    channels: CHANNELS,
    settings,
    ...(standardizedBytes === undefined ? {} : { standardizedBytes }),
  });
  for (const { id, pixels, planes, use } of pictures) trainer.addPicture(id, pixels, planes, use);
  return trainer;
}

async function losses(trainer: Trainer, steps: number): Promise<number[]> {
  const values: number[] = [];
  for (let i = 0; i < steps; i++) values.push(...(await trainer.trainSteps(1)).map(({ loss }) => loss));
  return values;
}

async function accuracy(trainer: Trainer, { id, truth }: TestPicture): Promise<number> {
  const { classMap } = await trainer.predict(id);
  return classMap.filter((predicted, i) => predicted === truth[i]).length / truth.length;
}

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  await startBackend('wasm', WASM_PATHS);
});

test('one picture is learned as by the learner that knew only one', async () => {
  const trainer = trainerOf([picture('only', 3)]);
  const found = [...(await trainer.trainSteps(4)), ...(await trainer.trainSteps(2))].map(({ loss }) => loss);
  // Computed on WASM by the learner of version 0.1, from before there were several pictures.
  const expected = [
    1.480949878692627, 0.944612979888916, 1.2293285131454468, 0.9344624876976013, 0.7471373081207275,
    0.7005425095558167,
  ];
  expected.forEach((loss, i) => {
    expect(found[i]).toBeCloseTo(loss, 6);
  });
  trainer.dispose();
});

test('both of two pictures are learned, whole', async () => {
  const pictures = [picture('a', 1, { labeled: 60, size: [32, 32] }), picture('b', 2, { labeled: 61, size: [32, 32] })];
  // As in the test of a single picture.
  const trainer = trainerOf(pictures, { ...STEADY, network: { kind: 'unet', width: 8, depth: 3, stride: 1 } });
  expect(trainer.trainingPictures).toBe(2);
  for (const each of pictures) expect(await accuracy(trainer, each)).toBeLessThan(0.7);
  const steps = await trainer.trainSteps(60);
  for (const labeled of [60, 61]) {
    const own = steps.filter((step) => step.labeled === labeled).map(({ loss }) => loss);
    expect(own).toHaveLength(30);
    expect(own.at(-1)).toBeLessThan((own[0] ?? 0) / 4);
  }
  for (const each of pictures) expect(await accuracy(trainer, each)).toBeGreaterThan(0.9);
  trainer.dispose();
});

test('every epoch shows every labeled picture once', async () => {
  const pictures = [11, 12, 13, 14].map((labeled) => picture(`p${labeled}`, labeled, { labeled }));
  const trainer = trainerOf([...pictures, picture('bare', 3, { labeled: 0 })], STEADY);
  expect(trainer.trainingPictures).toBe(4);
  const shown = (await trainer.trainSteps(12)).map(({ labeled }) => labeled);
  const epochs = [0, 4, 8].map((start) => shown.slice(start, start + 4));
  for (const epoch of epochs) expect([...epoch].sort()).toEqual([11, 12, 13, 14]);
  expect(epochs[1]).not.toEqual(epochs[0]);
  trainer.dispose();
});

test.each(['test', 'skip'] as const)('labels of a picture for %s teach nothing, bit for bit', async (use) => {
  const run = async (extra: readonly TestPicture[], repaint = false) => {
    const trainer = trainerOf([picture('a', 1), ...extra, picture('b', 2)]);
    const before = await losses(trainer, 3);
    for (const { id, planes } of repaint ? extra : []) {
      planes.classIds.fill(5);
      trainer.labelsChanged(id);
    }
    const values = [...before, ...(await losses(trainer, 4))];
    trainer.dispose();
    return values;
  };
  const alone = await run([]);
  expect(await run([picture('other', 3, { use })])).toEqual(alone);
  expect(await run([picture('other', 3, { use })], true)).toEqual(alone);
  expect(await run([picture('other', 3)])).not.toEqual(alone);
});

test('only labels for training count as something to learn from', async () => {
  const trainer = trainerOf([picture('a', 1, { use: 'test' }), picture('b', 2, { labeled: 0 })]);
  expect(trainer.trainingPictures).toBe(0);
  expect([trainer.isLabeled('a'), trainer.isLabeled('b')]).toEqual([true, false]);
  expect(() => trainer.trainSteps(1)).toThrow('Nothing is labeled yet: paint a stroke first.');
  trainer.setUse('a', 'train');
  expect(await losses(trainer, 1)).toHaveLength(1);
  trainer.dispose();
});

test('classes are balanced over all training pictures together', async () => {
  const [a, b, other] = [picture('a', 1, { labeled: 0 }), picture('b', 2, { labeled: 0 }), picture('c', 3)];
  a.planes.classIds.fill(2, 0, 16);
  b.planes.classIds.fill(2, 0, 9);
  b.planes.classIds.fill(5, 20, 24);
  const trainer = trainerOf([a, b, { ...other, use: 'test' }], STEADY);
  const steps = await trainer.trainSteps(2);
  // 25 pixels of class 2 and 4 of class 5: 1/√25 and 1/√4, of mean 0.35, become 4/7 and 10/7.
  const expected = new Map([
    [16, (16 * 4) / 7],
    [13, (9 * 4 + 4 * 10) / 7],
  ]);
  for (const { labeled, denominator } of steps) expect(denominator).toBeCloseTo(expected.get(labeled) ?? Number.NaN, 4);
  expect(new Set(steps.map(({ labeled }) => labeled))).toEqual(new Set([16, 13]));
  trainer.dispose();
});

test('pictures that come, go and change their use leave what was learned', async () => {
  const trainer = trainerOf([picture('a', 1), picture('b', 2, { size: [8, 14] })]);
  await losses(trainer, 4);
  const learned = await trainer.save();
  trainer.addPicture('c', picture('c', 3).pixels, picture('c', 3).planes, 'train');
  trainer.setUse('a', 'skip');
  trainer.removePicture('b');
  expect(await trainer.save()).toEqual(learned);
  expect(trainer.step).toBe(4);
  expect(trainer.trainingPictures).toBe(1);
  expect((await trainer.trainSteps(3)).map(({ step }) => step)).toEqual([5, 6, 7]);
  expect((await trainer.predict('a')).classMap).toHaveLength(120);
  await expect(trainer.predict('b')).rejects.toThrow(RangeError);
  // Another picture of the same name and size is not the one that was there.
  const before = await trainer.predict('c');
  trainer.removePicture('c');
  trainer.addPicture('c', picture('c', 5).pixels, picture('c', 5).planes, 'train');
  expect(await trainer.predict('c')).not.toEqual(before);
  trainer.dispose();
});

test('three pictures are the same run again, with a save between or without, and whatever is kept', async () => {
  const pictures = [picture('a', 1), picture('b', 2, { size: [9, 7] }), picture('c', 3)];
  const run = async (trainer: Trainer) => {
    const values = (await trainer.trainSteps(7)).map(({ loss }) => loss);
    trainer.dispose();
    return values;
  };
  const whole = await run(trainerOf(pictures));
  expect(await run(trainerOf(pictures))).toEqual(whole);
  expect(await run(trainerOf(pictures, SETTINGS, 0))).toEqual(whole);
  const first = trainerOf(pictures);
  const begun = await losses(first, 4);
  const state = await first.save();
  first.dispose();
  const second = trainerOf(pictures);
  second.restore(state);
  expect([...begun, ...(await losses(second, 3))]).toEqual(whole);
  second.dispose();
});

test('crops of several pictures teach what whole ones do', async () => {
  const corner = (id: string, seed: number, size: Size) => {
    const own = picture(id, seed, { size, labeled: 0 });
    for (let y = 4; y < 12; y++) own.planes.classIds.fill(CHANNELS[y % 3] as number, y * size[0] + 3, y * size[0] + 9);
    return own;
  };
  const pictures = [corner('a', 1, [96, 80]), corner('b', 2, [80, 96]), corner('c', 3, [96, 80])];
  const settings: LearnerSettings = {
    ...STEADY,
    network: { kind: 'plainUnet', width: 4, depth: 2, stride: 1 },
    learningRate: 0.003,
  };
  const trainers = [trainerOf(pictures, settings), trainerOf(pictures, { ...settings, cropAroundLabels: false })];
  const [cropped, whole] = await Promise.all(trainers.map((trainer) => trainer.trainSteps(6)));
  cropped?.forEach(({ loss }, i) => {
    expect(loss).toBeCloseTo(whole?.[i]?.loss ?? Number.NaN, 5);
  });
  for (const trainer of trainers) trainer.dispose();
});

describe('on WebGPU', () => {
  beforeAll(async () => {
    expect(await tf.setBackend('webgpu')).toBe(true);
  });

  const bytes = () => (tf.memory() as tf.MemoryInfo & { numBytesInGPU: number }).numBytesInGPU;

  test('recorded steps of several sizes, handed over at once, are those taken one by one and on WASM', async () => {
    // One size more than stays recorded.
    const sizes: readonly Size[] = [
      [12, 8],
      [8, 12],
      [10, 10],
      [12, 8],
      [14, 6],
    ];
    const pictures = sizes.map((size, i) => picture(`p${i}`, i, { size, labeled: 20 + i }));
    const one = trainerOf(pictures);
    const many = trainerOf(pictures);
    await many.compile('p1');
    const expected = await losses(one, 20);
    const bursts = await Promise.all([many.trainSteps(3), many.trainSteps(12), many.trainSteps(5)]);
    expect(bursts.flat().map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(bursts.flat().map(({ loss }) => loss)).toEqual(expected);
    for (const trainer of [one, many]) trainer.dispose();
    expect(await tf.setBackend('wasm')).toBe(true);
    const host = trainerOf(pictures);
    (await losses(host, 20)).forEach((loss, i) => {
      expect(Math.abs(loss - (expected[i] as number))).toBeLessThan(1e-4);
    });
    host.dispose();
    expect(await tf.setBackend('webgpu')).toBe(true);
  });

  test('two sizes in turn leave GPU bytes as they were, over many steps, and give all back', async () => {
    const atFirst = { bytes: bytes(), tensors: tf.memory().numTensors };
    const trainer = trainerOf([picture('a', 1, { size: [12, 8] }), picture('b', 2, { size: [8, 10] })]);
    const round = async (steps: number) => {
      for (let step = 0; step < steps; step += 10) {
        await trainer.trainSteps(10);
        for (const id of ['a', 'b']) await trainer.predict(id);
      }
      return { bytes: bytes(), tensors: tf.memory().numTensors };
    };
    const before = await round(20);
    expect(await round(IS_LONG ? 200 : 40)).toEqual(before);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(atFirst.tensors);
    expect(bytes()).toBeLessThanOrEqual(atFirst.bytes);
  });

  test('a size that no picture has any more gives its memory back at once', async () => {
    const large = picture('large', 2, { size: [32, 32] });
    const trainer = trainerOf([picture('a', 1)]);
    const settled = async () => {
      await trainer.trainSteps(6);
      await trainer.predict('a');
      await trainer.predict('a');
      return bytes();
    };
    const before = await settled();
    trainer.addPicture('large', large.pixels, large.planes, 'train');
    await trainer.trainSteps(6);
    await trainer.predict('large');
    expect(bytes()).toBeGreaterThan(before + 32 * 32 * 4 * 16);
    trainer.removePicture('large');
    expect(bytes()).toBeLessThanOrEqual(before);
    trainer.dispose();
  });

  test('a single picture is uploaded once, and a step writes no more than its parameters', async () => {
    const own = picture('a', 1);
    const trainer = trainerOf([own]);
    await trainer.trainSteps(3);
    const { queue } = gpuInternals(tf.backend() as WebGPUBackend);
    const written: number[] = [];
    const writeBuffer = queue.writeBuffer.bind(queue);
    queue.writeBuffer = (buffer: GPUBuffer, offset: number, data: GPUAllowSharedBufferSource) => {
      written.push(data.byteLength);
      writeBuffer(buffer, offset, data);
    };
    await trainer.trainSteps(5);
    const steady = written.splice(0);
    trainer.labelsChanged('a');
    await trainer.trainSteps(5);
    delete (queue as Partial<GPUQueue>).writeBuffer;
    // Items, class weights and the optimiser's numbers.
    expect(steady).toHaveLength(3 * 5);
    expect(Math.max(...steady)).toBeLessThan(own.planes.classIds.length);
    expect(written).toEqual([4 * own.planes.classIds.length, ...steady]);
    trainer.dispose();
  });
});
