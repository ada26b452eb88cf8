import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createPlanes, type LabelPlanes, UNLABELED } from '../../labels/planes.ts';
import { magnitudes, tallyGradient } from '../../metrics/gradientMap.ts';
import { weightsChange } from '../../metrics/weightsChange.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings, NETWORK_KINDS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { labelLoss } from '../losses/labelLoss.ts';
import { PAIRS } from '../losses/lossTestTools.ts';
import { Random } from '../random.ts';
import { Trainer } from '../trainer/trainer.ts';
import { inspectPixel, targetOf } from './inspectedPixel.ts';
import type { Inspection } from './inspection.ts';

const [WIDTH, HEIGHT] = [18, 14];
const CHANNELS = [4, 2, 9];
const BACKENDS = ['cpu', 'wasm', 'webgpu'] as const;

const PLAIN: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  augmentation: { flip: false, quarterTurns: false, color: 0, scale: 0 },
  smoothness: { ...DEFAULT_LEARNER_SETTINGS.smoothness, weight: 0 },
  labelSmoothing: 0.1,
  backgroundClassId: 2,
};
const SMOOTH: LearnerSettings = { ...PLAIN, smoothness: DEFAULT_LEARNER_SETTINGS.smoothness };

/** Two pictures of noise; a quarter of their pixels is labeled, in strokes 1 to 3, and one has a class that is gone. */
function trainerOf(settings: LearnerSettings): { trainer: Trainer; planes: LabelPlanes } {
  const random = Random.fromSeed(5);
  const trainer = new Trainer({ channels: CHANNELS, settings });
  const [planes] = ['own', 'other'].map((id) => {
    const labels = createPlanes(WIDTH, HEIGHT);
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      if (random.uniform(0, 1) > 0.25) continue;
      labels.classIds[i] = CHANNELS[random.integer(0, 2)] as number;
      labels.strokeIds[i] = random.integer(1, 3);
    }
    labels.classIds[7] = 30;
    const pixels = Uint8Array.from({ length: 4 * WIDTH * HEIGHT }, () => random.integer(0, 255));
    trainer.addPicture(id, pixels, labels, 'train');
    return labels;
  }) as [LabelPlanes];
  return { trainer, planes };
}

async function inspect(settings: LearnerSettings, steps = 2): Promise<Inspection & { planes: LabelPlanes }> {
  const { trainer, planes } = trainerOf(settings);
  if (steps > 0) await trainer.trainSteps(steps);
  const inspection = await trainer.inspect('own');
  trainer.dispose();
  return { ...inspection, planes };
}

const labelMap = ({ labelGradient, outputs }: Inspection) => magnitudes(labelGradient, outputs.length);
const tallyOf = (found: Inspection) => {
  const { labels, outputs, labelGradient: gradient, loss } = found;
  const unlabeledAs = targetOf(UNLABELED, loss);
  return tallyGradient({ labels, gradient, channels: outputs.length, unlabeledAs }, labelMap(found));
};
const isUnlabeled = ({ classIds }: LabelPlanes, i: number) => !CHANNELS.includes(classIds[i] as number);

