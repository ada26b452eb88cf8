import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { LOSSES } from '../../settings/learner.ts';
import { labelLoss } from './labelLoss.ts';
import type { LabelLossConfig } from './labelLossConfig.ts';
import { configOf, greatestError, PAIRS, selectBackend, spread, valueAndGradient } from './lossTestTools.ts';

const U = UNLABELED;
// Two pictures of 2 × 3 pixels: 7 labeled of 12, every class among them.
const SHAPE: [number, number, number] = [2, 2, 3];
const LABELS = [0, U, 1, 2, U, U, 1, 1, U, 0, U, 2];
const LABELED = LABELS.filter((y) => y !== U).length;
const SHARE = LABELED / LABELS.length;
const LOGITS = spread(36, 1);

async function evaluate(
  config: LabelLossConfig,
  logits: readonly number[] = LOGITS,
  labels: readonly number[] = LABELS,
) {
  const y = tf.tensor3d([...labels], SHAPE, 'int32');
  const channels = logits.length / labels.length;
  const result = await valueAndGradient((z) => labelLoss(z as tf.Tensor4D, y, config), logits, [...SHAPE, channels]);
  y.dispose();
  return { value: result.value[0] ?? Number.NaN, gradient: result.gradient };
}

function logitsFor(config: LabelLossConfig): number[] {
  return spread(LABELS.length * (config.treatment === 'extraClass' ? 4 : 3), 2);
}

beforeAll(() => selectBackend('cpu'));

describe('unlabeled pixels', () => {
  const masked = PAIRS.filter(([, treatment]) => treatment === 'ignore' || treatment === 'allPixelMean');
  const poisons = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30, -1e30];

  test.each(masked)(
    '%s under %s: the gradient at an unlabeled logit is exactly 0, whatever the logit',
    async (loss, treatment) => {
      const config = configOf(loss, treatment, { weight: [0.5, 2, 1], labelSmoothing: 0.1 });
      const clean = await evaluate(config);
      for (const poison of poisons) {
        // One poisoned channel, then all three.
        for (const poisoned of [1, 3]) {
          const logits = LOGITS.map((z, i) => (LABELS[Math.floor(i / 3)] === U && i % 3 < poisoned ? poison : z));
          const { value, gradient } = await evaluate(config, logits);
          expect(value).toBe(clean.value);
          expect(gradient).toEqual(clean.gradient);
          const atUnlabeled = gradient.filter((_, i) => LABELS[Math.floor(i / 3)] === U);
          expect(atUnlabeled.every((g) => g === 0)).toBe(true);
          expect(gradient.some((g) => g !== 0)).toBe(true);
        }
      }
    },
  );

  test('zeroed input selects: NaN under an unlabeled pixel changes nothing', async () => {
    const config = configOf('crossEntropy', 'zeroedInput');
    const poisoned = LOGITS.map((z, i) => (LABELS[Math.floor(i / 3)] === U ? Number.NaN : z));
    expect(await evaluate(config, poisoned)).toEqual(await evaluate(config));
  });

  test('as background is training on labels painted full with that channel', async () => {
    for (const loss of LOSSES) {
      const painted = LABELS.map((y) => (y === U ? 1 : y));
      expect(await evaluate(configOf(loss, 'asBackground', { backgroundChannel: 1 }))).toEqual(
        await evaluate(configOf(loss, 'ignore'), LOGITS, painted),
      );
    }
  });

  test('extra class is training with unlabeled as class C, which weighs 1', async () => {
    const logits = spread(48, 3);
    const painted = LABELS.map((y) => (y === U ? 3 : y));
    const extra = await evaluate(configOf('crossEntropy', 'extraClass', { weight: [2, 3, 4] }), logits);
    const four = configOf('crossEntropy', 'ignore', { classCount: 4, weight: [2, 3, 4, 1] });
    expect(extra).toEqual(await evaluate(four, logits, painted));
  });
});

describe('nothing to divide by', () => {
  const nothing = LABELS.map(() => U);

  test.each(PAIRS.filter(([, treatment]) => treatment === 'ignore' || treatment === 'allPixelMean'))(
    '%s under %s: loss 0 and every gradient 0 with nothing labeled',
    async (loss, treatment) => {
      const { value, gradient } = await evaluate(configOf(loss, treatment), LOGITS, nothing);
      expect(value).toBe(0);
      expect(gradient.every((g) => g === 0)).toBe(true);
    },
  );

  test.each(['crossEntropy', 'focal'] as const)('%s: likewise when all labeled classes weigh 0', async (loss) => {
    const labels = LABELS.map((y) => (y === U ? U : 0));
    // With smoothing the numerator is not 0 here, so that only the select on the quotient saves it.
    const config = configOf(loss, 'ignore', { weight: [0, 1, 1], labelSmoothing: 0.2 });
    const { value, gradient } = await evaluate(config, LOGITS, labels);
    expect(value).toBe(0);
    expect(gradient.every((g) => g === 0)).toBe(true);
  });

  test('zeroed input with weight 0 for channel 0 and nothing labeled', async () => {
    const { value, gradient } = await evaluate(
      configOf('crossEntropy', 'zeroedInput', { weight: [0, 1, 1] }),
      LOGITS,
      nothing,
    );
    expect(value).toBe(0);
    expect(gradient.every((g) => g === 0)).toBe(true);
  });
});

