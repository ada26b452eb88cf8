import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { type LabelPlanes, PREDICTED_UNLABELED, UNLABELED } from '../labels/planes.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import { drawAugmentation, sampleAugmented } from './augmentation.ts';
import { classWeights } from './classBalance.ts';
import { labelLoss } from './losses/labelLoss.ts';
import type { NetworkDescription } from './models/networkOps.ts';
import {
  collectParameters,
  decayMask,
  initialParameters,
  type ParameterSpec,
  parameterCount,
} from './models/parameters.ts';
import { receptiveFieldPx } from './models/receptiveField.ts';
import { networkFor } from './models/registry.ts';
import { applyNetwork, splitParameters } from './models/tensorOps.ts';
import { MOMENT_COUNT, Optimizer } from './optimizer.ts';
import { type OutputKeys, remapOutputs } from './outputs.ts';
import { type StandardizedPicture, standardize } from './picture.ts';
import { Random } from './random.ts';
import { learningRateAt } from './schedule.ts';
import { decodeTrainerState, encodeTrainerState, type TrainerState, TrainerStateError } from './trainerState.ts';

export interface TrainerConfig {
  readonly width: number;
  readonly height: number;
  /** Class ids in channel order. */
  readonly channels: readonly number[];
  readonly settings: LearnerSettings;
}

/** One training step, under way. */
export interface TrainStep {
  /** Steps taken, this one included. */
  readonly step: number;
  readonly learningRate: number;
  /** The label loss of the step's augmented picture, before the update. */
  readonly loss: Promise<number>;
}

export interface Prediction {
  /** `[H, W]`: class id of the largest logit, or {@link PREDICTED_UNLABELED}. */
  readonly classMap: Uint8Array<ArrayBuffer>;
  /** `[H, W]`: probability of that class, 0–255. */
  readonly confidence: Uint8Array<ArrayBuffer>;
}

/**
 * Learns one picture from its labels: network, optimiser, augmentation and the random numbers they draw. tfjs's backend
 * must be ready; the owner calls {@link dispose}.
 */
export class Trainer {
  private readonly width: number;
  private readonly height: number;
  private channels: readonly number[];
  private settings: LearnerSettings;
  private network: NetworkDescription;
  private specs: readonly ParameterSpec[];
  private parameters: tf.Tensor1D;
  private optimizer: Optimizer;
  private random: Random;
  private stepCount = 0;
  private picture: StandardizedPicture | null = null;
  private labels: LabelPlanes | null = null;
  private readonly pictureBuffer: Float32Array<ArrayBuffer>;
  private readonly labelBuffer: Int32Array<ArrayBuffer>;

  constructor({ width, height, channels, settings }: TrainerConfig) {
    this.width = width;
    this.height = height;
    this.channels = [...channels];
    this.settings = settings;
    this.pictureBuffer = new Float32Array(3 * width * height);
    this.labelBuffer = new Int32Array(width * height);
    const outputs = outputKeys(channels, settings);
    this.network = networkFor(settings.network);
    this.specs = collectParameters(this.network, outputs.length);
    this.parameters = tf.tensor1d(initialParameters(this.specs, settings.seed, outputs));
    this.optimizer = new Optimizer(settings.optimizer, decayMask(this.specs));
    this.random = Random.fromSeed(settings.seed);
  }

  get parameterCount(): number {
    return parameterCount(this.specs);
  }

  /** Side of the square of input pixels that one logit depends on, normalisation left out. */
  get receptiveFieldPx(): number {
    return receptiveFieldPx(this.network);
  }

  /** Training steps taken. */
  get step(): number {
    return this.stepCount;
  }

  /** Sets the picture from RGBA bytes; it is standardised. Throws a `RangeError` for bytes of another size. */
  setPicture(pixels: Uint8Array | Uint8ClampedArray): void {
    this.picture = standardize(pixels, this.width, this.height);
  }

  /** Keeps a reference to the labels, which are read afresh at every step. Throws a `RangeError` for another size. */
  setLabels(planes: LabelPlanes): void {
    if (planes.width !== this.width || planes.height !== this.height) {
      throw new RangeError(
        `The labels are ${planes.width} × ${planes.height}, the picture ${this.width} × ${this.height}.`,
      );
    }
    this.labels = planes;
  }

