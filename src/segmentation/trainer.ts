import type * as tf from '@tensorflow/tfjs-core';
import { type LabelPlanes, PREDICTED_UNLABELED, UNLABELED } from '../labels/planes.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import { classWeights } from './classBalance.ts';
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
import { Optimizer } from './optimizer.ts';
import { type OutputKeys, remapOutputs } from './outputs.ts';
import { type StandardizedPicture, standardize } from './picture.ts';
import { PicturePredictor, pixelsInOnePass } from './picturePredictor.ts';
import { Random } from './random.ts';
import { ResidentTensor } from './residentTensor.ts';
import { learningRateAt } from './schedule.ts';
import type { GiveWay } from './tiledPrediction.ts';
import { assertFits, decodeTrainerState, encodeTrainerState } from './trainerState.ts';
import { TrainingBatch } from './trainingBatch.ts';
import { type StepStats, TrainingStep } from './trainingStep.ts';

export interface TrainerConfig {
  readonly width: number;
  readonly height: number;
  /** Class ids in channel order. */
  readonly channels: readonly number[];
  readonly settings: LearnerSettings;
  /** Predicts larger pictures in tiles; unless given, what the backend can hold. */
  readonly maxPixels?: number;
}

/** One training step, taken. */
export interface TrainedStep extends StepStats {
  /** Steps taken, this one included. */
  readonly step: number;
  readonly learningRate: number;
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
  private optimizer: Optimizer;
  private random: Random;
  private stepCount = 0;
  private readonly pictures: ResidentTensor;
  private readonly labels: ResidentTensor;
  private readonly maxPixels: number | undefined;
  private picture: StandardizedPicture | null = null;
  private planes: LabelPlanes | null = null;
  /** Labeled pixels per channel; `null` while the labels on the device are not those of the planes. */
  private counts: readonly number[] | null = null;
  private readonly batch: TrainingBatch;
  private trainingStep: TrainingStep | null = null;
  private predictor: PicturePredictor | null = null;

  constructor({ width, height, channels, settings, maxPixels }: TrainerConfig) {
    this.width = width;
    this.height = height;
    this.maxPixels = maxPixels;
    this.batch = new TrainingBatch(width, height);
    this.channels = [...channels];
    this.settings = settings;
    this.pictures = new ResidentTensor([width * height, 3], 'float32');
    this.labels = new ResidentTensor([width * height], 'int32');
    const outputs = outputKeys(channels, settings);
    this.network = networkFor(settings.network);
    this.specs = collectParameters(this.network, outputs.length);
    const initial = initialParameters(this.specs, settings.seed, outputs);
    this.optimizer = new Optimizer(settings.optimizer, initial, decayMask(this.specs));
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
    this.pictures.write(this.picture.values);
    this.predictor?.dispose();
    this.predictor = null;
  }

  /**
   * Learns from these labels, by reference: after changing them, call {@link labelsChanged}. Throws a `RangeError` for
   * another size.
   */
  setLabels(planes: LabelPlanes): void {
    if (planes.width !== this.width || planes.height !== this.height) {
      throw new RangeError(
        `The labels are ${planes.width} × ${planes.height}, the picture ${this.width} × ${this.height}.`,
      );
    }
    this.planes = planes;
    this.counts = null;
  }

  /** The labels were painted on: the next step reads them afresh. */
  labelsChanged(): void {
    this.counts = null;
  }

  /**
   * Takes `count` steps, each on an augmented copy of the picture: dispatches them and returns; their figures come once
   * they are computed. Throws an `Error`, and leaves the learner as it was, when there is no picture or nothing is
   * labeled.
   */
  trainSteps(count: number): Promise<TrainedStep[]> {
    if (this.picture === null || this.planes === null) throw new Error('There is no picture to learn from yet.');
    const weight = this.readyWeights(this.planes.classIds);
    const { settings } = this;
    const training = this.readyStep();
    const taken: { step: number; learningRate: number }[] = [];
    for (let i = 0; i < count; i++) {
      const items = this.batch.draw(settings, this.random);
      const learningRate = learningRateAt(this.stepCount, settings);
      training.run({ items, weight, rates: { learningRate, weightDecay: settings.weightDecay } });
      this.stepCount++;
      taken.push({ step: this.stepCount, learningRate });
    }
    return training
      .takeStats()
      .then((stats) => stats.map((figures, i) => ({ ...taken[i], ...figures }) as TrainedStep));
  }

  /**
   * Makes the next step and the next prediction ready, which on a graphics processor means to compile shaders. Throws an
   * `Error` when there is nothing to learn from.
   */
  async compile(): Promise<void> {
    if (this.picture === null || this.planes === null) throw new Error('There is no picture to learn from yet.');
    this.readyWeights(this.planes.classIds);
    await this.readyStep().compile();
    await this.readyPredictor(this.picture).compile();
  }