beforeAll(async () => {
  for (const backend of BACKENDS) await startBackend(backend, WASM_PATHS);
});

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(() => startBackend(backend, WASM_PATHS));

  test.each(['ignore', 'allPixelMean', 'zeroedInput'] as const)(
    'under %s the gradient is exactly 0 at every unlabeled pixel, and at no labeled one',
    async (unlabeled) => {
      const found = await inspect({ ...PLAIN, unlabeled });
      const map = labelMap(found);
      map.forEach((value, i) => {
        if (isUnlabeled(found.planes, i)) expect(value, `pixel ${i}`).toBe(0);
        else expect(value, `pixel ${i}`).toBeGreaterThan(0);
      });
      const labeled = found.planes.classIds.filter((_, i) => !isUnlabeled(found.planes, i)).length;
      const unlabeledCount = WIDTH * HEIGHT - labeled;
      expect(tallyOf(found)).toEqual({
        labeled,
        labeledZero: 0,
        unlabeled: unlabeledCount,
        unlabeledZero: unlabeledCount,
        unlabeledPushed: 0,
      });
    },
  );

  test.each(['asBackground', 'extraClass'] as const)(
    'under %s it is at no unlabeled pixel, and all of them are pushed one way',
    async (unlabeled) => {
      const found = await inspect({ ...PLAIN, unlabeled });
      const map = labelMap(found);
      expect(map.every((value) => value > 1e-6)).toBe(true);
      const tally = tallyOf(found);
      expect(tally.unlabeled).toBeGreaterThan(WIDTH * HEIGHT * 0.6);
      expect(tally).toMatchObject({ unlabeledZero: 0, unlabeledPushed: tally.unlabeled });
    },
  );

  test('the smoothness term pulls at unlabeled pixels, whatever the label loss does', async () => {
    const found = await inspect(SMOOTH);
    const smooth = magnitudes(found.smoothnessGradient ?? new Float32Array(), CHANNELS.length);
    smooth.forEach((value, i) => {
      if (isUnlabeled(found.planes, i)) expect(value, `pixel ${i}`).toBeGreaterThan(0);
    });
    expect((await inspect(PLAIN)).smoothnessGradient).toBeNull();
  });

  test('leaves nothing in memory and the learner as it was', async () => {
    const { trainer } = trainerOf(SMOOTH);
    const twin = trainerOf(SMOOTH).trainer;
    // Some backends keep what a first pass of a kind needs.
    for (const learner of [trainer, twin]) await learner.trainSteps(2);
    await inspectPixel(await trainer.inspect('own'), 0);
    const before = tf.memory().numTensors;
    await inspectPixel(await trainer.inspect('own'), 3);
    expect(tf.memory().numTensors).toBe(before);
    const [step, expected] = [await trainer.trainSteps(2), await twin.trainSteps(2)];
    expect(step.map(({ loss }) => loss)).toEqual(expected.map(({ loss }) => loss));
    trainer.dispose();
    twin.dispose();
  });

  test('finds what the cpu backend finds', async () => {
    const found = await inspect(SMOOTH, 0);
    await startBackend('cpu', WASM_PATHS);
    const expected = await inspect(SMOOTH, 0);
    await startBackend(backend, WASM_PATHS);
    for (const part of ['logits', 'labelGradient', 'smoothnessGradient'] as const) {
      const [ours, theirs] = [found[part] ?? new Float32Array(), expected[part] ?? new Float32Array(1)];
      expect(ours.length).toBe(theirs.length);
      ours.forEach((value, i) => {
        expect(Math.abs(value - (theirs[i] as number)), `${part} ${i}`).toBeLessThan(5e-5);
      });
    }
  });
});

