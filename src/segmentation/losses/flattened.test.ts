import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { crossEntropy } from './crossEntropy.ts';
import { crossEntropyFlat, type FlatLoss, flattened, flattenedWithUnlabeled } from './flattened.ts';
import { greatestError, selectBackend, spread, valueAndGradient } from './lossTestTools.ts';
import { zeroedInput } from './treatments.ts';

const U = UNLABELED;

beforeAll(() => selectBackend('cpu'));

// Values against PyTorch for every axis are in pytorch.test.ts.
describe('flattened', () => {
  /** Mean or sum of |input − target|: a loss over [N] that a float target suits. */
  const absoluteError: FlatLoss = (input, target, { reduction }) => {
    expect(input.rank).toBe(1);
    expect(target.dtype).toBe('float32');
    const error = tf.abs(tf.sub(input, target));
    return reduction === 'none' ? error : reduction === 'sum' ? tf.sum(error) : tf.mean(error);
  };

  test('is2d: false flattens to [N] and floatify casts the target', async () => {
    const loss = flattened(absoluteError, { is2d: false, floatify: true });
    const input = tf.tensor2d([0.5, 2, -1, 3], [4, 1]);
    const target = tf.tensor1d([1, 2, 0, 1], 'int32');
    expect([...(await loss(input, target).data())]).toEqual([(0.5 + 0 + 1 + 2) / 4]);
    loss.reduction = 'sum';
    expect([...(await loss(input, target).data())]).toEqual([3.5]);
    loss.reduction = 'none';
    expect([...(await loss(input, target).data())]).toEqual([0.5, 0, 1, 2]);
    // A target of the input's own shape.
    expect([...(await loss(input, tf.reshape(target, [4, 1])).data())]).toEqual([0.5, 0, 1, 2]);
  });

  test('rows come in the order [B, W, H] for logits [B, C, H, W]', async () => {
    const loss = crossEntropyFlat({ axis: 1, reduction: 'none' });
    // The logit of the target falls from 0 to −5 along the rows of a 2 × 3 picture.
    const targetLogit = tf.tensor([0, -1, -2, -3, -4, -5], [1, 1, 2, 3]);
    const input = tf.concat([targetLogit, tf.zerosLike(targetLogit)], 1);
    const costs = [...(await loss(input, tf.zeros([1, 2, 3], 'int32')).data())];
    // −log p = log(1 + e^k) with k = 0 … 5, column by column.
    expect(
      greatestError(
        costs,
        [0, 3, 1, 4, 2, 5].map((k) => Math.log1p(Math.exp(k))),
      ),
    ).toBeLessThan(1e-6);
  });

  test('a target without class axis stays in step at rank five', async () => {
    const loss = crossEntropyFlat({ axis: 1 });
    const input = tf.tensor(spread(2 * 3 * 2 * 3 * 4, 4), [2, 3, 2, 3, 4]);
    const labels = spread(2 * 2 * 3 * 4, 5).map((x) => Math.abs(Math.trunc(x)));
    const target = tf.tensor(labels, [2, 2, 3, 4], 'int32');
    const channelsLast = tf.transpose(input, [0, 2, 3, 4, 1]);
    const [ours = Number.NaN] = await loss(input, target).data();
    const [expected = Number.NaN] = await crossEntropy(channelsLast, target).data();
    expect(ours).toBeCloseTo(expected, 6);
    expect(await loss(input, tf.expandDims(target, 1)).data()).toEqual(await loss(input, target).data());
  });

  test('weight may be set afterwards, or at the start', async () => {
    const input = tf.tensor(spread(12, 6), [2, 3, 2]);
    const target = tf.tensor([0, 2, 1, 2], [2, 2], 'int32');
    const loss = crossEntropyFlat({ axis: 1 });
    const unweighted = await loss(input, target).data();
    loss.weight = [1, 5, 2];
    const weighted = await loss(input, target).data();
    expect(weighted).not.toEqual(unweighted);
    expect(await crossEntropyFlat({ axis: 1, weight: [1, 5, 2] })(input, target).data()).toEqual(weighted);
  });

  test.each([
    ['an axis that the input lacks', 4, [2, 3, 4, 4], [2, 4, 4]],
    ['a fractional axis', 0.5, [2, 3], [2]],
    ['a target of another size', 1, [2, 3, 4, 4], [2, 4, 5]],
    ['a target of a rank too low', 1, [2, 3, 4, 4], [32]],
    ['a target with a class axis longer than 1', 1, [2, 3, 4, 4], [2, 3, 4, 4]],
  ])('%s is refused', (_, axis, inputShape, targetShape) => {
    const loss = crossEntropyFlat({ axis });
    expect(() => loss(tf.zeros(inputShape), tf.zeros(targetShape, 'int32'))).toThrow(RangeError);
  });

  test('nothing is left behind but the result', () => {
    const loss = flattenedWithUnlabeled(crossEntropyFlat({ axis: 1 }), U);
    const input = tf.zeros([1, 3, 2, 2]);
    const target = tf.zeros([1, 2, 2], 'int32');
    const before = tf.memory().numTensors;
    const result = loss(input, target);
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([result, input, target]);
  });
});

