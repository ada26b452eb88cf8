import { beforeAll, describe, expect, test } from 'vitest';
import { createPlanes, type LabelPlanes, NO_STROKE, UNLABELED } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings, SMOOTHNESS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { Random } from '../random.ts';
import { Trainer } from './trainer.ts';
import { optimizerStateOf } from './trainerState.ts';
import { decodeTrainerState } from './trainerStateCodec.ts';

const [WIDTH, HEIGHT] = [12, 10];
const CHANNELS = [2, 5, 9];
const STEPS = 4;

const PLAIN: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 2, stride: 1 },
  classBalance: 'none',
  smoothness: { ...SMOOTHNESS, weight: 0 },
  augmentation: { flip: true, quarterTurns: false, color: 0.1, scale: 0 },
  stepBudget: 30,
};

const PIXELS = (() => {
  const random = Random.fromSeed(5);
  return Uint8Array.from({ length: 4 * WIDTH * HEIGHT }, () => random.integer(0, 255));
})();

/** Noise, a stroke for every class in CHANNELS along a row of its own. */
function strokes(): LabelPlanes {
  const planes = createPlanes(WIDTH, HEIGHT);
  CHANNELS.forEach((id, i) => {
    const start = (1 + 3 * i) * WIDTH;
    planes.classIds.fill(id, start, start + 4 + 3 * i);
    planes.strokeIds.fill(1 + i, start, start + 4 + 3 * i);
  });
  return planes;
}

function without(planes: LabelPlanes, classId: number): LabelPlanes {
  planes.classIds.forEach((id, i) => {
    if (id !== classId) return;
    planes.classIds[i] = UNLABELED;
    planes.strokeIds[i] = NO_STROKE;
  });
  return planes;
}

async function run(settings: LearnerSettings, planes: LabelPlanes) {
  const trainer = new Trainer({ channels: CHANNELS, settings });
  trainer.addPicture('noise', PIXELS, planes, 'train');
  const steps = [...(await trainer.trainSteps(1)), ...(await trainer.trainSteps(STEPS - 1))];
  const { parameters } = optimizerStateOf(decodeTrainerState(await trainer.save()));
  trainer.dispose();
  return { steps, parameters };
}

describe.each(['wasm', 'webgpu'] as const)('custom class weights on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend, WASM_PATHS);
  });

  test('a class of weight 0 teaches nothing, as if it had no labels, and is counted all the same', async () => {
    const settings: LearnerSettings = { ...PLAIN, classBalance: 'custom', customClassWeights: { 5: 0 } };
    const [zero, bare] = [await run(settings, strokes()), await run(PLAIN, without(strokes(), 5))];
    expect(zero.parameters).toEqual(bare.parameters);
    zero.steps.forEach((step, i) => {
      expect(step.loss).toBe(bare.steps[i]?.loss);
      // 4 + 7 + 10 labeled pixels, all weights but those of the 7 being 1.
      expect([step.labeled, step.denominator]).toEqual([21, 14]);
      expect(bare.steps[i]?.labeled).toBe(14);
    });
  });

  test('the loss is divided by the weights of the labeled pixels', async () => {
    const settings: LearnerSettings = { ...PLAIN, classBalance: 'custom', customClassWeights: { 2: 10, 9: 0.25 } };
    const { steps } = await run(settings, strokes());
    // 4 · 10 + 7 · 1 + 10 · 0.25.
    expect(steps.map(({ denominator }) => denominator)).toEqual(Array(STEPS).fill(49.5));
  });

  test('where every labeled class weighs 0 the loss is 0 and nothing is learned', async () => {
    const settings: LearnerSettings = {
      ...PLAIN,
      classBalance: 'custom',
      customClassWeights: { 2: 0, 5: 0, 9: 0 },
      weightDecay: 0,
    };
    const trainer = new Trainer({ channels: CHANNELS, settings });
    trainer.addPicture('noise', PIXELS, strokes(), 'train');
    const before = optimizerStateOf(decodeTrainerState(await trainer.save()));
    const steps = await trainer.trainSteps(3);
    expect(steps.map(({ loss, denominator, labeled }) => [loss, denominator, labeled])).toEqual(
      Array(3).fill([0, 0, 21]),
    );
    expect(optimizerStateOf(decodeTrainerState(await trainer.save())).parameters).toEqual(before.parameters);
    trainer.dispose();
  });
});

