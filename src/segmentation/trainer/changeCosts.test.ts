import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings, SMOOTHNESS } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { ITEM_WORDS } from '../kernels/batch/sampleBatch.ts';
import { wavesPicture } from '../wavesTestTools.ts';
import { Trainer } from './trainer.ts';

const CHANNELS = [2, 5, 9];
const SIZE_PX = 12;

const BASE: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 1, stride: 1 },
  smoothness: { ...SMOOTHNESS, radiusPx: 2 },
  classBalance: 'custom',
  customClassWeights: { 2: 2 },
  flipAveraging: false,
  stepBudget: 20,
};
const { network, smoothness, augmentation } = BASE;
const ROUGH = { smoothness: { ...smoothness, weight: 0 } };
const CROPPED = { ...ROUGH, network: { ...network, kind: 'plainUnet' } } as const;
const AVERAGED = { weightAverage: 0.9 };
const FINE_TUNED = { network: { ...network, kind: 'pretrained' }, fineTuning: { rate: 0.2, frozenShare: 0 } } as const;

type Anew = 'nothing' | 'predictors' | 'steps' | 'both';
type Case = readonly [anew: Anew, change: Partial<LearnerSettings>, base: Partial<LearnerSettings>];

/** What is recorded anew for a change of every setting. */
const CASES: { readonly [Key in keyof LearnerSettings]: readonly Case[] } = {
  network: [
    ['both', { network: { ...network, kind: 'context' } }, {}],
    ['both', { network: { ...network, width: 8 } }, {}],
    ['both', { network: { ...network, depth: 2 } }, {}],
    ['both', { network: { ...network, stride: 2 } }, {}],
  ],
  loss: [['steps', { loss: 'dice' }, {}]],
  unlabeled: [
    ['steps', { unlabeled: 'allPixelMean' }, {}],
    ['both', { unlabeled: 'extraClass' }, {}],
  ],
  backgroundClassId: [
    ['nothing', { backgroundClassId: 5 }, {}],
    ['steps', { backgroundClassId: 5 }, { unlabeled: 'asBackground' }],
  ],
  classBalance: [['nothing', { classBalance: 'inverse' }, {}]],
  customClassWeights: [['nothing', { customClassWeights: { 2: 3, 9: 0.5 } }, {}]],
  strokeBalance: [['steps', { strokeBalance: 'stroke' }, {}]],
  pictureOrder: [['nothing', { pictureOrder: 'classes' }, {}]],
  labelSmoothing: [['steps', { labelSmoothing: 0.1 }, {}]],
  smoothness: [
    ['nothing', { smoothness: { ...smoothness, weight: 0.5 } }, {}],
    ['steps', ROUGH, {}],
    ['steps', { smoothness: { ...smoothness, radiusPx: 3 } }, {}],
    ['steps', { smoothness: { ...smoothness, colorWidth: 1 } }, {}],
    ['steps', { smoothness: { ...smoothness, spaceWidthPx: 2 } }, {}],
    ['steps', { smoothness: { ...smoothness, gated: false } }, {}],
    ['nothing', { smoothness: { ...ROUGH.smoothness, radiusPx: 3 } }, ROUGH],
  ],
  fineTuning: [
    ['nothing', { fineTuning: { rate: 0.2, frozenShare: 0 } }, {}],
    ['nothing', { fineTuning: { rate: 0.4, frozenShare: 0 } }, FINE_TUNED],
    ['steps', { fineTuning: { rate: 0, frozenShare: 0 } }, FINE_TUNED],
    ['steps', { fineTuning: { rate: 0.2, frozenShare: 1 } }, FINE_TUNED],
  ],
  optimizer: [['both', { optimizer: 'sgd' }, {}]],
  learningRate: [['nothing', { learningRate: 0.003 }, {}]],
  weightDecay: [['nothing', { weightDecay: 0.3 }, {}]],
  schedule: [['nothing', { schedule: 'oneCycle' }, {}]],
  weightAverage: [
    ['both', AVERAGED, {}],
    ['nothing', { weightAverage: 0.5 }, AVERAGED],
  ],
  flipAveraging: [['predictors', { flipAveraging: true }, {}]],
  stepBudget: [['nothing', { stepBudget: 9 }, {}]],
  continueRate: [['nothing', { continueRate: 0.7 }, {}]],
  heldOutShare: [['nothing', { heldOutShare: 0.5 }, {}]],
  earlyStop: [['nothing', { earlyStop: { patienceSteps: 3 } }, {}]],
  restoreBest: [['nothing', { restoreBest: true }, {}]],
  cropAroundLabels: [
    ['nothing', { cropAroundLabels: false }, {}],
    ['steps', { cropAroundLabels: false }, CROPPED],
  ],
  augmentation: [
    ['nothing', { augmentation: { ...augmentation, flip: false } }, {}],
    ['nothing', { augmentation: { ...augmentation, quarterTurns: false } }, {}],
    ['nothing', { augmentation: { ...augmentation, color: 0.3 } }, {}],
    ['steps', { augmentation: { ...augmentation, scale: 0.5 } }, {}],
  ],
  seed: [['nothing', { seed: 7 }, {}]],
};

const ALL_CASES: readonly Case[] = Object.values(CASES).flat();