describe('what is inspected', () => {
  beforeAll(() => startBackend('wasm', WASM_PATHS));

  test.each(NETWORK_KINDS)('is the loss of the next step, where nothing is augmented (%s)', async (kind) => {
    const settings = { ...SMOOTH, strokeBalance: 'stroke', network: { ...SMOOTH.network, kind } } as const;
    const { trainer } = trainerOf(settings);
    trainer.setUse('other', 'test');
    await trainer.trainSteps(2);
    const { value, denominator } = await trainer.inspect('own');
    const [step] = await trainer.trainSteps(1);
    expect(value).toBeCloseTo(step?.loss ?? Number.NaN, 5);
    expect(denominator).toBeCloseTo(step?.denominator ?? Number.NaN, 4);
    trainer.dispose();
  });

  test('is the next step’s loss with pretrained layers that have learned, too', async () => {
    const network = { kind: 'pretrained', width: 4, depth: 2, stride: 1 } as const;
    const settings = { ...PLAIN, network, fineTuning: { rate: 1, frozenShare: 0 } };
    const { trainer } = trainerOf(settings);
    trainer.setUse('other', 'test');
    await trainer.trainSteps(3);
    const { value, weights } = await trainer.inspect('own');
    const [step] = await trainer.trainSteps(1);
    expect(weights.vectors.length).toBe(2);
    expect(value).toBeCloseTo(step?.loss ?? Number.NaN, 5);
    trainer.dispose();
  });

  test('is of the weights that learn, not of their average', async () => {
    const { trainer } = trainerOf({ ...PLAIN, weightAverage: 0.9 });
    trainer.setUse('other', 'test');
    await trainer.trainSteps(6);
    const { value } = await trainer.inspect('own');
    const [step] = await trainer.trainSteps(1);
    expect(value).toBeCloseTo(step?.loss ?? Number.NaN, 5);
    trainer.dispose();
  });

  test('weighs classes as all training pictures together ask for', async () => {
    const settings = { ...PLAIN, classBalance: 'inverse' } as const;
    const { trainer } = trainerOf(settings);
    const together = (await trainer.inspect('own')).weight;
    trainer.setUse('other', 'skip');
    const alone = (await trainer.inspect('own')).weight;
    expect(together).not.toEqual(alone);
    trainer.dispose();
  });

  test('counts held-out strokes and classes that are gone as unlabeled', async () => {
    const { trainer, planes } = trainerOf(PLAIN);
    const heldOut = new Set([2]);
    trainer.setHeldOut('own', heldOut);
    const map = labelMap(await trainer.inspect('own'));
    const isHeldOut = (i: number) => heldOut.has(planes.strokeIds[i] as number);
    expect(planes.classIds.some((id, i) => CHANNELS.includes(id) && isHeldOut(i))).toBe(true);
    map.forEach((value, i) => {
      expect(value > 0, `pixel ${i}`).toBe(!isUnlabeled(planes, i) && !isHeldOut(i));
    });
    expect(map[7]).toBe(0);
    trainer.dispose();
  });

  test('has no gradient where nothing is labeled', async () => {
    const trainer = new Trainer({ channels: CHANNELS, settings: PLAIN });
    trainer.addPicture('bare', new Uint8Array(4 * WIDTH * HEIGHT), createPlanes(WIDTH, HEIGHT), 'train');
    const found = await trainer.inspect('bare');
    expect(found.value).toBe(0);
    expect(labelMap(found).every((value) => value === 0)).toBe(true);
    trainer.dispose();
  });

  test('must go through the network in one piece', async () => {
    const trainer = new Trainer({ channels: CHANNELS, settings: PLAIN, maxPixels: 100 });
    trainer.addPicture('large', new Uint8Array(4 * WIDTH * HEIGHT), createPlanes(WIDTH, HEIGHT), 'train');
    await expect(trainer.inspect('large')).rejects.toThrow('too large');
    expect(() => trainer.inspect('gone')).toThrow(RangeError);
    trainer.dispose();
  });
});

describe('gradients by finite differences', () => {
  // In double precision there is no backend: a difference of two single-precision losses is good to some 1e-4.
  const STEP = 0.05;

  test.each(PAIRS)('%s under %s', async (loss, unlabeled) => {
    await startBackend('wasm', WASM_PATHS);
    const found = await inspect({ ...PLAIN, loss, unlabeled, classBalance: 'inverse' });
    const { logits, labels, outputs, weight, labelGradient } = found;
    const shape: [number, number, number] = [1, HEIGHT, WIDTH];
    const lossAt = async (values: Float32Array) => {
      const tensors = [tf.tensor4d(values, [...shape, outputs.length]), tf.tensor3d(labels, shape, 'int32')] as const;
      const w = tf.tensor1d(weight);
      const result = labelLoss(...tensors, { ...found.loss, weight: w });
      const [value = Number.NaN] = await result.data();
      tf.dispose([...tensors, w, result]);
      return value;
    };
    const largest = Math.max(...labelGradient.map(Math.abs));
    for (let at = 0; at < logits.length; at += 83) {
      const moved = (by: number) => lossAt(logits.map((logit, i) => (i === at ? logit + by : logit)));
      const slope = ((await moved(STEP)) - (await moved(-STEP))) / (2 * STEP);
      expect(Math.abs((labelGradient[at] as number) - slope), `logit ${at}`).toBeLessThan(0.02 * largest + 2e-5);
    }
  });
});