// Closed forms derived by hand from the definitions.
describe('closed forms', () => {
  const entropy = (rest: Partial<LabelLossConfig>) => ({
    masked: evaluate(configOf('crossEntropy', 'ignore', rest)),
    zeroed: evaluate(configOf('crossEntropy', 'zeroedInput', rest)),
    allPixel: evaluate(configOf('crossEntropy', 'allPixelMean', rest)),
  });

  test('L_zeroed = s·masked + (1−s)·log C, and the labeled gradient times s', async () => {
    const { masked, zeroed } = entropy({});
    expect((await zeroed).value).toBeCloseTo(SHARE * (await masked).value + (1 - SHARE) * Math.log(3), 6);
    const diluted = (await masked).gradient.map((g) => SHARE * g);
    expect(greatestError((await zeroed).gradient, diluted)).toBeLessThan(1e-7);
  });

  test('with class weights the dilution is Σ v·w[y] / (Σ v·w[y] + N_unlabeled·w[0])', async () => {
    const weight = [0.5, 2, 1];
    const { masked, zeroed } = entropy({ weight });
    const labeled = LABELS.reduce((sum, y) => sum + (weight[y] ?? 0), 0);
    const unlabeled = (LABELS.length - LABELED) * 0.5;
    const dilution = labeled / (labeled + unlabeled);
    expect((await zeroed).value).toBeCloseTo(dilution * (await masked).value + (1 - dilution) * Math.log(3), 6);
    const diluted = (await masked).gradient.map((g) => dilution * g);
    expect(greatestError((await zeroed).gradient, diluted)).toBeLessThan(1e-7);
  });

  test('without weights zeroed input and all-pixel mean have identical gradients, a constant apart', async () => {
    const { zeroed, allPixel } = entropy({});
    expect(greatestError((await zeroed).gradient, (await allPixel).gradient)).toBeLessThan(1e-8);
    expect((await zeroed).value - (await allPixel).value).toBeCloseTo((1 - SHARE) * Math.log(3), 6);
  });

  test('all-pixel mean is the masked mean times the labeled share, mean squared error’s too', async () => {
    for (const loss of ['crossEntropy', 'focal', 'mse'] as const) {
      const masked = await evaluate(configOf(loss, 'ignore'));
      const allPixel = await evaluate(configOf(loss, 'allPixelMean'));
      expect(allPixel.value).toBeCloseTo(SHARE * masked.value, 6);
    }
  });
});

describe('the gradient is the slope', () => {
  // Five-point stencil: its own error is h⁴/30 of the fifth derivative plus float32 rounding over h, some 1e-5.
  const STEP = 0.06;

  test.each(PAIRS)('%s under %s, by finite differences', async (loss, treatment) => {
    const config = configOf(loss, treatment, { weight: [0.5, 2, 1], labelSmoothing: 0.1, backgroundChannel: 2 });
    const logits = logitsFor(config);
    const { gradient } = await evaluate(config, logits);
    const at = async (i: number, shift: number) =>
      (
        await evaluate(
          config,
          logits.map((z, j) => (j === i ? z + shift : z)),
        )
      ).value;
    const slopes: number[] = [];
    for (let i = 0; i < logits.length; i++) {
      const near = (await at(i, STEP)) - (await at(i, -STEP));
      const far = (await at(i, 2 * STEP)) - (await at(i, -2 * STEP));
      slopes.push((8 * near - far) / (12 * STEP));
    }
    expect(greatestError(gradient, slopes)).toBeLessThan(2e-5);
    expect(Math.max(...slopes.map(Math.abs))).toBeGreaterThan(1e-2);
  });
});

describe('what does not fit is refused', () => {
  test('a pair that makes no sense, with the sentence of the settings', async () => {
    await expect(evaluate(configOf('dice', 'allPixelMean'))).rejects.toThrow('no mean over all pixels');
    await expect(evaluate(configOf('focal', 'zeroedInput'))).rejects.toThrow('not defined for other losses');
  });

  test('channels, weights, smoothing and a background channel out of range', async () => {
    await expect(evaluate(configOf('crossEntropy', 'extraClass'))).rejects.toThrow('needs 4 channels of logits, not 3');
    await expect(evaluate(configOf('crossEntropy', 'ignore', { weight: [1, 1] }))).rejects.toThrow(RangeError);
    await expect(evaluate(configOf('dice', 'ignore', { weight: [1, -1, 1] }))).rejects.toThrow(RangeError);
    await expect(evaluate(configOf('crossEntropy', 'ignore', { labelSmoothing: 1.1 }))).rejects.toThrow(RangeError);
    await expect(evaluate(configOf('mse', 'asBackground', { backgroundChannel: 3 }))).rejects.toThrow(RangeError);
  });

  test('labels of another size', () => {
    const labels = tf.zeros([2, 3, 2], 'int32') as tf.Tensor3D;
    const logits = tf.zeros([2, 2, 3, 3]) as tf.Tensor4D;
    expect(() => labelLoss(logits, labels, configOf('crossEntropy', 'ignore'))).toThrow('[2,2,3,3]');
  });
});

test.each(PAIRS)('%s under %s leaves nothing behind but its scalar', (loss, treatment) => {
  const config = configOf(loss, treatment, { weight: [0.5, 2, 1], labelSmoothing: 0.1 });
  const x = tf.tensor4d(logitsFor(config), [...SHAPE, treatment === 'extraClass' ? 4 : 3]);
  const y = tf.tensor3d(LABELS, SHAPE, 'int32');
  const before = tf.memory().numTensors;
  const scalar = labelLoss(x, y, config);
  expect(tf.memory().numTensors).toBe(before + 1);
  expect(scalar.shape).toEqual([]);
  scalar.dispose();
  const { value, grad } = tf.valueAndGrad((z: tf.Tensor) => labelLoss(z as tf.Tensor4D, y, config))(x);
  expect(tf.memory().numTensors).toBe(before + 2);
  tf.dispose([value, grad, x, y]);
});
