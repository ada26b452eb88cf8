import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import type { LossKind, Treatment } from '../../settings/learner.ts';
import { composedLabelLoss } from './composedLabelLoss.ts';
import { labelLoss } from './labelLoss.ts';
import type { LabelLossConfig } from './labelLossConfig.ts';
import { configOf, greatestError, PAIRS, selectBackend, spread, valueAndGradient } from './lossTestTools.ts';
import text from './pixelWeightFixture.json?raw';

/** What makePixelWeightFixture.py wrote: PyTorch's answers in float64. */
interface Fixture {
  readonly shape: [number, number, number];
  readonly logits: readonly number[];
  readonly extendedLogits: readonly number[];
  readonly labels: number[];
  readonly pixelWeight: number[];
  readonly backgroundChannel: number;
  readonly labelLosses: readonly {
    readonly loss: LossKind;
    readonly treatment: Treatment;
    readonly weight: readonly number[] | null;
    readonly labelSmoothing: number;
    readonly value: readonly number[];
    readonly gradient: readonly number[];
  }[];
}

const fixture: Fixture = JSON.parse(text);
const U = UNLABELED;

const COMPUTED = [
  ['cpu', 'composed', composedLabelLoss],
  ['wasm', 'composed', composedLabelLoss],
  ['cpu', 'one kernel', labelLoss],
  ['wasm', 'one kernel', labelLoss],
  ['webgpu', 'one kernel', labelLoss],
] as const;

describe.each(COMPUTED)('on %s, %s, values and gradients are PyTorch’s', (backend, _, loss) => {
  beforeAll(() => selectBackend(backend));

  test.each(fixture.labelLosses)('$loss under $treatment, weights $weight, ε $labelSmoothing', async (one) => {
    const labels = tf.tensor3d(fixture.labels, fixture.shape, 'int32');
    const pixelWeight = tf.tensor3d(fixture.pixelWeight, fixture.shape);
    const { weight, labelSmoothing } = one;
    const { backgroundChannel } = fixture;
    const config = configOf(one.loss, one.treatment, { weight, labelSmoothing, backgroundChannel, pixelWeight });
    const isExtra = one.treatment === 'extraClass';
    const ours = await valueAndGradient(
      (z) => loss(z as tf.Tensor4D, labels, config),
      isExtra ? fixture.extendedLogits : fixture.logits,
      [...fixture.shape, isExtra ? 4 : 3],
    );
    expect(greatestError(ours.value, one.value)).toBeLessThan(2e-6);
    expect(greatestError(ours.gradient, one.gradient)).toBeLessThan(2e-6);
    tf.dispose([labels, pixelWeight]);
  });
});

const SHAPE: [number, number, number] = [1, 2, 6];
const LABELS = [0, 0, 0, 0, 0, U, 1, U, U, U, U, U];
/** A stroke of five pixels of class 0 and one of a single pixel of class 1: each is worth three pixels. */
const BY_STROKE = [0.6, 0.6, 0.6, 0.6, 0.6, 1, 3, 1, 1, 1, 1, 1];

interface Asked {
  readonly loss?: LossKind;
  readonly treatment?: Treatment;
  readonly rest?: Partial<LabelLossConfig>;
  readonly logits: readonly number[];
}

/** Loss, gradient and stats of two or three channels against the strokes above. */
async function outcome({ loss = 'crossEntropy', treatment = 'ignore', rest = {}, logits }: Asked) {
  const stats: tf.Tensor1D[] = [];
  const before = tf.memory().numTensors;
  const pixelWeight = tf.tensor3d(BY_STROKE, SHAPE);
  const labels = tf.tensor3d(LABELS, SHAPE, 'int32');
  const classCount = 2;
  const onStats = (given: tf.Tensor1D) => stats.push(given);
  const config = configOf(loss, treatment, { classCount, pixelWeight, onStats, ...rest });
  const channels = logits.length / LABELS.length;
  const shape = [...SHAPE, channels];
  const result = await valueAndGradient((z) => labelLoss(z as tf.Tensor4D, labels, config), logits, shape);
  const [value = Number.NaN, ...figures] = await (stats[0] as tf.Tensor1D).data();
  expect(value).toBe(result.value[0]);
  tf.dispose([pixelWeight, labels, stats]);
  expect(tf.memory().numTensors).toBe(before);
  return { loss: value, figures, gradient: result.gradient };
}

