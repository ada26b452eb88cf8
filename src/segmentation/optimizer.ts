import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerKind } from '../settings/learner.ts';
import { BETA1, BETA2 } from './kernels/optimizerUpdate.ts';
import { createParameterVectors, type ParameterVectors } from './parameterVectors.ts';

const EPSILON = 1e-8;
const MOMENTUM = 0.9;

/** Moment vectors that each rule keeps beside the parameters. */
export const MOMENT_COUNT: Readonly<Record<OptimizerKind, number>> = { adamw: 2, sgd: 1 };

/** What one update needs beside the gradient. */
export interface UpdateRates {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Of `sgd`; 0.9 unless given. */
  readonly momentum?: number;
}

/** Parameters and moments as they were at one moment. */
export interface OptimizerState {
  readonly parameters: Float32Array<ArrayBuffer>;
  readonly moments: readonly Float32Array<ArrayBuffer>[];
}

/**
 * Holds all parameters of a network as one flat vector `[P]` and updates it, so that a step costs the same few operations
 * whatever the number of layers.
 *
 * - `adamw`: decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2, as PyTorch's `AdamW`: the decay is
 *   multiplied by the learning rate), β = 0.9 and 0.999, ε = 1e-8.
 * - `sgd`: momentum, the decay added to the gradient (as PyTorch's `SGD`).
 *
 * Parameters whose mask is 0 (gains and offsets of normalisations, biases) are not decayed. The owner disposes it.
 */
export class Optimizer {
  /** Of the flat vector. */
  readonly length: number;
  private readonly vectors: ParameterVectors;
  private updateCount = 0;

  constructor(
    readonly kind: OptimizerKind,
    parameters: Float32Array<ArrayBuffer>,
    decayMask: Float32Array<ArrayBuffer>,
  ) {
    this.length = decayMask.length;
    this.assertLengths([parameters]);
    this.vectors = createParameterVectors(kind, 1 + MOMENT_COUNT[kind], decayMask);
    this.vectors.write(0, parameters);
  }

  /**
   * `[P]`, the optimiser's own. On WebGPU it is always the same tensor, which updates write to and which cannot be read
   * back: {@link read} does that.
   */
  get parameters(): tf.Tensor1D {
    return this.vectors.parameters;
  }

  /** Updates since the moments were zero: the `t` of Adam's bias correction. */
  get updates(): number {
    return this.updateCount;
  }

  /**
   * Counts one more update and sets its rates, which {@link apply} or a replay of it then reads. Nothing is uploaded as a
   * new tensor.
   */
  prepare(rates: UpdateRates): void {
    this.updateCount++;
    this.vectors.setNumbers(updateNumbers(this.kind, rates, this.updateCount));
  }

  /** Updates the parameters by `gradient [P]`, which the caller disposes, at the rates that were prepared. */
  apply(gradient: tf.Tensor1D): void {
    this.vectors.update(gradient);
  }

  /** {@link prepare} and {@link apply}. */
  update(gradient: tf.Tensor1D, rates: UpdateRates): void {
    this.prepare(rates);
    this.apply(gradient);
  }

  /** Parameters and moments as they are at the moment of the call. */
  async read(): Promise<OptimizerState> {
    const copies = Array.from({ length: this.vectorCount }, (_, index) => this.vectors.copy(index));
    try {
      const [parameters, ...moments] = await Promise.all(
        copies.map(async (copy) => Float32Array.from(await copy.data())),
      );
      return { parameters: parameters as Float32Array<ArrayBuffer>, moments };
    } finally {
      tf.dispose(copies);
    }
  }

  /**
   * Goes on from what {@link read} gave, after `updates` updates. Throws a `RangeError`, and changes nothing, when a
   * vector is missing or of another length.
   */
  restore(parameters: Float32Array<ArrayBuffer>, moments: readonly Float32Array<ArrayBuffer>[], updates: number): void {
    if (moments.length !== MOMENT_COUNT[this.kind]) {
      throw new RangeError(`${this.kind} keeps ${MOMENT_COUNT[this.kind]} moment vectors, not ${moments.length}.`);
    }
    this.assertLengths([parameters, ...moments]);
    [parameters, ...moments].forEach((values, index) => {
      this.vectors.write(index, values);
    });
    this.updateCount = updates;
  }

  /** Takes over the parameters of another optimiser, made over by `convert` to a new tensor `[P]`. */
  adoptParameters(other: Optimizer, convert: (parameters: tf.Tensor1D) => tf.Tensor1D): void {
    this.adopt(other, 0, convert);
  }

  /** Goes on from the moments of another optimiser of the same rule, each made over by `convert` to a new tensor `[P]`. */
  adoptMoments(other: Optimizer, convert: (moment: tf.Tensor1D) => tf.Tensor1D): void {
    for (let index = 1; index < this.vectorCount; index++) this.adopt(other, index, convert);
    this.updateCount = other.updateCount;
  }

  dispose(): void {
    this.vectors.dispose();
  }

  private get vectorCount(): number {
    return 1 + MOMENT_COUNT[this.kind];
  }

  private adopt(other: Optimizer, index: number, convert: (vector: tf.Tensor1D) => tf.Tensor1D): void {
    const copy = other.vectors.copy(index);
    const converted = convert(copy);
    this.vectors.copyFrom(index, converted);
    tf.dispose([copy, converted]);
  }

  private assertLengths(vectors: readonly Float32Array[]): void {
    const wrong = vectors.find((vector) => vector.length !== this.length);
    if (wrong !== undefined) {
      throw new RangeError(`A vector of ${wrong.length} numbers does not fit ${this.length} parameters.`);
    }
  }
}

/** What update number `updates`, counted from 1, multiplies with, in the order that `UPDATE_NUMBERS` tells. */
function updateNumbers(kind: OptimizerKind, rates: UpdateRates, updates: number): Float32Array<ArrayBuffer> {
  const { learningRate, weightDecay, momentum = MOMENTUM } = rates;
  if (kind === 'sgd') return Float32Array.of(learningRate, weightDecay, momentum);
  // ε is added to the root of the corrected second moment, as PyTorch and tf.train.adam do; here the root is not yet
  // corrected, so ε is scaled as it is.
  const rootCorrection = Math.sqrt(1 - BETA2 ** updates);
  const stepSize = (learningRate * rootCorrection) / (1 - BETA1 ** updates);
  return Float32Array.of(stepSize, learningRate * weightDecay, EPSILON * rootCorrection);
}