describe('pictures by class', () => {
  const SETTINGS: LearnerSettings = { ...PLAIN, pictureOrder: 'classes' };

  /** Five pictures with 4 to 8 pixels of class 2, and one with three of class 9. */
  function pictures(): LabelPlanes[] {
    return [4, 5, 6, 7, 8, 3].map((count) => {
      const planes = createPlanes(WIDTH, HEIGHT);
      planes.classIds.fill(count === 3 ? 9 : 2, 50, 50 + count);
      planes.strokeIds.fill(1, 50, 50 + count);
      return planes;
    });
  }

  function trainerOf(settings: LearnerSettings, all: readonly LabelPlanes[]): Trainer {
    const trainer = new Trainer({ channels: CHANNELS, settings });
    all.forEach((planes, i) => {
      trainer.addPicture(`p${i}`, PIXELS, planes, 'train');
    });
    return trainer;
  }

  beforeAll(async () => {
    await startBackend('wasm', WASM_PATHS);
  });

  test('the picture of the rare class comes at every other step, the others in turn between', async () => {
    const trainer = trainerOf(SETTINGS, pictures());
    const shown = (await trainer.trainSteps(20)).map(({ labeled }) => labeled);
    trainer.dispose();
    const rare = shown.indexOf(3);
    expect(shown.filter((_, i) => i % 2 === rare)).toEqual(Array(10).fill(3));
    const others = shown.filter((_, i) => i % 2 !== rare);
    for (const epoch of [others.slice(0, 5), others.slice(5)]) expect([...epoch].sort()).toEqual([4, 5, 6, 7, 8]);
  });

  test('a saved learner goes on in the same order', async () => {
    const [one, first] = [trainerOf(SETTINGS, pictures()), trainerOf(SETTINGS, pictures())];
    const whole = (await one.trainSteps(11)).map(({ loss }) => loss);
    const losses = (await first.trainSteps(4)).map(({ loss }) => loss);
    const second = trainerOf(SETTINGS, pictures());
    second.restore(await first.save());
    losses.push(...(await second.trainSteps(7)).map(({ loss }) => loss));
    expect(losses).toEqual(whole);
    for (const trainer of [one, first, second]) trainer.dispose();
  });

  test('one picture is learned from as ever, bit for bit', async () => {
    const [by, even] = [await run(SETTINGS, strokes()), await run(PLAIN, strokes())];
    expect(by).toEqual(even);
  });
});