/** The same two logits everywhere: probabilities ¾ and ¼. */
const STEADY = LABELS.flatMap(() => [Math.log(3), 0]);

describe.each(['cpu', 'wasm', 'webgpu'] as const)('on %s', (backend) => {
  beforeAll(() => selectBackend(backend));

  test('a large and a small stroke are worth the same, by hand', async () => {
    const { loss, figures, gradient } = await outcome({ logits: STEADY });
    // Each stroke has half of the weight: ½·log 4/3 + ½·log 4, not 5/6 and 1/6.
    expect(loss).toBeCloseTo((Math.log(4 / 3) + Math.log(4)) / 2, 6);
    // Denominator, right and labeled pixels; the counts know of no weights.
    expect(figures[0]).toBeCloseTo(6, 5);
    expect(figures.slice(1)).toEqual([5, 6]);
    // (p − t)·m / 6: −¼·0.6/6 at a pixel of the large stroke, ¾·3/6 at the small one.
    const expected = LABELS.flatMap((label) => {
      if (label === U) return [0, 0];
      return label === 0 ? [-0.025, 0.025] : [0.375, -0.375];
    });
    expect(greatestError(gradient, expected)).toBeLessThan(1e-6);
  });

  test('with class weights both count, by hand', async () => {
    const { loss, figures } = await outcome({ logits: STEADY, rest: { weight: [1, 3] } });
    // 3·1·log 4/3 + 3·3·log 4, over 3·1 + 3·3.
    expect(loss).toBeCloseTo((3 * Math.log(4 / 3) + 9 * Math.log(4)) / 12, 6);
    expect(figures[0]).toBeCloseTo(12, 5);
  });

  test('weights of 1 are no weights, bit for bit', async () => {
    const ones = tf.tensor3d(
      LABELS.map(() => 1),
      SHAPE,
    );
    for (const [loss, treatment] of PAIRS) {
      const logits = spread(LABELS.length * (treatment === 'extraClass' ? 3 : 2), 9);
      const [without, withOnes] = [
        await outcome({ loss, treatment, logits, rest: { pixelWeight: null } }),
        await outcome({ loss, treatment, logits, rest: { pixelWeight: ones } }),
      ];
      expect(withOnes, `${loss} under ${treatment}`).toEqual(without);
    }
    ones.dispose();
  });

  test.each(PAIRS.filter(([, treatment]) => treatment === 'ignore' || treatment === 'allPixelMean'))(
    '%s under %s: exactly 0 at unlabeled NaN, Inf and 1e30',
    async (loss, treatment) => {
      const clean = spread(2 * LABELS.length, 5);
      const expected = await outcome({ loss, treatment, logits: clean });
      expect(expected.gradient.some((g) => Math.abs(g) > 1e-3)).toBe(true);
      for (const poison of [Number.NaN, Number.POSITIVE_INFINITY, 1e30]) {
        const logits = clean.map((z, i) => (LABELS[i >> 1] === U ? poison : z));
        const found = await outcome({ loss, treatment, logits });
        expect(found).toEqual(expected);
        expect(found.gradient.every((g, i) => LABELS[i >> 1] !== U || g === 0)).toBe(true);
      }
    },
  );

  test('with no weight anywhere loss and gradient are 0', async () => {
    const zeros = tf.zeros<tf.Rank.R3>(SHAPE);
    for (const loss of ['crossEntropy', 'focal', 'dice', 'mse'] as const) {
      const found = await outcome({ loss, logits: STEADY, rest: { pixelWeight: zeros } });
      expect([found.loss, ...found.figures]).toEqual([0, 0, 5, 6]);
      expect(found.gradient.every((g) => g === 0)).toBe(true);
    }
    zeros.dispose();
  });
});

test('weights of another shape are refused', async () => {
  await selectBackend('cpu');
  const [labels, pixelWeight] = [tf.tensor3d(LABELS, SHAPE, 'int32'), tf.ones<tf.Rank.R3>([1, 6, 2])];
  const logits = tf.zeros<tf.Rank.R4>([...SHAPE, 3]);
  expect(() => labelLoss(logits, labels, configOf('dice', 'ignore', { pixelWeight }))).toThrow(RangeError);
  tf.dispose([labels, pixelWeight, logits]);
});