  /**
   * Takes one step on an augmented copy of the picture: dispatches it and returns; the loss is read back later. Throws
   * an `Error`, and leaves the learner as it was, when there is no picture or nothing is labeled.
   */
  trainStep(): TrainStep {
    const { picture, settings } = this;
    if (picture === null || this.labels === null) throw new Error('There is no picture to learn from yet.');
    const { channelOfId, counts } = this.readLabels(this.labels.classIds);
    if (counts.every((count) => count === 0)) throw new Error('Nothing is labeled yet: paint a stroke first.');
    const augmentation = drawAugmentation(settings.augmentation, this.width, this.height, this.random);
    const source = { picture, classIds: this.labels.classIds, channelOfId };
    sampleAugmented(source, augmentation, this.pictureBuffer, this.labelBuffer);
    const learningRate = learningRateAt(this.stepCount, settings);
    const { loss, gradient } = this.lossAndGradient(classWeights(counts, settings.classBalance));
    const next = this.optimizer.update(this.parameters, gradient, { learningRate, weightDecay: settings.weightDecay });
    tf.dispose([gradient, this.parameters]);
    this.parameters = next;
    this.stepCount++;
    return { step: this.stepCount, learningRate, loss: readScalar(loss) };
  }

  /** Predicts the whole, unaugmented picture. Throws an `Error` when there is none. */
  async predict(): Promise<Prediction> {
    const { picture, width, height } = this;
    if (picture === null) throw new Error('There is no picture to predict yet.');
    const outputs = outputKeys(this.channels, this.settings);
    const [best, confidence] = tf.tidy(() => {
      const input = tf.tensor4d(picture.values, [1, height, width, 3]);
      const logits = applyNetwork(this.network, splitParameters(this.parameters, this.specs), input, outputs.length);
      // The largest probability is 1 / Σ exp(logit − largest logit).
      const largest = tf.max(logits, 3, true);
      const scaled = tf.div(255, tf.sum(tf.exp(tf.sub(logits, largest)), 3));
      return [tf.argMax(logits, 3), scaled] as const;
    });
    try {
      const [channelMap, scaled] = await Promise.all([best.data(), confidence.data()]);
      return {
        classMap: Uint8Array.from(channelMap as Int32Array, (channel) => outputs[channel] ?? UNLABELED),
        confidence: Uint8Array.from(scaled, Math.round),
      };
    } finally {
      tf.dispose([best, confidence]);
    }
  }

  /**
   * Takes over other classes and settings. A network of the same shape keeps its weights and moments: a new class adds
   * an output, a removed one drops it, and so does the extra class of its treatment; another optimiser starts with
   * moments of zero. A network of another shape is built anew from the seed, at step 0.
   */
  configure(channels: readonly number[], settings: LearnerSettings): 'kept' | 'rebuilt' {
    const from = outputKeys(this.channels, this.settings);
    const to = outputKeys(channels, settings);
    const kept = sameNetwork(this.settings.network, settings.network);
    const newOptimizer = this.optimizer.kind !== settings.optimizer;
    this.channels = [...channels];
    this.settings = settings;
    if (kept && !newOptimizer && sameList(from, to)) return 'kept';
    const network = networkFor(settings.network);
    const specs = collectParameters(network, to.length);
    const fresh = initialParameters(specs, settings.seed, to);
    const optimizer = new Optimizer(settings.optimizer, decayMask(specs));
    if (kept && !newOptimizer) {
      const blank = new Float32Array(fresh.length);
      optimizer.adoptMoments(this.optimizer, (moment) => remapOutputs(moment, this.specs, specs, from, to, blank));
    }
    const parameters = kept ? remapOutputs(this.parameters, this.specs, specs, from, to, fresh) : tf.tensor1d(fresh);
    this.dispose();
    Object.assign(this, { network, specs, parameters, optimizer });
    if (kept) return 'kept';
    this.stepCount = 0;
    this.random = Random.fromSeed(settings.seed);
    return 'rebuilt';
  }

  /** The whole state as bytes that {@link restore} reads. It is that of the moment of the call. */
  async save(): Promise<ArrayBuffer> {
    const { settings, stepCount, random } = this;
    const header = {
      network: settings.network,
      channels: this.channels,
      extraChannel: settings.unlabeled === 'extraClass',
      optimizer: settings.optimizer,
      step: stepCount,
      updates: this.optimizer.updates,
      random: random.state,
    };
    // Handles of their own: a step taken meanwhile disposes the trainer's.
    const handles = [this.parameters.clone(), ...this.optimizer.cloneMoments()];
    try {
      const [parameters = new Float32Array(), ...moments] = await Promise.all(
        handles.map(async (handle) => (await handle.data()) as Float32Array),
      );
      return encodeTrainerState({ ...header, parameters, moments });
    } finally {
      tf.dispose(handles);
    }
  }