  /**
   * Predicts the whole, unaugmented picture; a large one tile by tile, with `giveWay` between them. Throws an `Error`
   * when there is none.
   */
  async predict(giveWay: GiveWay = () => Promise.resolve()): Promise<Prediction> {
    if (this.picture === null) throw new Error('There is no picture to predict yet.');
    const outputs = outputKeys(this.channels, this.settings);
    const { channelMap, confidence } = await this.readyPredictor(this.picture).predict(giveWay);
    const keyOf = Uint8Array.from({ length: 256 }, (_, channel) => outputs[channel] ?? UNLABELED);
    return { classMap: channelMap.map((channel) => keyOf[channel] as number), confidence };
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
    // Both are made anew, for what they do has changed.
    this.disposeSteps();
    this.channels = [...channels];
    this.settings = settings;
    this.counts = null;
    if (kept && !newOptimizer && sameList(from, to)) return 'kept';
    const network = networkFor(settings.network);
    const specs = collectParameters(network, to.length);
    const fresh = initialParameters(specs, settings.seed, to);
    const old = this.optimizer;
    const optimizer = new Optimizer(settings.optimizer, fresh, decayMask(specs));
    if (kept) {
      const remap = (vector: tf.Tensor1D, added: Float32Array) =>
        remapOutputs(vector, this.specs, specs, from, to, added);
      optimizer.adoptParameters(old, (parameters) => remap(parameters, fresh));
      if (!newOptimizer) optimizer.adoptMoments(old, (moment) => remap(moment, new Float32Array(fresh.length)));
    }
    old.dispose();
    Object.assign(this, { network, specs, optimizer });
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
    return encodeTrainerState({ ...header, ...(await this.optimizer.read()) });
  }

  /**
   * Goes on from bytes that {@link save} wrote. Throws a `TrainerStateError` for other bytes and for a learner of
   * another network, classes or optimiser, and is then unchanged.
   */
  restore(bytes: ArrayBuffer): void {
    const state = decodeTrainerState(bytes);
    assertFits(state, this.settings, this.channels, this.optimizer.length);
    this.optimizer.restore(state.parameters, state.moments, state.updates);
    this.stepCount = state.step;
    this.random = Random.fromState(state.random);
  }

  /** Frees the tensors. */
  dispose(): void {
    this.disposeSteps();
    this.optimizer.dispose();
    this.pictures.dispose();
    this.labels.dispose();
  }

  private disposeStep(): void {
    this.trainingStep?.dispose();
    this.trainingStep = null;
  }

  private disposeSteps(): void {
    this.disposeStep();
    this.predictor?.dispose();
    this.predictor = null;
  }

  /** Brings the labels to the device if they changed; one weight per output. Throws when nothing is labeled. */
  private readyWeights(classIds: Uint8Array): Float32Array<ArrayBuffer> {
    const { settings } = this;
    if (this.counts === null) {
      const channelOfId = new Int32Array(256).fill(UNLABELED);
      for (const [channel, id] of this.channels.entries()) channelOfId[id] = channel;
      const byId = new Uint32Array(256);
      for (const id of classIds) byId[id] = (byId[id] as number) + 1;
      this.labels.write(Int32Array.from(classIds, (id) => channelOfId[id] as number));
      this.counts = this.channels.map((id) => byId[id] ?? 0);
      if (this.batch.update(classIds, this.network, settings)) this.disposeStep();
    }
    if (this.counts.every((count) => count === 0)) throw new Error('Nothing is labeled yet: paint a stroke first.');
    const weights = classWeights(this.counts, settings.classBalance) ?? this.counts.map(() => 1);
    // The extra class weighs 1.
    return Float32Array.from(settings.unlabeled === 'extraClass' ? [...weights, 1] : weights);
  }

  private readyStep(): TrainingStep {
    const { settings } = this;
    this.trainingStep ??= new TrainingStep({
      network: this.network,
      specs: this.specs,
      outputs: outputKeys(this.channels, settings).length,
      optimizer: this.optimizer,
      pictures: this.pictures,
      labels: this.labels,
      batch: this.batch.shape,
      loss: {
        loss: settings.loss,
        treatment: settings.unlabeled,
        classCount: this.channels.length,
        labelSmoothing: settings.labelSmoothing,
        backgroundChannel: Math.max(0, this.channels.indexOf(settings.backgroundClassId)),
      },
    });
    return this.trainingStep;
  }

  private readyPredictor(picture: StandardizedPicture): PicturePredictor {
    const { network, specs, optimizer, settings } = this;
    const outputs = outputKeys(this.channels, settings).length;
    const { width, stride } = settings.network;
    this.predictor ??= new PicturePredictor({
      network,
      specs,
      outputs,
      optimizer,
      picture,
      pixels: this.pictures,
      maxPixels: this.maxPixels ?? pixelsInOnePass(Math.max(outputs, width / stride ** 2)),
    });
    return this.predictor;
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