describe('a pixel', () => {
  beforeAll(() => startBackend('wasm', WASM_PATHS));

  test('terms of all pixels, divided, are the loss', async () => {
    for (const [loss, unlabeled] of PAIRS) {
      if (loss === 'dice') continue;
      const found = await inspect({ ...PLAIN, loss, unlabeled, classBalance: 'inverse', strokeBalance: 'stroke' });
      let sum = 0;
      for (let i = 0; i < WIDTH * HEIGHT; i++) sum += (await inspectPixel(found, i)).term ?? 0;
      expect(sum / found.denominator, `${loss} under ${unlabeled}`).toBeCloseTo(found.value, 5);
    }
  });

  test('costs what cross-entropy by hand says, and is pulled by what softmax by hand says', async () => {
    const found = await inspect({ ...PLAIN, labelSmoothing: 0, classBalance: 'inverse' });
    const index = found.labels.findIndex((label) => label !== UNLABELED);
    const pixel = await inspectPixel(found, index);
    const label = pixel.label ?? Number.NaN;
    const powers = pixel.logits.map((logit) => Math.exp(logit));
    const sum = powers.reduce((a, b) => a + b, 0);
    const weight = pixel.classWeight ?? Number.NaN;
    expect(pixel.target).toBe(label);
    expect(pixel.term).toBeCloseTo(-weight * Math.log((powers[label] ?? 0) / sum), 5);
    pixel.labelGradient.forEach((slope, c) => {
      const error = (powers[c] ?? 0) / sum - (c === label ? 1 : 0);
      expect(slope).toBeCloseTo((weight * error) / found.denominator, 6);
      expect(pixel.probabilities[c]).toBeCloseTo((powers[c] ?? 0) / sum, 6);
    });
    expect(pixel.smoothnessGradient).toBeNull();
  });

  test('that is unlabeled counts or not, as the treatment says', async () => {
    const targets = { ignore: null, allPixelMean: null, zeroedInput: 0, asBackground: 1, extraClass: 3 } as const;
    for (const [unlabeled, target] of Object.entries(targets)) {
      const found = await inspect({ ...PLAIN, unlabeled: unlabeled as keyof typeof targets, labelSmoothing: 0 });
      const pixel = await inspectPixel(found, found.labels.indexOf(UNLABELED));
      expect(pixel, unlabeled).toMatchObject({ label: null, target });
      if (target === null) expect(pixel.term).toBeNull();
      else expect(pixel.term, unlabeled).toBeGreaterThan(0);
      // A constant floor: w[0]·log C.
      if (unlabeled === 'zeroedInput') expect(pixel.term).toBeCloseTo((found.weight[0] ?? 0) * Math.log(3), 5);
    }
  });

  test('has no term of its own under Dice, and none is outside the picture', async () => {
    const found = await inspect({ ...PLAIN, loss: 'dice' });
    const index = found.labels.findIndex((label) => label !== UNLABELED);
    expect(await inspectPixel(found, index)).toMatchObject({ term: null, target: found.labels[index] });
    for (const wrong of [-1, WIDTH * HEIGHT, 0.5, Number.NaN]) {
      await expect(inspectPixel(found, wrong)).rejects.toThrow(RangeError);
    }
  });
});

test('the way of the weights is that of the newest step', async () => {
  await startBackend('wasm', WASM_PATHS);
  // Plain gradient descent's first step, without decay: the way is the learning rate times the gradient.
  const settings = { ...PLAIN, optimizer: 'sgd', weightDecay: 0, schedule: 'constant', learningRate: 0.1 } as const;
  const { trainer } = trainerOf(settings);
  trainer.setUse('other', 'test');
  const before = await trainer.inspect('own');
  await trainer.trainSteps(1);
  const after = await trainer.inspect('own');
  const change = weightsChange(before.weights, after.weights);
  expect(change?.updateNorm).toBeGreaterThan(0);
  expect(change?.norm).toBeGreaterThan(change?.updateNorm ?? 0);
  CHANNELS.forEach((_, c) => {
    // The bias is added to every pixel's logit: its gradient is the sum of theirs.
    const slope = before.labelGradient.reduce((sum, value, i) => sum + (i % CHANNELS.length === c ? value : 0), 0);
    const way = (change?.biasAfter[c] ?? 0) - (change?.biasBefore[c] ?? 0);
    expect(way).toBeCloseTo(-0.1 * slope, 6);
  });
  trainer.dispose();
});
