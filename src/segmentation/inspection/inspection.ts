import * as tf from '@tensorflow/tfjs-core';
import type { WeightVectors } from '../../metrics/weightsChange.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { IDENTITY } from '../augmentation/augmentation.ts';
import { ITEM_WORDS, writeItem } from '../kernels/batch/sampleBatch.ts';
import { type SmoothnessAttributes, smoothness } from '../kernels/smoothness/smoothness.ts';
import { labelLoss } from '../losses/labelLoss.ts';
import type { LabelLossConfig, LossTerms } from '../losses/labelLossConfig.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import type { ParameterSpec } from '../models/parameters.ts';
import { predictLogits, splitParameters, tensorOps } from '../models/tensorOps.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { packedColors, type StandardizedPicture } from '../picture.ts';
import { needsTiles } from '../prediction/tiles.ts';
import type { PretrainedWeights } from '../pretrained/pretrainedWeights.ts';
import { outputWeights } from '../trainer/comingPictures.ts';
import { type OutputKeys, outputKeys } from '../trainer/outputs.ts';
import type { LearnerPicture, PictureSet } from '../trainer/pictureSet.ts';
import { stepTerms } from '../trainer/stepTerms.ts';

const TOO_LARGE = 'This picture is too large for this device to be taken apart pixel by pixel.';

/** A picture, and what a step that looks at it minimises. */
export interface InspectedPicture {
  readonly outputs: OutputKeys;
  readonly loss: LossTerms;
  readonly smoothness: SmoothnessAttributes | null;
  /** Factor of that term. */
  readonly smoothnessWeight: number;
  readonly picture: StandardizedPicture;
  /** int32 `[H, W]`: channel index, 255 where unlabeled. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** `[H, W]`; `null`: all pixels count the same. */
  readonly pixelWeights: Float32Array<ArrayBuffer> | null;
  /** Class weights, one per output. */
  readonly weight: Float32Array<ArrayBuffer>;
}

/** A picture and the learner whose loss is taken apart on it. */
export interface InspectionParts extends InspectedPicture {
  readonly network: NetworkDescription;
  readonly specs: readonly ParameterSpec[];
  readonly pretrained: Pick<PretrainedWeights, 'fixed' | 'cut' | 'learned'>;
  readonly optimizer: Optimizer;
  /** A picture with more pixels does not go through the network in one piece. */
  readonly mostPixels: number;
}

/** One picture's loss taken apart, at one moment's weights. The arrays are the caller's. */
export interface Inspection extends Pick<InspectedPicture, 'outputs' | 'loss' | 'labels' | 'pixelWeights' | 'weight'> {
  readonly width: number;
  readonly height: number;
  /** `[H, W, C]`. */
  readonly logits: Float32Array;
  /** `[H, W, C]`: gradient of the label loss with respect to the logits. */
  readonly labelGradient: Float32Array;
  /** `[H, W, C]`: gradient of the smoothness term with respect to the logits; `null` where it is off, or the backend has none. */
  readonly smoothnessGradient: Float32Array | null;
  /** The label loss. */
  readonly value: number;
  /** Denominator that the sum of its terms was divided by; 0 for Dice. */
  readonly denominator: number;
  /** The weights at that moment: the network's own and, where they are fine-tuned, those of pretrained layers. */
  readonly weights: WeightVectors;
}

/** What a learner with these classes and settings minimises on a picture, as if it were the one that a step looks at. */
export function inspectedPicture(
  picture: LearnerPicture,
  pictures: PictureSet,
  channels: readonly number[],
  settings: LearnerSettings,
): InspectedPicture {
  const { loss, smoothness: attributes, weighsPixels } = stepTerms(channels, settings);
  return {
    outputs: outputKeys(channels, settings),
    loss,
    smoothness: attributes,
    smoothnessWeight: settings.smoothness.weight,
    picture: pictures.standardized(picture),
    labels: picture.channelLabels(channels),
    pixelWeights: weighsPixels ? picture.pixelWeights(channels) : null,
    weight: outputWeights(pictures.labeledForTraining(channels), channels, settings),
  };
}