function trainerOf(settings: LearnerSettings): Trainer {
  const trainer = new Trainer({ channels: CHANNELS, settings });
  const { pixels, planes } = wavesPicture(SIZE_PX, CHANNELS);
  // One stroke in a corner, so that crops are smaller than the picture.
  planes.classIds.fill(255);
  for (let i = 0; i < 3; i++) planes.classIds[i] = CHANNELS[i] as number;
  trainer.addPicture('waves', pixels, planes, 'train');
  return trainer;
}

/** What is made on the backend: training steps and predictors, by the tensors that each has one of, and programs run. */
class Made {
  steps = 0;
  predictors = 0;
  programs = 0;
  readonly stop: () => void;

  constructor() {
    const backend = tf.backend() as WebGPUBackend;
    const { write, runWebGPUProgram } = backend;
    backend.write = (values, shape, dtype) => {
      // Every step has items; steps and predictors alike have the pixels of a picture.
      if (dtype === 'int32' && shape.length === 2 && shape[1] === ITEM_WORDS) {
        this.steps++;
        this.predictors--;
      }
      if (ArrayBuffer.isView(values) && shape.length === 2 && shape[1] === 3 && (shape[0] ?? 0) >= SIZE_PX ** 2)
        this.predictors++;
      return write.call(backend, values, shape, dtype);
    };
    if (tf.getBackend() === 'webgpu') {
      backend.runWebGPUProgram = (...program) => {
        this.programs++;
        return runWebGPUProgram.apply(backend, program);
      };
    }
    this.stop = () => {
      backend.write = write;
      backend.runWebGPUProgram = runWebGPUProgram;
    };
  }
}

async function goOn(trainer: Trainer) {
  const [step] = await trainer.trainSteps(1);
  return { step, prediction: await trainer.predict('waves') };
}

/** A learner whose step and prediction are recorded, and its state. */
async function recorded(settings: LearnerSettings) {
  const trainer = trainerOf(settings);
  for (let i = 0; i < 3; i++) await goOn(trainer);
  return { trainer, state: await trainer.save() };
}

/** Names of all settings, those inside of a setting by their whole path. */
function pathsOf(settings: object, prefix = ''): string[] {
  return Object.entries(settings).flatMap(([key, value]) =>
    typeof value === 'object' && key !== 'customClassWeights' ? pathsOf(value, `${prefix}${key}.`) : [prefix + key],
  );
}

it('every setting is changed by a case', () => {
  const at = (settings: object, path: string) =>
    path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], settings);
  const changed = ALL_CASES.flatMap(([, change, base]) => {
    const [former, next] = [
      { ...BASE, ...base },
      { ...BASE, ...base, ...change },
    ];
    return pathsOf(BASE).filter((path) => at(former, path) !== at(next, path));
  });
  expect([...new Set(changed)].sort()).toEqual(pathsOf(BASE).sort());
});

describe.each(['wasm', 'webgpu'] as const)('on %s', (backend) => {
  let made: Made;

  beforeAll(async () => {
    await startBackend(backend, WASM_PATHS);
  });

  beforeEach(() => {
    made = new Made();
  });

  afterEach(() => made.stop());

  it.each(ALL_CASES)('%s is made anew for %j (%j)', async (anew, change, base) => {
    const former = { ...BASE, ...base };
    const next = { ...former, ...change };
    const { trainer, state } = await recorded(former);
    expect(made).toMatchObject({ steps: 1, predictors: 1 });
    made.programs = 0;
    trainer.configure(CHANNELS, next);
    const [step] = await trainer.trainSteps(1);
    const programsOfStep = made.programs;
    const prediction = await trainer.predict('waves');
    const stepAnew = anew === 'steps' || anew === 'both';
    const predictorAnew = anew === 'predictors' || anew === 'both';
    expect(made).toMatchObject({ steps: stepAnew ? 2 : 1, predictors: predictorAnew ? 2 : 1 });
    if (backend === 'webgpu' && (anew === 'nothing' || anew === 'predictors')) expect(programsOfStep).toBe(0);
    if (backend === 'webgpu' && (anew === 'nothing' || anew === 'steps')) {
      expect(made.programs - programsOfStep).toBe(0);
    }

    // It goes on as one that had recorded nothing before the change: what was kept does not depend on it.
    const other = trainerOf(former);
    other.restore(state);
    other.configure(CHANNELS, next);
    expect(await goOn(other)).toEqual({ step, prediction });
    trainer.dispose();
    other.dispose();
  });

  it('everything is made anew for other classes, nothing for the same ones', async () => {
    const { trainer } = await recorded(BASE);
    trainer.configure([...CHANNELS], { ...BASE });
    await goOn(trainer);
    expect(made).toMatchObject({ steps: 1, predictors: 1 });
    trainer.configure([...CHANNELS, 11], BASE);
    await goOn(trainer);
    expect(made).toMatchObject({ steps: 2, predictors: 2 });
    trainer.dispose();
  });

  it('the next step has the rate that was chosen, whatever was asked for before', async () => {
    const { trainer } = await recorded({ ...BASE, schedule: 'constant' });
    for (const learningRate of [0.1, 0.2, 0.003]) {
      const steps = trainer.trainSteps(2);
      trainer.configure(CHANNELS, { ...BASE, schedule: 'constant', learningRate });
      expect((await trainer.trainSteps(1)).map((step) => step.learningRate)).toEqual([learningRate]);
      await steps;
    }
    expect(made).toMatchObject({ steps: 1, predictors: 1 });
    trainer.dispose();
  });
});