describe('strokes that weigh the same', () => {
  const PER_STROKE: LearnerSettings = { ...PLAIN, strokeBalance: 'stroke' };

  describe.each(['cpu', 'wasm', 'webgpu'] as const)('on %s', (backend) => {
    beforeAll(async () => {
      await startBackend(backend, WASM_PATHS);
    });

    test('denominators are those of the weights, counts those of the pixels', async () => {
      // Strokes of 4, 7 and 10 pixels: each is worth 7, whatever the class weights begin with.
      for (const classBalance of ['none', 'inverse'] as const) {
        const { steps } = await run({ ...PER_STROKE, classBalance }, strokes());
        for (const { denominator, labeled } of steps) {
          expect(denominator).toBeCloseTo(21, 4);
          expect(labeled).toBe(21);
        }
      }
      const weighted = { ...PER_STROKE, classBalance: 'custom', customClassWeights: { 2: 0, 5: 3 } } as const;
      const { steps } = await run(weighted, strokes());
      // 7 · (0 + 3 + 1).
      for (const { denominator } of steps) expect(denominator).toBeCloseTo(28, 4);
    });

    test('strokes of one size are learned from as without weights, bit for bit', async () => {
      const even = createPlanes(WIDTH, HEIGHT);
      CHANNELS.forEach((id, i) => {
        even.classIds.fill(id, 3 * i * WIDTH, 3 * i * WIDTH + 8);
        even.strokeIds.fill(1 + i, 3 * i * WIDTH, 3 * i * WIDTH + 8);
      });
      expect(await run(PER_STROKE, even)).toEqual(await run(PLAIN, even));
    });

    test('what is one stroke or two makes a difference, and a change of strokes is seen', async () => {
      const planes = strokes();
      const trainer = new Trainer({ channels: CHANNELS, settings: { ...PER_STROKE, classBalance: 'none' } });
      trainer.addPicture('noise', PIXELS, planes, 'train');
      await trainer.trainSteps(2);
      // A third of the largest stroke becomes one of its own, and class 9 has half of the weight.
      planes.strokeIds.fill(9, 7 * WIDTH, 7 * WIDTH + 3);
      trainer.labelsChanged('noise');
      trainer.configure(CHANNELS, { ...PER_STROKE, classBalance: 'custom', customClassWeights: { 9: 0 } });
      const [step] = await trainer.trainSteps(1);
      expect(step?.denominator).toBeCloseTo(10.5, 4);
      trainer.dispose();
    });
  });

  test('every backend learns alike, smoothness and class balance included', async () => {
    const settings: LearnerSettings = { ...PER_STROKE, classBalance: 'inverseSqrt', smoothness: SMOOTHNESS };
    const learning = async (backend: 'cpu' | 'wasm' | 'webgpu') => {
      await startBackend(backend, WASM_PATHS);
      return (await run(settings, strokes())).steps.map(({ loss }) => loss);
    };
    const expected = await learning('cpu');
    for (const backend of ['wasm', 'webgpu'] as const) {
      (await learning(backend)).forEach((loss, step) => {
        // As in backendsAgree.test.ts.
        expect(Math.abs(loss - (expected[step] as number)), `${backend}, step ${step}`).toBeLessThan(5e-6);
      });
    }
  });

  test('crops teach what the whole picture does', async () => {
    await startBackend('wasm', WASM_PATHS);
    const [width, height] = [96, 80];
    const planes = createPlanes(width, height);
    const paint = (classId: number, strokeId: number, x: number, y: number, length: number) => {
      planes.classIds.fill(classId, y * width + x, y * width + x + length);
      planes.strokeIds.fill(strokeId, y * width + x, y * width + x + length);
    };
    paint(2, 1, 3, 5, 20);
    paint(5, 2, 3, 9, 5);
    paint(9, 3, 80, 70, 2);
    const random = Random.fromSeed(4);
    const pixels = Uint8Array.from({ length: 4 * width * height }, () => random.integer(0, 255));
    const settings: LearnerSettings = {
      ...PER_STROKE,
      network: { kind: 'plainUnet', width: 4, depth: 2, stride: 1 },
      learningRate: 0.003,
      augmentation: { flip: false, quarterTurns: false, color: 0, scale: 0 },
    };
    const [cropped, whole] = [true, false].map((cropAroundLabels) => {
      const trainer = new Trainer({ channels: CHANNELS, settings: { ...settings, cropAroundLabels } });
      trainer.addPicture('noise', pixels, planes, 'train');
      return trainer;
    }) as [Trainer, Trainer];
    const [own, reference] = [await cropped.trainSteps(5), await whole.trainSteps(5)];
    own.forEach(({ loss, denominator }, i) => {
      expect(loss).toBeCloseTo(reference[i]?.loss ?? Number.NaN, 5);
      expect(denominator).toBeCloseTo(27, 4);
    });
    cropped.dispose();
    whole.dispose();
  });
});