  /**
   * Goes on from bytes that {@link save} wrote. Throws a {@link TrainerStateError} for other bytes and for a learner of
   * another network, classes or optimiser, and is then unchanged.
   */
  restore(bytes: ArrayBuffer): void {
    const state = decodeTrainerState(bytes);
    this.assertFits(state);
    this.optimizer.setMoments(state.moments, state.updates);
    this.parameters.dispose();
    this.parameters = tf.tensor1d(state.parameters);
    this.stepCount = state.step;
    this.random = Random.fromState(state.random);
  }

  /** Frees the tensors. */
  dispose(): void {
    this.parameters.dispose();
    this.optimizer.dispose();
  }

  private assertFits(state: TrainerState): void {
    const { settings } = this;
    if (!sameNetwork(state.network, settings.network)) {
      throw new TrainerStateError('The saved learner has another network than this one.');
    }
    const extraChannel = settings.unlabeled === 'extraClass';
    if (!sameList(state.channels, this.channels) || state.extraChannel !== extraChannel) {
      throw new TrainerStateError('The saved learner has other classes than this one.');
    }
    if (state.optimizer !== settings.optimizer) {
      throw new TrainerStateError('The saved learner was trained with another optimiser than this one.');
    }
    if (
      state.moments.length !== MOMENT_COUNT[state.optimizer] ||
      state.parameters.length !== this.parameterCount ||
      state.moments.some((m) => m.length !== this.parameterCount)
    ) {
      throw new TrainerStateError('The saved learner has another number of weights than its network.');
    }
  }

  /** Channel of every byte of a class plane, and the labeled pixels per channel. */
  private readLabels(classIds: Uint8Array): { channelOfId: Uint8Array; counts: number[] } {
    const channelOfId = new Uint8Array(256).fill(UNLABELED);
    this.channels.forEach((id, channel) => {
      channelOfId[id] = channel;
    });
    const byId = new Uint32Array(256);
    for (const id of classIds) byId[id] = (byId[id] as number) + 1;
    return { channelOfId, counts: this.channels.map((id) => byId[id] ?? 0) };
  }

  private lossAndGradient(weight: readonly number[] | null): { loss: tf.Scalar; gradient: tf.Tensor1D } {
    const { width, height, settings, specs } = this;
    const outputs = outputKeys(this.channels, settings).length;
    return tf.tidy(() => {
      const picture = tf.tensor4d(this.pictureBuffer, [1, height, width, 3]);
      const labels = tf.tensor3d(this.labelBuffer, [1, height, width], 'int32');
      const parameters = splitParameters(this.parameters, specs);
      const names = [...parameters.keys()];
      const { value, grads } = tf.valueAndGrads((...tensors) => {
        const byName = new Map(names.map((name, i) => [name, tensors[i] as tf.Tensor]));
        const logits = applyNetwork(this.network, byName, picture, outputs);
        return labelLoss(logits, labels, {
          loss: settings.loss,
          treatment: settings.unlabeled,
          classCount: this.channels.length,
          weight,
          labelSmoothing: settings.labelSmoothing,
          backgroundChannel: Math.max(0, this.channels.indexOf(settings.backgroundClassId)),
        });
      })([...parameters.values()]);
      const gradient = tf.concat(grads.map((grad) => tf.reshape<tf.Rank.R1>(grad, [-1])));
      return { loss: value as tf.Scalar, gradient };
    });
  }
}

/** What the network's outputs stand for. */
function outputKeys(channels: readonly number[], settings: LearnerSettings): OutputKeys {
  return settings.unlabeled === 'extraClass' ? [...channels, PREDICTED_UNLABELED] : channels;
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function sameNetwork(a: LearnerSettings['network'], b: LearnerSettings['network']): boolean {
  return a.kind === b.kind && a.width === b.width && a.depth === b.depth && a.stride === b.stride;
}

async function readScalar(scalar: tf.Scalar): Promise<number> {
  try {
    return (await scalar.data())[0] ?? Number.NaN;
  } finally {
    scalar.dispose();
  }
}
