import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerKind } from '../settings/learner.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
const MOMENTUM = 0.9;

/** Moment vectors that each rule keeps beside the parameters. */
export const MOMENT_COUNT: Readonly<Record<OptimizerKind, number>> = { adamw: 2, sgd: 1 };

/** What one update needs beside the gradient. */
export interface UpdateRates {
  readonly learningRate: number;
  readonly weightDecay: number;
}

/**
 * Update rules over one flat vector `[P]` of all parameters, so that a step costs a dozen operations whatever the
 * number of layers.
 *
 * - `adamw`: decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2, as PyTorch's `AdamW`: the decay is
 *   multiplied by the learning rate), β = 0.9 and 0.999.
 * - `sgd`: momentum 0.9, the decay added to the gradient (as PyTorch's `SGD`).
 *
 * Parameters whose mask is 0 (gains and offsets of normalisations, biases) are not decayed.
 */
export class Optimizer {
  private moments: tf.Tensor1D[];
  private readonly decayMask: tf.Tensor1D;
  private updateCount = 0;

  constructor(
    readonly kind: OptimizerKind,
    decayMask: Float32Array,
  ) {
    this.decayMask = tf.tensor1d(decayMask);
    this.moments = Array.from({ length: MOMENT_COUNT[kind] }, () => tf.zeros<tf.Rank.R1>([decayMask.length]));
  }

  /** Updates since the moments were zero: the `t` of Adam's bias correction. */
  get updates(): number {
    return this.updateCount;
  }

  /** The parameters after one update, as a new tensor; the moments are replaced. Disposes neither argument. */
  update(parameters: tf.Tensor1D, gradient: tf.Tensor1D, rates: UpdateRates): tf.Tensor1D {
    this.updateCount++;
    const [next, ...moments] = tf.tidy(() =>
      this.kind === 'adamw' ? this.adamw(parameters, gradient, rates) : this.sgd(parameters, gradient, rates),
    ) as [tf.Tensor1D, ...tf.Tensor1D[]];
    tf.dispose(this.moments);
    this.moments = moments.map((moment) => tf.keep(moment));
    return next;
  }

  /** Copies of the moment vectors' handles; the caller disposes them. */
  cloneMoments(): tf.Tensor1D[] {
    return this.moments.map((moment) => moment.clone());
  }

  /** Replaces the moments and the update count. Throws a `RangeError` when there are too few, or of another length. */
  setMoments(values: readonly Float32Array[], updates: number): void {
    const length = this.decayMask.shape[0];
    if (values.length !== this.moments.length || values.some((v) => v.length !== length)) {
      throw new RangeError(`${this.kind} keeps ${this.moments.length} moment vectors of ${length} numbers.`);
    }
    tf.dispose(this.moments);
    this.moments = values.map((v) => tf.tensor1d(v));
    this.updateCount = updates;
  }

  /** Goes on from the moments of another optimiser of the same rule, each made over by `convert`. */
  adoptMoments(other: Optimizer, convert: (moment: tf.Tensor1D) => tf.Tensor1D): void {
    tf.dispose(this.moments);
    this.moments = other.moments.map(convert);
    this.updateCount = other.updateCount;
  }

  dispose(): void {
    tf.dispose(this.moments);
    this.decayMask.dispose();
  }

  private adamw(parameters: tf.Tensor1D, gradient: tf.Tensor1D, rates: UpdateRates): tf.Tensor1D[] {
    const [mean, square] = this.moments as [tf.Tensor1D, tf.Tensor1D];
    const nextMean = tf.add<tf.Tensor1D>(tf.mul(mean, BETA1), tf.mul(gradient, 1 - BETA1));
    const nextSquare = tf.add<tf.Tensor1D>(tf.mul(square, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
    // Both bias corrections are folded into the numbers, so that no tensor is divided twice.
    const rootCorrection = Math.sqrt(1 - BETA2 ** this.updateCount);
    const stepSize = (rates.learningRate * rootCorrection) / (1 - BETA1 ** this.updateCount);
    const direction = tf.div(nextMean, tf.add(tf.sqrt(nextSquare), EPSILON * rootCorrection));
    const kept = this.decayed(parameters, rates.learningRate * rates.weightDecay);
    return [tf.sub<tf.Tensor1D>(kept, tf.mul(direction, stepSize)), nextMean, nextSquare];
  }

  private sgd(parameters: tf.Tensor1D, gradient: tf.Tensor1D, rates: UpdateRates): tf.Tensor1D[] {
    const [momentum] = this.moments as [tf.Tensor1D];
    const decay = tf.mul(tf.mul(parameters, this.decayMask), rates.weightDecay);
    const next = tf.add<tf.Tensor1D>(tf.mul(momentum, MOMENTUM), tf.add(gradient, decay));
    return [tf.sub<tf.Tensor1D>(parameters, tf.mul(next, rates.learningRate)), next];
  }

  private decayed(parameters: tf.Tensor1D, share: number): tf.Tensor1D {
    return tf.sub(parameters, tf.mul(tf.mul(parameters, this.decayMask), share));
  }
}
