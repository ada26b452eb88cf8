import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { crossEntropy } from './crossEntropy.ts';
import { greatestError, selectBackend } from './lossTestTools.ts';
import { type OnnxCase, onnxLossCases } from './onnxCasesTestTools.ts';

// The ONNX project's own tests of both losses, where they are installed (Debian: libonnx-testdata).
const CASES = onnxLossCases('/usr/share/libonnx-testdata/data/node');
const TOLERANCE = 2e-6;

/** No label of any case. */
const NONE = 254;

/** Above the logarithm of every case's sum of exponentials, so that another channel can bring the sum to 1. */
const SHIFT = 5;

beforeAll(() => selectBackend('cpu'));

/** `[N, C, …]` with the channels last. */
function channelsLast({ scores: { shape, values } }: OnnxCase): tf.Tensor {
  const scores = tf.tensor([...values], [...shape]);
  return tf.transpose(scores, [0, ...shape.slice(2).map((_, i) => 2 + i), 1]);
}

/** ONNX's softmax cross-entropy is ours with the channels last. */
function softmaxCrossEntropy(one: OnnxCase): tf.Tensor {
  return lossOf(one, channelsLast(one), one.weight);
}

/**
 * ONNX's negative log-likelihood takes what it is given for logarithms of probabilities, though they need not sum to 1.
 * Shifted down, and with a channel more that makes them do so, they are what log-softmax leaves as it is: the loss is ours
 * but for the shift, by which each term is too large.
 */
function negativeLogLikelihood(one: OnnxCase): tf.Tensor {
  const shifted = tf.sub(channelsLast(one), SHIFT);
  const rest = tf.log(tf.sub(1, tf.sum(tf.exp(shifted), -1, true)));
  const weight = one.weight === null ? null : [...one.weight, 0];
  const loss = lossOf(one, tf.concat([shifted, rest], -1), weight);
  // Of as many channels that are alike: each term is its weight, once divided by their logarithm.
  const { shape } = channelsLast(one);
  const terms = tf.div(lossOf(one, tf.zeros(shape), one.weight), Math.log(shape.at(-1) as number));
  return tf.sub(loss, tf.mul(SHIFT, terms));
}

function lossOf({ labels, reduction, ignoreIndex }: OnnxCase, logits: tf.Tensor, weight: readonly number[] | null) {
  const targets = tf.tensor([...labels.values], [...labels.shape], 'int32');
  return crossEntropy(logits, targets, { reduction, ignoreIndex: ignoreIndex ?? NONE, weight: weight && [...weight] });
}

describe.skipIf(CASES.length === 0)('the ONNX project’s tests', () => {
  test('are all there', () => {
    expect(CASES.filter(({ operator }) => operator === 'SoftmaxCrossEntropyLoss').length).toBeGreaterThanOrEqual(34);
    expect(CASES.filter(({ operator }) => operator === 'NegativeLogLikelihoodLoss').length).toBeGreaterThanOrEqual(18);
  });

  test.each(CASES)('$name', async (one) => {
    const loss = tf.tidy(() =>
      one.operator === 'SoftmaxCrossEntropyLoss' ? softmaxCrossEntropy(one) : negativeLogLikelihood(one),
    );
    expect(loss.shape).toEqual(one.loss.shape);
    expect(greatestError([...(await loss.data())], one.loss.values)).toBeLessThan(TOLERANCE);
    loss.dispose();
  });
});
