import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { UNLABELED } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { IDENTITY } from '../augmentation/augmentation.ts';
import { ITEM_WORDS, sampleBatch, sampleWeights, writeItem } from '../kernels/batch/sampleBatch.ts';
import { predictionBytes } from '../kernels/predictionBytes/predictionBytes.ts';
import { smoothness } from '../kernels/smoothness/smoothness.ts';
import { labelLoss } from '../losses/labelLoss.ts';
import type { LabelLossConfig } from '../losses/labelLossConfig.ts';
import { groupNormRelu } from '../models/groupNorm.ts';
import { predictLogits, splitParameters, tensorOps } from '../models/tensorOps.ts';
import { fineTunes } from '../optimizer/fineTuning.ts';
import type { LearnedNetwork } from '../trainer/learnedNetwork.ts';
import { stepGradients } from '../trainer/stepGradients.ts';
import { stepTerms } from '../trainer/stepTerms.ts';
import { noise } from './disagreement.ts';

/** What a pass computes with; nothing of it changes. */
export interface TrialNetwork {
  readonly network: LearnedNetwork;
  readonly channels: readonly number[];
  readonly settings: LearnerSettings;
}

/** Sides, in pixels, of the maps that a network is tried on: small, not square, and no multiple of any tile. */
export function trialSides(sizeMultiple: number): { readonly width: number; readonly height: number } {
  // The first odd multiple that is not smaller.
  const side = (leastPx: number) => sizeMultiple * (2 * Math.floor(Math.ceil(leastPx / sizeMultiple) / 2) + 1);
  return { height: side(20), width: side(36) };
}

/** Labels of which every third is a channel and the others are 255. */
function labelsOf(length: number, channels: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => (i % 3 === 0 ? Math.floor(i / 3) % channels : UNLABELED));
}

/** Two pictures, their labels and weights, sampled as a step samples them: mirrored, turned, shifted and recoloured. */
function sampled(channels: number, { width, height }: { readonly width: number; readonly height: number }) {
  const pixels = width * height;
  const [pictures, weights] = [tf.tensor2d(noise(6 * pixels, 5), [2 * pixels, 3]), noise(2 * pixels, 6)];
  const words = new Int32Array(2 * ITEM_WORDS);
  const moved = { ...IDENTITY, flipX: true, gain: [1.1, 0.9, 1.05], shift: [0.1, -0.2, 0.05] } as const;
  writeItem(words, 0, { ...moved, offsetX: -3, offsetY: 2 }, { width, height });
  writeItem(words, 1, { ...moved, quarterTurns: 1, offsetX: 1 }, { width, height, firstPixel: pixels });
  const items = tf.tensor2d(words, [2, ITEM_WORDS], 'int32');
  const shape = { batch: 2, height, width };
  const { picture, labels } = sampleBatch(pictures, tf.tensor1d(labelsOf(2 * pixels, channels), 'int32'), items, shape);
  const pixelWeight = sampleWeights(tf.tensor1d(weights.map(Math.abs)), items, shape);
  const colors = tf.tensor1d(
    Int32Array.from(noise(2 * pixels, 7), (value) => Math.floor((value + 1) * 2 ** 23) & 0xffffff),
    'int32',
  );
  return { picture, labels, pixelWeight, items, colors };
}