describe('the published zeroed input', () => {
  const published = flattenedWithUnlabeled(crossEntropyFlat({ axis: 1 }), U);

  /** What the recipe means: `zeroedInput`, which is checked against PyTorch elsewhere. */
  const meant = (z: tf.Tensor, target: tf.Tensor) => {
    const zeroed = zeroedInput(tf.transpose(z, [0, 2, 3, 1]), target);
    return crossEntropy(zeroed.logits, zeroed.labels);
  };

  test('is an error by shape when the batch is neither 1 nor C', () => {
    const target = tf.fill([2, 4, 4], U, 'int32');
    expect(() => published(tf.zeros([2, 3, 4, 4]), target)).toThrow(/broadcast/);
  });

  test('is right by luck for a batch of 1', async () => {
    const labels = tf.tensor([0, U, 2, U, 1, U], [1, 2, 3], 'int32');
    const logits = spread(18, 9);
    const ours = await valueAndGradient((z) => published(z, labels), logits, [1, 3, 2, 3]);
    const right = await valueAndGradient((z) => meant(z, labels), logits, [1, 3, 2, 3]);
    expect(greatestError(ours.value, right.value)).toBeLessThan(1e-6);
    expect(greatestError(ours.gradient, right.gradient)).toBeLessThan(1e-7);
  });

  test('masks channel b by picture b when the batch is C, and says nothing', async () => {
    // Picture 0 is fully labeled, picture 1 not at all: so channel 0 is kept everywhere and channel 1 zeroed everywhere.
    const labels = tf.tensor([1, 0, 1, 0, U, U, U, U], [2, 2, 2], 'int32');
    const logits = spread(16, 10);
    const ours = await valueAndGradient((z) => published(z, labels), logits, [2, 2, 2, 2]);
    const right = await valueAndGradient((z) => meant(z, labels), logits, [2, 2, 2, 2]);
    const channelOf = (i: number) => Math.floor(i / 4) % 2;
    const pictureOf = (i: number) => Math.floor(i / 8);

    expect(ours.gradient.every((g, i) => (g === 0) === (channelOf(i) === 1))).toBe(true);
    expect(right.gradient.every((g, i) => (g === 0) === (pictureOf(i) === 1))).toBe(true);

    const onlyChannel0 = tf.tensor(
      logits.map((z, i) => (channelOf(i) === 0 ? z : 0)),
      [2, 2, 2, 2],
    );
    const target = tf.tensor([1, 0, 1, 0, 0, 0, 0, 0], [2, 2, 2], 'int32');
    const [expected = Number.NaN] = await crossEntropy(tf.transpose(onlyChannel0, [0, 2, 3, 1]), target).data();
    expect(ours.value[0]).toBeCloseTo(expected, 6);
    expect(right.value[0]).not.toBeCloseTo(expected, 3);
  });

  test('is right for a target with a class axis', async () => {
    const labels = tf.tensor([1, U, 1, 0, U, 2, U, U, 2, U, 0, 1], [3, 1, 2, 2], 'int32');
    const logits = spread(36, 11);
    const ours = await valueAndGradient((z) => published(z, labels), logits, [3, 3, 2, 2]);
    const right = await valueAndGradient((z) => meant(z, tf.squeeze(labels, [1])), logits, [3, 3, 2, 2]);
    expect(greatestError(ours.value, right.value)).toBeLessThan(1e-6);
    expect(greatestError(ours.gradient, right.gradient)).toBeLessThan(1e-7);
  });

  test('lets one NaN under an unlabeled pixel spoil the loss, where the select does not', async () => {
    const labels = tf.tensor([0, U], [1, 1, 2], 'int32');
    const logits = [1, Number.NaN, 2, 0];
    const ours = await valueAndGradient((z) => published(z, labels), logits, [1, 2, 1, 2]);
    const right = await valueAndGradient((z) => meant(z, labels), logits, [1, 2, 1, 2]);
    expect(ours.value[0]).toBeNaN();
    expect([...right.value, ...right.gradient].every(Number.isFinite)).toBe(true);
  });
});
