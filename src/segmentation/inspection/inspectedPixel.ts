import * as tf from '@tensorflow/tfjs-core';
import { UNLABELED } from '../../labels/planes.ts';
import { labelLossTerms } from '../losses/composedLabelLoss.ts';
import type { LossTerms } from '../losses/labelLossConfig.ts';
import type { Inspection } from './inspection.ts';

/** One pixel of an inspected picture; lists have one entry per output. */
export interface InspectedPixel {
  /** Output that it is labeled as, `null`: unlabeled. */
  readonly label: number | null;
  /** Output that the label loss compares it with; `null`: it does not count. */
  readonly target: number | null;
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
  /** Its term of the loss, before division by the denominator; `null` where it has none: it does not count, or the loss is Dice. */
  readonly term: number | null;
  /** Gradient of the label loss with respect to its logits. */
  readonly labelGradient: readonly number[];
  /** Gradient of the smoothness term with respect to its logits; `null` where there is no such term. */
  readonly smoothnessGradient: readonly number[] | null;
  /** Class weight of its target; 1 without class weights, `null` where it does not count. */
  readonly classWeight: number | null;
}

/** Takes pixel `index` of an inspected picture apart. Throws a `RangeError` where there is none. */
export async function inspectPixel(inspection: Inspection, index: number): Promise<InspectedPixel> {
  const { labels, outputs, loss, weight } = inspection;
  if (!(Number.isInteger(index) && index >= 0 && index < labels.length)) {
    throw new RangeError(`The picture has no pixel ${index}.`);
  }
  const ofPixel = (plane: Float32Array) => [...plane.subarray(index * outputs.length, (index + 1) * outputs.length)];
  const logits = ofPixel(inspection.logits);
  const label = labels[index] as number;
  const target = targetOf(label, loss);
  const isWeighed = loss.loss === 'crossEntropy' || loss.loss === 'focal';
  return {
    label: label === UNLABELED ? null : label,
    target,
    logits,
    probabilities: softmax(logits),
    term: target === null ? null : await termOf(inspection, index, logits),
    labelGradient: ofPixel(inspection.labelGradient),
    smoothnessGradient: inspection.smoothnessGradient && ofPixel(inspection.smoothnessGradient),
    classWeight: target === null ? null : isWeighed ? (weight[target] as number) : 1,
  };
}

/** Output that a treatment compares a pixel with, given its label; `null`: none. */
export function targetOf(label: number, { treatment, backgroundChannel, classCount }: LossTerms): number | null {
  if (label !== UNLABELED) return label;
  switch (treatment) {
    case 'ignore':
    case 'allPixelMean':
      return null;
    case 'zeroedInput':
      // The published recipe turns 255 into 0.
      return 0;
    case 'asBackground':
      return backgroundChannel;
    case 'extraClass':
      return classCount;
  }
}

async function termOf(inspection: Inspection, index: number, logits: readonly number[]): Promise<number | null> {
  const { labels, loss, weight, pixelWeights } = inspection;
  const onePixel: [number, number, number] = [1, 1, 1];
  const inputs = {
    logits: tf.tensor4d([...logits], [...onePixel, logits.length]),
    labels: tf.tensor3d([labels[index] as number], onePixel, 'int32'),
    weight: tf.tensor1d(weight),
    pixelWeight: tf.tensor3d([pixelWeights?.[index] ?? 1], onePixel),
  };
  const term = labelLossTerms(inputs.logits, inputs.labels, { ...loss, ...inputs });
  try {
    return term === null ? null : ((await term.data())[0] ?? null);
  } finally {
    tf.dispose([...Object.values(inputs), ...(term === null ? [] : [term])]);
  }
}

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
