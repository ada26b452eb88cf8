import type * as tf from '@tensorflow/tfjs-core';
import type { LearnerSettings, OptimizerKind } from '../../settings/learner.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import { flatLength, layOut, type ParameterSpec, parameterCount } from '../models/parameters.ts';
import { splitParameters } from '../models/tensorOps.ts';
import { Optimizer, type OptimizerState, type UpdateRates } from '../optimizer/optimizer.ts';
import { averageShare } from '../optimizer/weightAverage.ts';
import { type PretrainedLayer, pretrainedLayers } from './pretrainedLayers.ts';
import { PretrainedTensors, publishedWeights } from './pretrainedTensors.ts';

/** Parameters of a flat vector, and the optimiser that holds and updates them. */
export interface LearnedVector {
  readonly specs: readonly ParameterSpec[];
  readonly optimizer: Optimizer;
}

/** Fine-tuned weights and moments as they were at one moment. */
export interface PretrainedState extends OptimizerState {
  /** Updates since the moments were zero. */
  readonly updates: number;
}

/**
 * The weights of a network's pretrained layers, of one learner: as they came until {@link unfreeze} lets them learn, then
 * a flat vector with an optimiser of its own. None for most networks. The owner disposes them, after the steps.
 */
export class PretrainedWeights {
  readonly #layers: readonly PretrainedLayer[];
  readonly #specs: readonly ParameterSpec[];
  #tensors: PretrainedTensors;
  #vector: LearnedVector | null = null;

  constructor(network: NetworkDescription) {
    this.#layers = pretrainedLayers(network);
    this.#specs = layOut(
      this.#layers
        .filter(({ fixed }) => !fixed)
        .flatMap(({ name, kernelShape, outputs }) => [
          { name: `${name}/kernel`, kind: 'kernel', shape: kernelShape },
          { name: `${name}/bias`, kind: 'bias', shape: [outputs] },
        ]),
    );
    this.#tensors = new PretrainedTensors(this.#layers);
  }

  /** Weights that may learn; 0 for a network without pretrained layers. */
  get count(): number {
    return parameterCount(this.#specs);
  }

  /** Frozen weights, by name. */
  get fixed(): ReadonlyMap<string, tf.Tensor> {
    return this.#tensors.byName;
  }

  /** Weights that steps change; `null` while all are frozen. */
  get learned(): LearnedVector | null {
    return this.#vector;
  }

  /** Length of the flat vector that they learn in. */
  get length(): number {
    return flatLength(this.#specs);
  }

  /** The {@link learned} ones, or their running average where one predicts, by name; the caller disposes them, before the vector. */
  cut(vector: 'parameters' | 'predicting'): Map<string, tf.Tensor> {
    return this.#vector === null ? new Map() : splitParameters(this.#vector.optimizer[vector], this.#specs);
  }

  /** The numbers of their next update while the network's own weights learn at `learningRate`. */
  ratesOf(learningRate: number, { fineTuning, weightAverage }: LearnerSettings): UpdateRates {
    // An average of its own length: they learn for fewer steps than the others.
    const share = averageShare(weightAverage, 1 + (this.#vector?.optimizer.updates ?? 0));
    return { learningRate: learningRate * fineTuning.rate, weightDecay: 0, averageShare: share };
  }

  /**
   * Makes those that came ready to learn, unless they are. {@link fixed} is another map then, without them: steps and
   * predictors that were made with the old one must have been disposed.
   */
  unfreeze(kind: OptimizerKind, averages: boolean): LearnedVector {
    if (this.#vector === null) {
      this.#vector = this.#vectorOf(kind, averages);
      this.#replaceTensors(this.#layers.filter(({ fixed }) => fixed));
    }
    return this.#vector;
  }

  /** Goes on by another rule, from moments of zero, or with or without an average. Nothing where none has learned yet. */
  changeRule(kind: OptimizerKind, averages: boolean): void {
    const former = this.#vector?.optimizer;
    if (former === undefined || (former.kind === kind && former.averages === averages)) return;
    this.#vector = this.#vectorOf(kind, averages);
    const { optimizer } = this.#vector;
    optimizer.adoptParameters(former, (parameters) => parameters.clone());
    if (former.kind === kind) optimizer.adoptMoments(former, (moment) => moment.clone());
    former.dispose();
  }

  /** A copy at the moment of the call; `null` while all are frozen. */
  async read(): Promise<PretrainedState | null> {
    if (this.#vector === null) return null;
    const { updates } = this.#vector.optimizer;
    return { ...(await this.#vector.optimizer.read()), updates };
  }

  /**
   * Goes on from what {@link read} gave. Where that makes another map of {@link fixed}, steps and predictors that were made
   * with the old one must have been disposed. Throws a `RangeError` when a vector is missing or of another length.
   */
  restore(state: PretrainedState | null, kind: OptimizerKind, averages: boolean): void {
    if (state !== null) {
      this.unfreeze(kind, averages).optimizer.restore(state, state.updates);
    } else if (this.#vector !== null) {
      this.#vector.optimizer.dispose();
      this.#vector = null;
      this.#replaceTensors(this.#layers);
    }
  }

  dispose(): void {
    this.#tensors.dispose();
    this.#vector?.optimizer.dispose();
  }

  /**
   * Published weights with fresh moments. None decays: towards zero would lead away from what was learned before; and
   * towards where they began (Li et al. 2018, "L2-SP"), with a decay of 0.01 and 3 % of a rate of 0.02, would take back
   * 6·10⁻⁴ of their way over 100 steps.
   */
  #vectorOf(kind: OptimizerKind, averages: boolean): LearnedVector {
    const specs = this.#specs;
    const values = new Float32Array(flatLength(specs));
    for (const { name, start } of specs) {
      const [, layer = '', part = ''] = /^(.*)\/(.*)$/.exec(name) ?? [];
      values.set(publishedWeights(layer)[part as 'kernel' | 'bias'], start);
    }
    return { specs, optimizer: new Optimizer(kind, values, new Float32Array(values.length), averages) };
  }

  #replaceTensors(layers: readonly PretrainedLayer[]): void {
    this.#tensors.dispose();
    this.#tensors = new PretrainedTensors(layers);
  }
}
