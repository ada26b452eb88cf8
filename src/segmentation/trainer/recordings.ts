import type { LearnerSettings } from '../../settings/learner.ts';
import { stepsUntilFineTuning } from '../optimizer/fineTuning.ts';
import { PicturePredictors } from '../prediction/picturePredictors.ts';
import { type Cost, type LearnerConfig, replacesVectors } from './changeCosts.ts';
import type { LearnedNetwork } from './learnedNetwork.ts';
import type { LearnerPicture } from './pictureSet.ts';
import { stepTerms } from './stepTerms.ts';
import { TrainingSteps } from './trainingSteps.ts';

/**
 * The recorded steps and predictions of one learner, made when they are needed and kept until something changes that they
 * are made of. The owner disposes them before the network.
 */
export class Recordings {
  readonly #network: LearnedNetwork;
  #steps: TrainingSteps | null = null;
  #predictors: PicturePredictors | null = null;

  constructor(network: LearnedNetwork) {
    this.#network = network;
  }

  /** Whether the recorded steps change pretrained layers; `false` where there are none. */
  get fineTuned(): boolean {
    return this.#steps?.fineTuned ?? false;
  }

  /** The steps that follow `step` finished ones: others from when on pretrained layers learn, or no longer do. */
  stepsAfter(step: number, { channels, settings }: LearnerConfig): TrainingSteps {
    const network = this.#network;
    const fineTuned = stepsUntilFineTuning(step, settings) === 0;
    if (fineTuned && network.parts.pretrained.learned === null) {
      // Steps and predictors read pretrained weights where these lie now.
      this.dispose();
      network.unfreeze();
    }
    if (this.#steps?.fineTuned !== fineTuned) this.#giveUpSteps();
    this.#steps ??= new TrainingSteps(
      { ...network.parts, outputs: network.outputs.length, fineTuned, ...stepTerms(channels, settings) },
      settings.augmentation.scale,
    );
    return this.#steps;
  }

  /** What predicts. A picture with more pixels than `maxPixels` goes through the network in tiles. */
  predictors({ flipAveraging }: LearnerSettings, maxPixels: number): PicturePredictors {
    const { optimizer, ...parts } = this.#network.parts;
    this.#predictors ??= new PicturePredictors({
      ...parts,
      outputs: this.#network.outputs.length,
      parameters: () => optimizer.predicting,
      flips: flipAveraging,
      maxPixels,
    });
    return this.#predictors;
  }

  /** Gives up what a change costs. */
  pay(costs: ReadonlySet<Cost>): void {
    if (costs.has('steps') || replacesVectors(costs)) this.#giveUpSteps();
    if (costs.has('predictors') || replacesVectors(costs)) this.#giveUpPredictors();
  }

  /** Frees the memory of shapes that none of these pictures has. */
  keepOnly(pictures: readonly LearnerPicture[]): void {
    this.#steps?.keepOnly(pictures.filter(({ use }) => use === 'train'));
    this.#predictors?.keepOnly(pictures);
  }

  /** Gives up everything; what is needed is made anew. */
  dispose(): void {
    this.#giveUpSteps();
    this.#giveUpPredictors();
  }

  #giveUpSteps(): void {
    this.#steps?.dispose();
    this.#steps = null;
  }

  #giveUpPredictors(): void {
    this.#predictors?.dispose();
    this.#predictors = null;
  }
}
