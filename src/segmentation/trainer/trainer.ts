import { sameElements } from '../../base/sameElements.ts';
import { type LabelPlanes, PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import type { PictureUse } from '../../settings/pictureUse.ts';
import { type Inspection, inspectedPicture, inspectPicture } from '../inspection/inspection.ts';
import { numbersPerPixel } from '../models/passCost.ts';
import { stepsUntilFineTuning } from '../optimizer/fineTuning.ts';
import { wholeBudget } from '../optimizer/stepBudget.ts';
import { averageShare } from '../optimizer/weightAverage.ts';
import { pixelsInOnePass } from '../prediction/picturePredictor.ts';
import type { PicturePredictors } from '../prediction/picturePredictors.ts';
import type { YieldToEventLoop } from '../prediction/tiledPrediction.ts';
import { Random } from '../random.ts';
import { type Cost, costsOfChange, isRecordedAnew, type LearnerConfig } from './changeCosts.ts';
import { comingPictures, outputWeights } from './comingPictures.ts';
import { LearnedNetwork } from './learnedNetwork.ts';
import { type LearnerPicture, PictureSet } from './pictureSet.ts';
import { Recordings } from './recordings.ts';
import { assertStepsFit } from './stepMemory.ts';
import { assertFits, budgetOfState, type Learned, learnedOf, listed } from './trainerState.ts';
import { decodeTrainerState, encodeTrainerState } from './trainerStateCodec.ts';
import { TrainingCourse } from './trainingCourse.ts';
import type { StepStats, TrainedStep, TrainingStep } from './trainingStep.ts';
import { RECORDED_SHAPES, shapeOf } from './trainingSteps.ts';

export interface TrainerConfig extends LearnerConfig {
  /** Predicts larger pictures in tiles; unless given, what the backend can hold. */
  readonly maxPixels?: number;
  /** Bytes of standardised pictures that are kept; 256 MiB unless given. */
  readonly standardizedBytes?: number;
}

const STANDARDIZED_BYTES = 2 ** 28;
/** Coming steps whose shapes are compiled ahead. */
const COMPILED_AHEAD = 8;

export interface TrainerPrediction {
  /** `[H, W]`: class id of the largest logit, or {@link PREDICTED_UNLABELED}. */
  readonly classMap: Uint8Array<ArrayBuffer>;
  /** `[H, W]`: probability of that class, 0–255. */
  readonly confidence: Uint8Array<ArrayBuffer>;
  /** `[H, W]`: what that is above the next probability, 0–255. */
  readonly margin: Uint8Array<ArrayBuffer>;
}

/**
 * Learns from the labels of several pictures, one of them at every step: network, optimiser, augmentation and the random
 * numbers they draw. tfjs's backend must be ready; the owner calls {@link dispose}.
 *
 * Pictures may come, go and change their use at any time; what was learned stays.
 */
export class Trainer {
  #config: LearnerConfig;
  readonly #network: LearnedNetwork;
  readonly #recordings: Recordings;
  #random: Random;
  readonly #course: TrainingCourse;
  readonly #pictures: PictureSet;
  readonly #maxPixels: number | undefined;

  constructor({ channels, settings, maxPixels, standardizedBytes = STANDARDIZED_BYTES }: TrainerConfig) {
    this.#maxPixels = maxPixels;
    this.#pictures = new PictureSet(standardizedBytes);
    this.#config = { channels: [...channels], settings };
    this.#network = new LearnedNetwork(channels, settings);
    this.#recordings = new Recordings(this.#network);
    this.#random = Random.fromSeed(settings.seed);
    this.#course = new TrainingCourse(settings.stepBudget);
  }

  /** Number of trainable parameters, those of pretrained layers included where they are fine-tuned. */
  get parameterCount(): number {
    return this.#network.parameterCount;
  }

  /** Side of the square of input pixels that one logit depends on, normalisation left out. */
  get receptiveFieldPx(): number {
    return this.#network.receptiveFieldPx;
  }

  /** Training steps taken. */
  get step(): number {
    return this.#course.step;
  }

  /** Step at which training is to stop; never below the steps taken. */
  get budgetEnd(): number {
    return this.#course.end;
  }

  /**
   * Steps until the budget's end or, where that is sooner, until pretrained layers begin to learn. 0: they would with the
   * next step, which {@link compile} has not made ready yet.
   */
  get stepsAhead(): number {
    const frozen = stepsUntilFineTuning(this.#course.step, this.#settings);
    const change = this.#recordings.fineTuned ? Number.POSITIVE_INFINITY : frozen;
    return Math.min(this.budgetEnd - this.#course.step, change);
  }

  /** Pictures that are learned from: those for training with a label of today's classes. */
  get trainingPictures(): number {
    return this.#pictures.labeledForTraining(this.#channels).length;
  }

  /**
   * Whether any pixel of a picture has a label of today's classes, held-out strokes apart. Throws a `RangeError` for an id
   * that is not there.
   */
  isLabeled(id: string): boolean {
    return this.#pictures.get(id).isLabeled(this.#channels);
  }

  /**
   * Adds a picture, RGBA bytes, and its labels, both by reference: after changing the labels, call {@link labelsChanged};
   * the pixels must stay. Throws a `RangeError` for an id that is taken, and where the two differ in size.
   */
  addPicture(id: string, pixels: Uint8Array | Uint8ClampedArray, planes: LabelPlanes, use: PictureUse): void {
    this.#pictures.add(id, pixels, planes, use);
  }

  /** Throws a `RangeError` for an id that is not there, as do the next three. */
  removePicture(id: string): void {
    this.#pictures.remove(id);
    this.#giveUpUnused();
  }

  /** Sets what a picture's labels are for. */
  setUse(id: string, use: PictureUse): void {
    this.#pictures.setUse(id, use);
    this.#giveUpUnused();
  }

  /** Sets the strokes of a picture that count as unlabeled, under any treatment; none at first. */
  setHeldOut(id: string, strokeIds: ReadonlySet<number>): void {
    this.#pictures.get(id).setHeldOut(strokeIds);
  }

  /** To be called when a picture's labels changed: the next step reads them again. */
  labelsChanged(id: string): void {
    this.#pictures.get(id).labelsChanged();
  }

  /** To be called when there are new labels, see {@link TrainingCourse.stretch}. */
  stretchBudget(): void {
    this.#course.stretch(this.#settings);
  }

  /** Adds another budget's worth of steps where the last one is used up. */
  continueBudget(): void {
    this.#course.continue(this.#settings.stepBudget);
  }

  /**
   * Takes `count` steps, each on an augmented copy of one picture: dispatches them and returns; their figures come once
   * they are computed. Throws an `Error`, and leaves the learner as it was, when there is no picture or nothing is
   * labeled.
   *
   * Class weights are of all labels together, by their pixels or, where strokes weigh the same, by their weights. Every
   * step's loss is its own picture's. `rateAt` gives the learning rate of the step that follows that many; the schedule's
   * unless given.
   */
  trainSteps(
    count: number,
    rateAt = (step: number): number => this.#course.rateAt(step, this.#settings),
  ): Promise<TrainedStep[]> {
    const settings = this.#settings;
    const frozen = stepsUntilFineTuning(this.#course.step, settings);
    if (frozen > 0 && frozen < count) {
      const parts = [this.trainSteps(frozen, rateAt), this.trainSteps(count - frozen, rateAt)];
      return Promise.all(parts).then((steps) => steps.flat());
    }
    const { weight, coming } = this.#readyToLearn(count);
    const steps = this.#recordings.stepsAfter(this.#course.step, this.#config);
    const { pretrained } = this.#network.parts;
    const taken: { step: number; learningRate: number }[] = [];
    const reads: Promise<StepStats[]>[] = [];
    let previous: TrainingStep | null = null;
    for (const picture of coming) {
      const training = steps.stepOn(picture, this.#pictures, this.#channels);
      // Before it may have to go for another shape. Steps of one shape in a row are read together.
      if (previous !== null && previous !== training) reads.push(previous.takeStats());
      previous = training;
      const items = picture.batch.draw(settings, this.#random);
      const learningRate = rateAt(this.#course.step);
      const share = averageShare(settings.weightAverage, this.#course.step + 1);
      const rates = { learningRate, weightDecay: settings.weightDecay, averageShare: share };
      const { weight: smoothnessWeight } = settings.smoothness;
      const pretrainedRates = pretrained.ratesOf(learningRate, settings);
      training.run({ items, weight, smoothnessWeight, rates, pretrainedRates });
      this.#course.step++;
      taken.push({ step: this.#course.step, learningRate });
    }
    if (previous !== null) reads.push(previous.takeStats());
    return Promise.all(reads).then((stats) =>
      stats.flat().map((figures, i) => ({ ...taken[i], ...figures }) as TrainedStep),
    );
  }

  /**
   * Makes the next steps and, where one is named, the prediction of a picture ready, which on a graphics processor means
   * to compile shaders. Throws an `Error` when there is nothing to learn from.
   */
  async compile(predictedId: string | null): Promise<void> {
    const { coming } = this.#readyToLearn(COMPILED_AHEAD);
    const shapes = new Map(coming.map((picture) => [shapeOf(picture), picture]));
    for (const picture of [...shapes.values()].slice(0, RECORDED_SHAPES)) {
      await this.#recordings.stepsAfter(this.#course.step, this.#config).stepFor(picture).compile();
    }
    if (predictedId === null) return;
    await this.#predictors.predictorFor(this.#pictures.get(predictedId)).compile();
  }

  /**
   * Predicts a whole, unaugmented picture; a large one tile by tile, awaiting `yieldToEventLoop` in between. Throws a `RangeError`
   * for an id that is not there.
   */
  async predict(id: string, yieldToEventLoop: YieldToEventLoop = () => Promise.resolve()): Promise<TrainerPrediction> {
    const picture = this.#pictures.get(id);
    const input = { version: picture.pixelVersion, standardized: () => this.#pictures.standardized(picture) };
    const { outputs } = this.#network;
    const predictor = this.#predictors.predictorFor(picture);
    const { channelMap, ...figures } = await predictor.predict(input, yieldToEventLoop);
    const keyOf = Uint8Array.from({ length: 256 }, (_, channel) => outputs[channel] ?? UNLABELED);
    return { classMap: channelMap.map((channel) => keyOf[channel] as number), ...figures };
  }

  /**
   * Takes the loss of a whole, unaugmented picture apart, at today's weights: what a step that looked at it would minimise,
   * whatever its labels are for. Throws a `RangeError` for an id that is not there and an `Error` for a picture that the
   * device cannot hold in one piece.
   */
  inspect(id: string): Promise<Inspection> {
    const ofPicture = inspectedPicture(this.#pictures.get(id), this.#pictures, this.#channels, this.#settings);
    return inspectPicture({ ...this.#network.parts, mostPixels: this.#mostPixels, ...ofPicture });
  }

  /** What {@link configure} costs for these. */
  costsOf(channels: readonly number[], settings: LearnerSettings): ReadonlySet<Cost> {
    return costsOfChange(this.#config, { channels, settings });
  }

  /**
   * Takes over other classes and settings, gives up what is made of something that is another, and keeps what was learned
   * as far as it fits, see {@link LearnedNetwork.configure}. A network of another shape is built anew from the seed, at
   * step 0.
   */
  configure(channels: readonly number[], settings: LearnerSettings): 'kept' | 'rebuilt' {
    const newBudget = settings.stepBudget !== this.#settings.stepBudget;
    const costs = this.costsOf(channels, settings);
    this.#recordings.pay(costs);
    // What was counted of a picture's labels holds for a list of channels, and as long as that list is the same one.
    const sameChannels = sameElements(channels, this.#channels) ? this.#channels : [...channels];
    this.#config = { channels: sameChannels, settings };
    if (isRecordedAnew(costs)) for (const picture of this.#pictures.all) picture.planAgain();
    const change = this.#network.configure(channels, settings, costs);
    if (change === 'rebuilt' || newBudget) this.#course.budget = wholeBudget(settings.stepBudget);
    if (change === 'kept') return 'kept';
    this.#course.step = 0;
    this.#random = Random.fromSeed(settings.seed);
    return 'rebuilt';
  }

  /**
   * The whole state as bytes that {@link restore} reads. It is that of the moment of the call. Rejects with a
   * `DivergedStateError` where a number of it is not finite.
   */
  async save(): Promise<ArrayBuffer> {
    return (await this.read())();
  }

  /** Reads what {@link save} gives, at the moment of the call; the function that comes makes bytes of it. */
  async read(): Promise<() => ArrayBuffer> {
    const settings = this.#settings;
    const budget = this.#course.budget;
    const header = {
      network: settings.network,
      channels: this.#channels,
      extraChannel: settings.unlabeled === 'extraClass',
      optimizer: settings.optimizer,
    };
    const learned = await this.#learned();
    return () => encodeTrainerState({ ...header, ...listed(learned, budget) });
  }

  /**
   * Goes on from bytes that {@link save} wrote. Throws a `TrainerStateError` for other bytes and for a learner of
   * another network, classes or optimiser, and is then unchanged.
   */
  restore(bytes: ArrayBuffer): void {
    const state = decodeTrainerState(bytes);
    assertFits(state, this.#settings, this.#channels, this.#network.lengths);
    this.#goOnFrom(learnedOf(state));
    this.#course.budget = budgetOfState(state) ?? wholeBudget(this.#settings.stepBudget);
  }

  /**
   * Copies weights, moments, average, step count, budget and random numbers as they are at the moment of the call, and
   * resolves to the function that restores them, bit for bit. Until it is called classes, network, optimiser and what
   * the outputs stand for must not change.
   */
  async snapshot(): Promise<() => void> {
    const budget = this.#course.budget;
    const noted = await this.#learned();
    return () => {
      this.#goOnFrom(noted);
      this.#course.budget = budget;
    };
  }

  /** Bytes of a {@link snapshot}. */
  get learnedBytes(): number {
    return this.#network.learnedBytes;
  }

  /** Frees the tensors. */
  dispose(): void {
    this.#recordings.dispose();
    this.#network.dispose();
  }

  /** All that a step changes, as it is at the moment of the call. */
  async #learned(): Promise<Learned> {
    const counters = { step: this.#course.step, random: this.#random.state };
    return { ...counters, ...(await this.#network.read()) };
  }

  #goOnFrom(learned: Learned): void {
    // Steps and predictors read pretrained weights where these lie now.
    if (this.#network.movesBy(learned)) this.#recordings.dispose();
    this.#network.restore(learned);
    this.#course.step = learned.step;
    this.#random = Random.fromState(learned.random);
  }

  /** Frees the memory of shapes that no picture has any more. */
  #giveUpUnused(): void {
    this.#recordings.keepOnly([...this.#pictures.all]);
  }

  /**
   * One weight per output, and the pictures of the next `count` steps, planned. Throws when nothing is labeled, and when a
   * step would be too large for the device.
   */
  #readyToLearn(count: number): { weight: Float32Array<ArrayBuffer>; coming: LearnerPicture[] } {
    const channels = this.#channels;
    const settings = this.#settings;
    if (this.#pictures.isEmpty) throw new Error('There is no picture to learn from yet.');
    const labeled = this.#pictures.labeledForTraining(channels);
    if (labeled.length === 0) throw new Error('Nothing is labeled yet: paint a stroke first.');
    const { network } = this.#network.parts;
    const coming = comingPictures(labeled, channels, settings, { from: this.#course.step, count });
    const changed = [...new Set(coming)].filter((picture) => picture.plan(network, settings));
    if (changed.length > 0) this.#giveUpUnused();
    const shapes = Array.from(new Set(coming), ({ batch }) => batch.shape);
    assertStepsFit(network, settings.network, this.#network.outputs.length, shapes);
    return { weight: outputWeights(labeled, channels, settings), coming };
  }

  get #channels(): readonly number[] {
    return this.#config.channels;
  }

  get #settings(): LearnerSettings {
    return this.#config.settings;
  }

  get #predictors(): PicturePredictors {
    return this.#recordings.predictors(this.#settings, this.#mostPixels);
  }

  /** Pixels of a picture that goes through the network in one pass. */
  get #mostPixels(): number {
    const { outputs, parts } = this.#network;
    return this.#maxPixels ?? pixelsInOnePass(numbersPerPixel(parts.network, outputs.length));
  }
}
