import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { beforeAll, expect, test } from 'vitest';
import { crossEntropy } from './crossEntropy.ts';
import { greatestError, selectBackend, valueAndGradient } from './lossTestTools.ts';
import { negativeLogLikelihood } from './negativeLogLikelihoodTestTools.ts';
import text from './pytorchSamples.json?raw';

// What PyTorch tests itself by, with its own losses and gradients in float64: makePytorchSamples.py.
const numbers = v.array(v.number());
const SAMPLES = v.parse(
  v.array(
    v.object({
      operator: v.picklist(['crossEntropy', 'negativeLogLikelihood']),
      reduction: v.picklist(['none', 'mean', 'sum']),
      ignoreIndex: v.number(),
      labelSmoothing: v.number(),
      weight: v.nullable(numbers),
      logits: numbers,
      /** `[C]` or `[N, C, ...]`. */
      shape: numbers,
      labels: numbers,
      loss: numbers,
      gradient: numbers,
    }),
  ),
  JSON.parse(text),
);
type Sample = (typeof SAMPLES)[number];

const TOLERANCE = 5e-6;
/** Scores are below 9, of three channels. */
const SHIFT = 11;

beforeAll(() => selectBackend('cpu'));

function lossOf(logits: tf.Tensor, { operator, shape, labels, ...options }: Sample): tf.Tensor {
  const spatial = shape.slice(2).map((_, i) => 2 + i);
  const channelsLast = shape.length > 1 ? tf.transpose(logits, [0, ...spatial, 1]) : logits;
  const targets = tf.tensor(labels, channelsLast.shape.slice(0, -1), 'int32');
  return operator === 'crossEntropy'
    ? crossEntropy(channelsLast, targets, options)
    : negativeLogLikelihood(channelsLast, targets, options, SHIFT);
}

test.each(SAMPLES)('$operator of $shape, $reduction, $ignoreIndex ignored, weighted by $weight', async (sample) => {
  const ours = await valueAndGradient((logits) => lossOf(logits, sample), sample.logits, sample.shape);
  expect(greatestError(ours.value, sample.loss)).toBeLessThan(TOLERANCE);
  expect(greatestError(ours.gradient, sample.gradient)).toBeLessThan(TOLERANCE);
});
