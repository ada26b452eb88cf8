import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { roundingFactor } from '../roundingTestTools.ts';
import { crossEntropy } from './crossEntropy.ts';
import { dice } from './dice.ts';
import { focal } from './focal.ts';
import { greatestError, selectBackend, spread, valueAndGradient } from './lossTestTools.ts';
import { meanSquaredError } from './meanSquaredError.ts';

const U = UNLABELED;

beforeAll(() => selectBackend('cpu'));

const labelsOf = (labels: number[]) => tf.tensor1d(labels, 'int32');

/** Logits and labels of a batch with any leading shape, one to four classes, some pixels unlabeled. */
const batch = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }), fc.integer({ min: 1, max: 4 }))
  .chain(([leading, classes]) => {
    const pixels = leading.reduce((product, side) => product * side, 1);
    const label = fc.oneof(fc.integer({ min: 0, max: classes - 1 }), fc.constant(U));
    return fc.record({
      leading: fc.constant(leading),
      classes: fc.constant(classes),
      labels: fc.array(label, { minLength: pixels, maxLength: pixels }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
  });

describe('shape laws', () => {
  test('none has the labels’ shape, mean squared error’s the logits’; mean and sum are scalars', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async ({ leading, classes, labels, seed }) => {
        const z = tf.tensor(spread(labels.length * classes, seed), [...leading, classes]);
        const y = tf.tensor(labels, leading, 'int32');
        const none = { reduction: 'none' } as const;
        expect(crossEntropy(z, y, none).shape).toEqual(leading);
        expect(focal(z, y, none).shape).toEqual(leading);
        expect(meanSquaredError(z, y, none).shape).toEqual([...leading, classes]);
        for (const reduction of ['mean', 'sum'] as const) {
          for (const loss of [crossEntropy, focal, meanSquaredError]) {
            expect(loss(z, y, { reduction }).shape).toEqual([]);
          }
        }
        expect(dice(z, y).shape).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('none adds up to sum, and is 0 exactly where ignored', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async ({ leading, classes, labels, seed }) => {
        const z = tf.tensor(spread(labels.length * classes, seed), [...leading, classes]);
        const y = tf.tensor(labels, leading, 'int32');
        const options = { labelSmoothing: 0.1, weight: spread(classes, seed).map(Math.abs) };
        for (const loss of [crossEntropy, focal]) {
          const perPixel = [...(await loss(z, y, { ...options, reduction: 'none' }).data())];
          const [sum = Number.NaN] = await loss(z, y, { ...options, reduction: 'sum' }).data();
          expect(perPixel.every((l, i) => (labels[i] === U ? l === 0 : l >= 0))).toBe(true);
          const total = perPixel.reduce((a, b) => a + b, 0);
          // No term is negative, and this backend sums in double precision: one rounding of every pixel, and one of all.
          expect(Math.abs(sum - total)).toBeLessThanOrEqual(roundingFactor(2) * total);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('the losses do not depend on the order of pixels, the leading shape or a constant added to a pixel', async () => {
    await fc.assert(
      fc.asyncProperty(batch, fc.integer({ min: 1, max: 1000 }), async ({ leading, classes, labels, seed }, shift) => {
        // Multiples of 2⁻¹⁰: adding the constant is exact, and so each pixel's loss stays the same.
        const logits = spread(labels.length * classes, seed).map((value) => Math.round(value * 1024) / 1024);
        const z = tf.tensor(logits, [...leading, classes]);
        const y = tf.tensor(labels, leading, 'int32');
        const reversed = tf.add(tf.reverse(tf.tensor(logits, [labels.length, classes]), 0), shift % 7);
        const reversedLabels = labelsOf([...labels].reverse());
        for (const loss of [crossEntropy, focal, dice, meanSquaredError]) {
          const [one = Number.NaN] = await loss(z, y).data();
          const [other = Number.NaN] = await loss(reversed, reversedLabels).data();
          // Sums in double precision are rounded once; nine roundings at most lie between terms and loss, in Dice.
          expect(greatestError([other], [one])).toBeLessThanOrEqual(2 * roundingFactor(9));
        }
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['one class axis missing', [2, 3], [2, 3]],
    ['another leading shape that would broadcast', [2, 3, 4], [1, 3]],
    ['a leading axis too many', [2, 3, 4], [1, 2, 3]],
    ['no channel', [2, 0], [2]],
  ])('%s is refused', (_, logitsShape, labelsShape) => {
    const z = tf.zeros(logitsShape);
    const y = tf.zeros(labelsShape, 'int32');
    for (const loss of [crossEntropy, focal, dice, meanSquaredError]) {
      expect(() => loss(z, y)).toThrow(RangeError);
    }
  });
});

describe('values by hand', () => {
  test('equal logits cost log C, in each labeled pixel', async () => {
    const loss = crossEntropy(tf.zeros([3, 4]), labelsOf([0, U, 3]), { reduction: 'none' });
    const values = [...(await loss.data())];
    expect(values[0]).toBeCloseTo(Math.log(4), 6);
    expect(values[1]).toBe(0);
    expect(values[2]).toBeCloseTo(Math.log(4), 6);
  });

  test('a single class costs nothing', async () => {
    for (const loss of [crossEntropy, focal, meanSquaredError]) {
      const { value, gradient } = await valueAndGradient((z) => loss(z, labelsOf([0, U])), [3, -2], [2, 1]);
      expect(Math.abs(value[0] ?? Number.NaN)).toBe(0);
      expect(gradient.every((g) => g === 0)).toBe(true);
    }
  });

  test('logits of ±1e4 stay finite, and the gradient is softmax − target', async () => {
    const logits = [1e4, -1e4, 0, 1e4, -1e4, 0];
    const loss = (z: tf.Tensor) => crossEntropy(z, labelsOf([0, 1]), { reduction: 'sum' });
    const { value, gradient } = await valueAndGradient(loss, logits, [2, 3]);
    expect(value).toEqual([2e4]);
    expect(gradient.map((g) => g + 0)).toEqual([0, 0, 0, 1, -1, 0]);
    for (const other of [focal, dice, meanSquaredError]) {
      const result = await valueAndGradient((z) => other(z, labelsOf([0, 1])), logits, [2, 3]);
      expect([...result.value, ...result.gradient].every(Number.isFinite)).toBe(true);
    }
  });

  test('Dice over a present class only: p = ½ on one pixel of two, nothing of the absent class', async () => {
    // Class 0: overlap ½, p sums to ½, t to 1: 2·½ / 1½. Class 1 is absent and left out.
    const [value = Number.NaN] = await dice(tf.zeros([2, 2]), labelsOf([0, U])).data();
    expect(value).toBeCloseTo(1 - 1 / 1.5, 6);
  });
});

describe('focal', () => {
  test('γ = 0 is cross-entropy: value and gradient, weights, smoothing and saturated logits included', async () => {
    const labels = labelsOf([0, U, 2, 1, 1]);
    const logits = [...spread(12, 5), -40, 60, 0];
    for (const options of [{}, { weight: [0.5, 2, 1], labelSmoothing: 0.1 }]) {
      const plain = await valueAndGradient((z) => crossEntropy(z, labels, options), logits, [5, 3]);
      const zero = await valueAndGradient((z) => focal(z, labels, { ...options, gamma: 0 }), logits, [5, 3]);
      expect(greatestError(zero.value, plain.value)).toBeLessThan(1e-7);
      expect(greatestError(zero.gradient, plain.gradient)).toBeLessThan(1e-7);
    }
  });

  test.each([0, 0.5, 1, 2, 5])('γ = %f has a finite gradient where p = 1', async (gamma) => {
    const loss = (z: tf.Tensor) => focal(z, labelsOf([0]), { gamma });
    const { value, gradient } = await valueAndGradient(loss, [300, 0, -300], [1, 3]);
    expect([...value, ...gradient].every((x) => Math.abs(x) === 0)).toBe(true);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('γ = %f is refused', (gamma) => {
    expect(() => focal(tf.zeros([1, 3]), labelsOf([0]), { gamma })).toThrow(RangeError);
  });
});

describe('an ignoreIndex inside [0, C)', () => {
  const LABELS = [0, 2, 1, 2, 0];
  const LOGITS = spread(15, 8);

  test('keeps a channel that is never a target and is pushed down', async () => {
    const loss = (z: tf.Tensor) => crossEntropy(z, labelsOf(LABELS), { ignoreIndex: 2, reduction: 'sum' });
    const { gradient } = await valueAndGradient(loss, LOGITS, [5, 3]);
    const channel2 = async (logits: number[]) =>
      [...(await tf.softmax(tf.tensor2d(logits, [5, 3])).data())].filter((_, i) => i % 3 === 2);
    const before = await channel2(LOGITS);
    const after = await channel2(LOGITS.map((z, i) => z - (gradient[i] ?? Number.NaN)));
    LABELS.forEach((label, pixel) => {
      if (label === 2) {
        expect(after[pixel]).toBe(before[pixel]);
      } else {
        expect(gradient[3 * pixel + 2]).toBeCloseTo(before[pixel] ?? Number.NaN, 6);
        expect(after[pixel]).toBeLessThan(before[pixel] ?? Number.NaN);
      }
    });
  });

  test('counts in no denominator: every loss is what it is with 255 there', async () => {
    const outside = labelsOf(LABELS.map((y) => (y === 2 ? U : y)));
    for (const loss of [crossEntropy, focal, dice, meanSquaredError]) {
      const inside = await valueAndGradient((z) => loss(z, labelsOf(LABELS), { ignoreIndex: 2 }), LOGITS, [5, 3]);
      expect(inside).toEqual(await valueAndGradient((z) => loss(z, outside), LOGITS, [5, 3]));
    }
  });
});