/** A step but for its update: sampled batch, logits, label loss, smoothness, and all gradients. */
export function learningPass({ network, channels, settings }: TrialNetwork): tf.Tensor[] {
  const { parts, outputs } = network;
  const model = { ...parts, outputs: outputs.length, fineTuned: fineTunes(settings), ...stepTerms(channels, settings) };
  const sample = sampled(channels.length, trialSides(parts.network.sizeMultiple));
  const smoothnessWeight = tf.tensor1d([settings.smoothness.weight]);
  const { stats, gradients } = stepGradients(model, {
    ...sample,
    pixelWeight: settings.strokeBalance === 'stroke' ? sample.pixelWeight : null,
    weight: tf.tensor1d(outputs.map((_, i) => 0.5 + (i % 3) / 2)),
    smoothnessWeight,
  });
  if (model.smoothness === null) return [stats, ...gradients];
  const { height, width } = trialSides(parts.network.sizeMultiple);
  // What a picture is inspected with.
  const logits = tf.tensor4d(noise(2 * height * width * outputs.length, 15), [2, height, width, outputs.length]);
  return [stats, ...gradients, smoothness(logits, { ...sample, weight: smoothnessWeight }, model.smoothness)];
}

/** What predicts, as bytes. */
export function predictingPass({ network, settings }: TrialNetwork): tf.Tensor[] {
  const { network: description, specs, optimizer, pretrained } = network.parts;
  const { width, height } = trialSides(description.sizeMultiple);
  const learned = [...pretrained.cut('predicting'), ...splitParameters(optimizer.predicting, specs)];
  const ops = tensorOps(new Map([...pretrained.fixed, ...learned]), null);
  const picture = tf.tensor4d(noise(3 * width * height, 8), [1, height, width, 3]);
  return [predictionBytes(predictLogits(description, ops, picture, network.outputs.length, settings.flipAveraging))];
}

const HOSTILE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30];

/** Losses of logits that are no numbers where nothing is labeled: they must count for nothing. */
export function hostileLosses(): tf.Tensor[] {
  const [height, width, channels] = [7, 9, 3];
  const labels = labelsOf(height * width, channels);
  const values = noise(height * width * channels, 9);
  values.forEach((_, i) => {
    const isUnlabeled = labels[Math.floor(i / channels)] === UNLABELED;
    if (isUnlabeled && i % 4 < 3) values[i] = HOSTILE[i % HOSTILE.length] as number;
  });
  const config: LabelLossConfig = {
    loss: 'crossEntropy',
    treatment: 'ignore',
    classCount: channels,
    weight: null,
    labelSmoothing: 0.1,
    backgroundChannel: 0,
  };
  const target = tf.tensor3d(labels, [1, height, width], 'int32');
  return (['crossEntropy', 'dice'] as const).flatMap((loss) => {
    const cost = (logits: tf.Tensor) => labelLoss(logits as tf.Tensor4D, target, { ...config, loss });
    const { value, grad } = tf.valueAndGrad(cost)(tf.tensor4d(values, [1, height, width, channels]));
    return [value, grad];
  });
}

/** Group normalisation of a map whose mean is far larger than its deviation: mean square minus squared mean is noise there. */
export function farFromZero(): tf.Tensor[] {
  const [height, width, channels] = [9, 13, 12];
  const x = tf.tensor4d(
    noise(2 * height * width * channels, 10).map((value) => 100 + value),
    [2, height, width, channels],
  );
  const gain = tf.tensor1d(noise(channels, 11).map((value) => 1 + value / 2));
  const offset = tf.tensor1d(noise(channels, 12));
  const dy = tf.tensor4d(noise(2 * height * width * channels, 13), [2, height, width, channels]);
  const norm = (map: tf.Tensor, g: tf.Tensor, o: tf.Tensor) =>
    groupNormRelu(map as tf.Tensor4D, g as tf.Tensor1D, o as tf.Tensor1D, 6);
  return tf.grads(norm)([x, gain, offset], dy);
}

/** Steps of a learner that a self-test makes of a person's: so few that a schedule's whole course is within them. */
const TRIAL_STEPS = 80;

/** Settings that a self-test learns with: a person's, but with few steps and pictures at their own size. */
export function trialSettings(settings: LearnerSettings): LearnerSettings {
  const { augmentation } = DEFAULT_LEARNER_SETTINGS;
  return { ...settings, stepBudget: TRIAL_STEPS, augmentation: { ...augmentation, scale: 0 } };
}
