import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { crossEntropy } from './crossEntropy.ts';
import { greatestError, selectBackend } from './lossTestTools.ts';
import { negativeLogLikelihood } from './negativeLogLikelihoodTestTools.ts';
import { type OnnxCase, onnxLossCases } from './onnxCasesTestTools.ts';

// The ONNX project's own tests of both losses, where they are installed (Debian: libonnx-testdata).
const CASES = onnxLossCases('/usr/share/libonnx-testdata/data/node');
const TOLERANCE = 2e-6;

/** Scores are between 0 and 1, of five channels. */
const SHIFT = 3;

/** No label of any case. */
const NONE = 254;

beforeAll(() => selectBackend('cpu'));

/** `[N, C, …]` with the channels last. */
function channelsLast({ scores: { shape, values } }: OnnxCase): tf.Tensor {
  const scores = tf.tensor([...values], [...shape]);
  return tf.transpose(scores, [0, ...shape.slice(2).map((_, i) => 2 + i), 1]);
}

function lossOf(one: OnnxCase): tf.Tensor {
  const { labels, reduction, ignoreIndex, weight } = one;
  const targets = tf.tensor([...labels.values], [...labels.shape], 'int32');
  const options = { reduction, ignoreIndex: ignoreIndex ?? NONE, weight };
  return one.operator === 'SoftmaxCrossEntropyLoss'
    ? crossEntropy(channelsLast(one), targets, options)
    : negativeLogLikelihood(channelsLast(one), targets, options, SHIFT);
}

describe.skipIf(CASES.length === 0)('the ONNX project’s tests', () => {
  test('are all there', () => {
    expect(CASES.filter(({ operator }) => operator === 'SoftmaxCrossEntropyLoss').length).toBeGreaterThanOrEqual(34);
    expect(CASES.filter(({ operator }) => operator === 'NegativeLogLikelihoodLoss').length).toBeGreaterThanOrEqual(18);
  });

  test.each(CASES)('$name', async (one) => {
    const loss = tf.tidy(() => lossOf(one));
    expect(loss.shape).toEqual(one.loss.shape);
    expect(greatestError([...(await loss.data())], one.loss.values)).toBeLessThan(TOLERANCE);
    loss.dispose();
  });
});