/**
 * The gradients of what a training step minimises by the logits, for a whole picture without augmentation: the same label
 * loss and the same smoothness term, at the weights that learn and not their average. Nothing changes, and nothing is left
 * in memory. Throws one sentence for a picture that the device cannot hold in one piece.
 */
export async function inspectPicture(parts: InspectionParts): Promise<Inspection> {
  const { outputs, loss, labels, pixelWeights, weight, picture, specs, optimizer, pretrained } = parts;
  const { width, height } = picture;
  if (needsTiles(width, height, { maxPixels: parts.mostPixels })) throw new Error(TOO_LARGE);
  const tensors = computeGradients(parts);
  try {
    const [logits, labelGradient, smoothnessGradient, stats, own, ofPretrained] = await Promise.all([
      read(tensors.logits),
      read(tensors.labelGradient),
      parts.smoothness === null ? null : read(tensors.smoothnessGradient),
      read(tensors.stats),
      optimizer.readParameters(),
      pretrained.learned?.optimizer.readParameters() ?? null,
    ]);
    const [value = Number.NaN, denominator = 0] = stats;
    const bias = specs.find(({ kind }) => kind === 'headBias') ?? { start: 0, size: 0 };
    const headBias = [...own.subarray(bias.start, bias.start + bias.size)];
    const weights = { vectors: ofPretrained === null ? [own] : [own, ofPretrained], headBias };
    const inputs = { width, height, outputs, loss, labels, pixelWeights, weight };
    return { ...inputs, logits, labelGradient, smoothnessGradient, value, denominator, weights };
  } finally {
    tf.dispose(Object.values(tensors));
  }
}

// A type, for tfjs's containers are not met by interfaces.
type GradientTensors = {
  readonly logits: tf.Tensor4D;
  readonly labelGradient: tf.Tensor;
  /** Empty where there is no such term. */
  readonly smoothnessGradient: tf.Tensor;
  /** What `labelLoss` tells. */
  readonly stats: tf.Tensor1D;
};

function computeGradients(parts: InspectionParts): GradientTensors {
  const { network, specs, outputs, pretrained, optimizer, picture, smoothness: attributes } = parts;
  const shape: [number, number, number] = [1, picture.height, picture.width];
  let stats: tf.Tensor1D | undefined;
  const computed = tf.tidy((): Omit<GradientTensors, 'stats'> => {
    const input = tf.tensor4d(picture.values, [...shape, 3]);
    const learned = [...pretrained.cut('parameters'), ...splitParameters(optimizer.parameters, specs)];
    const ops = tensorOps(new Map([...pretrained.fixed, ...learned]), null);
    const logits = predictLogits(network, ops, input, outputs.length);
    const labels = tf.tensor3d(parts.labels, shape, 'int32');
    const config: LabelLossConfig = {
      ...parts.loss,
      weight: tf.tensor1d(parts.weight),
      ...(parts.pixelWeights === null ? {} : { pixelWeight: tf.tensor3d(parts.pixelWeights, shape) }),
      onStats: (figures) => {
        stats = figures;
      },
    };
    const labelGradient = tf.grad((x) => labelLoss(x as tf.Tensor4D, labels, config))(logits);
    if (attributes === null) return { logits, labelGradient, smoothnessGradient: tf.zeros([0]) };
    const items = new Int32Array(ITEM_WORDS);
    writeItem(items, 0, IDENTITY, picture);
    const operands = {
      colors: tf.tensor1d(packedColors(picture), 'int32'),
      labels,
      items: tf.tensor2d(items, [1, ITEM_WORDS], 'int32'),
      weight: tf.tensor1d([parts.smoothnessWeight]),
    };
    const smoothnessGradient = tf.grad((x) => smoothness(x as tf.Tensor4D, operands, attributes))(logits);
    return { logits, labelGradient, smoothnessGradient };
  });
  if (stats === undefined) throw new Error('The label loss reported no figures.');
  return { ...computed, stats };
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  // A copy: on WebAssembly the data is a view of memory that is used again.
  return Float32Array.from(await tensor.data<'float32'>());
}
