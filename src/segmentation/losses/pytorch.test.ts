import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { crossEntropy } from './crossEntropy.ts';
import { dice } from './dice.ts';
import { crossEntropyFlat, flattenedWithUnlabeled } from './flattened.ts';
import { focal } from './focal.ts';
import { labelLoss } from './labelLoss.ts';
import { configOf, greatestError, selectBackend, valueAndGradient } from './lossTestTools.ts';
import { meanSquaredError } from './meanSquaredError.ts';
import { fixture, type LossCase } from './pytorchFixture.ts';

// Reference values and gradients: pytorchFixture.json, PyTorch in float64, written by makeFixture.py.
const TOLERANCE = 2e-6;

const logitsShape = [...fixture.shape, 3];

function lossOf(logits: tf.Tensor, labels: tf.Tensor, { loss, ...options }: LossCase): tf.Tensor {
  if (loss === 'crossEntropy') return crossEntropy(logits, labels, options);
  if (loss === 'focal') return focal(logits, labels, options);
  return loss === 'dice' ? dice(logits, labels) : meanSquaredError(logits, labels, options);
}

function cotangent(shape: number[]): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return shape.length === 0 ? tf.scalar(1) : tf.tensor(fixture.cotangent.slice(0, size), shape);
}

function nameOf({ weight, labelSmoothing }: Pick<LossCase, 'weight' | 'labelSmoothing'>): string {
  return `${weight ? 'weighted' : 'unweighted'}, ε ${labelSmoothing}`;
}

beforeAll(() => selectBackend('cpu'));

describe('values and gradients are PyTorch’s', () => {
  for (const one of fixture.losses) {
    const focus = one.gamma === undefined ? '' : ` γ ${one.gamma}`;
    test(`${one.loss}${focus}, ${one.reduction}, ${nameOf(one)}`, async () => {
      const labels = tf.tensor(fixture.labels, fixture.shape, 'int32');
      const ours = await valueAndGradient((z) => lossOf(z, labels, one), fixture.logits, logitsShape, cotangent);
      expect(greatestError(ours.value, one.value)).toBeLessThan(TOLERANCE);
      expect(greatestError(ours.gradient, one.gradient)).toBeLessThan(TOLERANCE);
    });
  }

  for (const one of fixture.labelLosses) {
    test(`${one.loss} under ${one.treatment}, ${nameOf(one)}`, async () => {
      const labels = tf.tensor3d(fixture.labels, fixture.shape, 'int32');
      const { loss, treatment, weight, labelSmoothing } = one;
      const { backgroundChannel } = fixture;
      const config = configOf(loss, treatment, { weight, labelSmoothing, backgroundChannel });
      const extra = treatment === 'extraClass';
      const ours = await valueAndGradient(
        (z) => labelLoss(z as tf.Tensor4D, labels, config),
        extra ? fixture.extendedLogits : fixture.logits,
        extra ? [...fixture.shape, 4] : logitsShape,
      );
      expect(greatestError(ours.value, one.value)).toBeLessThan(TOLERANCE);
      expect(greatestError(ours.gradient, one.gradient)).toBeLessThan(TOLERANCE);
    });
  }

  for (const one of fixture.flattened) {
    const name = `[${one.inputShape}] against [${one.targetShape}], axis ${one.axis}, ${one.reduction}`;
    test(`fast.ai’s CrossEntropyFlat: ${name}`, async () => {
      const target = tf.tensor(one.target, one.targetShape, 'int32');
      const loss = crossEntropyFlat({ axis: one.axis });
      loss.weight = one.weight;
      loss.reduction = one.reduction;
      const ours = await valueAndGradient((z) => loss(z, target), one.input, one.inputShape, cotangent);
      expect(greatestError(ours.value, one.value)).toBeLessThan(TOLERANCE);
      expect(greatestError(ours.gradient, one.gradient)).toBeLessThan(TOLERANCE);
    });
  }

  for (const one of fixture.published) {
    test(`the published zeroed input on logits of [${one.inputShape}]`, async () => {
      const [batch, , height, width] = one.inputShape;
      const target = tf.tensor(one.target, [batch, height, width], 'int32');
      const loss = flattenedWithUnlabeled(crossEntropyFlat({ axis: 1 }), 255);
      const ours = await valueAndGradient((z) => loss(z, target), one.input, one.inputShape);
      expect(greatestError(ours.value, one.value)).toBeLessThan(TOLERANCE);
      expect(greatestError(ours.gradient, one.gradient)).toBeLessThan(TOLERANCE);
    });
  }
});
