import type * as tf from '@tensorflow/tfjs-core';
import type { LearnerSettings } from '../../settings/learner.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import {
  collectParameters,
  decayMask,
  initialParameters,
  type ParameterSpec,
  parameterCount,
} from '../models/parameters.ts';
import { receptiveFieldPx } from '../models/receptiveField.ts';
import { networkFor } from '../models/registry.ts';
import { fineTunes } from '../optimizer/fineTuning.ts';
import { Optimizer } from '../optimizer/optimizer.ts';
import { averagesWeights } from '../optimizer/weightAverage.ts';
import { PretrainedWeights } from '../pretrained/pretrainedWeights.ts';
import { type Cost, replacesVectors } from './changeCosts.ts';
import { type OutputKeys, outputKeys, remapOutputs } from './outputs.ts';
import type { Learned } from './trainerState.ts';

/** What steps, predictions and inspections are made with; another one after the network was configured. */
export interface NetworkParts {
  readonly network: NetworkDescription;
  readonly specs: readonly ParameterSpec[];
  readonly pretrained: PretrainedWeights;
  readonly optimizer: Optimizer;
}

/** Learned weights and the number of their updates. */
export type LearnedWeights = Pick<Learned, 'updates' | 'own' | 'pretrained'>;

/**
 * A network and what it has learned: the weights of its own with their optimiser, and those of its pretrained layers. The
 * owner disposes it, after the steps and predictors that were made with its {@link parts}.
 */
export class LearnedNetwork {
  #settings: LearnerSettings;
  #outputKeys: OutputKeys;
  #current: NetworkParts;

  /** Untrained, from the settings' seed. `channels`: class ids in channel order. */
  constructor(channels: readonly number[], settings: LearnerSettings) {
    this.#settings = settings;
    this.#outputKeys = outputKeys(channels, settings);
    const network = networkFor(settings.network);
    const { specs, optimizer } = untrained(network, this.#outputKeys, settings);
    this.#current = { network, specs, optimizer, pretrained: new PretrainedWeights(network) };
  }

  get parts(): NetworkParts {
    return this.#current;
  }

  /** What its outputs stand for. */
  get outputs(): OutputKeys {
    return this.#outputKeys;
  }

  /** Number of trainable parameters, those of pretrained layers included where they are fine-tuned. */
  get parameterCount(): number {
    const { specs, pretrained } = this.#current;
    return parameterCount(specs) + (fineTunes(this.#settings) ? pretrained.count : 0);
  }

  /** Side of the square of input pixels that one logit depends on, normalisation left out. */
  get receptiveFieldPx(): number {
    return receptiveFieldPx(this.#current.network);
  }

  /** Numbers in the flat vectors of its own weights and of those of its pretrained layers. */
  get lengths(): { readonly own: number; readonly pretrained: number } {
    return { own: this.#current.optimizer.length, pretrained: this.#current.pretrained.length };
  }

  /** Bytes of a snapshot, as {@link read} makes it. */
  get learnedBytes(): number {
    const { optimizer, pretrained } = this.#current;
    return optimizer.byteLength + (pretrained.learned?.optimizer.byteLength ?? 0);
  }

  /**
   * Takes over other classes and settings. A network of the same shape keeps its weights and moments: a new class adds
   * an output, a removed one drops it, and so does the extra class of its treatment; another optimiser starts with
   * moments of zero. A network of another shape is built anew from the seed. `costs` are those of this change; where they
   * replace vectors, what was made with the former {@link parts} must have been disposed.
   */
  configure(channels: readonly number[], settings: LearnerSettings, costs: ReadonlySet<Cost>): 'kept' | 'rebuilt' {
    const former = this.#current;
    const from = this.#outputKeys;
    const to = outputKeys(channels, settings);
    const kept = !costs.has('network');
    const newOptimizer = former.optimizer.kind !== settings.optimizer;
    this.#settings = settings;
    this.#outputKeys = to;
    if (!replacesVectors(costs)) return 'kept';
    const network = networkFor(settings.network);
    const { specs, optimizer, fresh } = untrained(network, to, settings);
    if (kept) {
      const remap = (vector: tf.Tensor1D, added: Float32Array) =>
        remapOutputs(vector, former.specs, specs, from, to, added);
      optimizer.adoptParameters(former.optimizer, (parameters) => remap(parameters, fresh));
      const none = new Float32Array(fresh.length);
      if (!newOptimizer) optimizer.adoptMoments(former.optimizer, (moment) => remap(moment, none));
    }
    former.optimizer.dispose();
    if (kept) former.pretrained.changeRule(settings.optimizer, averagesWeights(settings));
    else former.pretrained.dispose();
    const pretrained = kept ? former.pretrained : new PretrainedWeights(network);
    this.#current = { network, specs, optimizer, pretrained };
    return kept ? 'kept' : 'rebuilt';
  }

  /** Unfreezes the pretrained layers; steps and predictors made before must have been disposed. */
  unfreeze(): void {
    this.#current.pretrained.unfreeze(this.#settings.optimizer, averagesWeights(this.#settings));
  }

  /** Weights, moments and averages as they are at the moment of the call. */
  async read(): Promise<LearnedWeights> {
    const { optimizer, pretrained } = this.#current;
    const { updates } = optimizer;
    const [own, ofPretrained] = await Promise.all([optimizer.read(), pretrained.read()]);
    return { updates, own, pretrained: ofPretrained };
  }

  /** Whether {@link restore} makes pretrained weights lie elsewhere, where steps and predictors do not read them. */
  movesBy({ pretrained }: Pick<LearnedWeights, 'pretrained'>): boolean {
    return (pretrained === null) !== (this.#current.pretrained.learned === null);
  }

  /** Restores what {@link read} gave. Throws a `RangeError` when a vector is missing or of another length. */
  restore({ updates, own, pretrained }: LearnedWeights): void {
    this.#current.optimizer.restore(own, updates);
    this.#current.pretrained.restore(pretrained, this.#settings.optimizer, averagesWeights(this.#settings));
  }

  dispose(): void {
    this.#current.optimizer.dispose();
    this.#current.pretrained.dispose();
  }
}

/** A network's own weights, as the seed draws them, with an optimiser that holds them. */
function untrained(network: NetworkDescription, outputs: OutputKeys, settings: LearnerSettings) {
  const specs = collectParameters(network, outputs.length);
  const fresh = initialParameters(specs, settings.seed, outputs);
  const optimizer = new Optimizer(settings.optimizer, fresh, decayMask(specs), averagesWeights(settings));
  return { specs, fresh, optimizer };
}
