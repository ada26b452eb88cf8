import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerKind } from '../../settings/learner.ts';
import {
  AVERAGE_SHARE,
  BETA1,
  BETA2,
  MOMENT_COUNT,
  UPDATE_NUMBERS,
  type UpdateRule,
  vectorCount,
} from '../kernels/optimizer/optimizerUpdate.ts';
import { createParameterVectors, type ParameterVectors } from './parameterVectors.ts';

const EPSILON = 1e-8;
const MOMENTUM = 0.9;

/** The numbers of one update, beside the gradient. */
export interface UpdateRates {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Momentum of `sgd`; 0.9 unless given. */
  readonly momentum?: number;
  /** Share of the new parameters in the running average, see `averageShare`; 1 unless given. */
  readonly averageShare?: number;
}

/** A copy of all vectors at one moment. */
export interface OptimizerState {
  readonly parameters: Float32Array<ArrayBuffer>;
  readonly moments: readonly Float32Array<ArrayBuffer>[];
  /** `null`: none was kept. */
  readonly average: Float32Array<ArrayBuffer> | null;
}

/**
 * Holds all parameters of a network as one flat vector `[P]` and updates it, so that a step costs the same few operations
 * whatever the number of layers.
 *
 * - `adamw`: decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2, as PyTorch's `AdamW`: the decay is
 *   multiplied by the learning rate), β = 0.9 and 0.999, ε = 1e-8.
 * - `sgd`: momentum, the decay added to the gradient (as PyTorch's `SGD`).
 *
 * Parameters whose mask is 0 (gains and offsets of normalisations, biases) are not decayed. With `averages` a running
 * average follows the parameters, which it starts as, and changes nothing of how they learn. The owner disposes it.
 */
export class Optimizer {
  /** Length of the flat vector. */
  readonly length: number;
  readonly #vectors: ParameterVectors;
  #updateCount = 0;

  constructor(
    readonly kind: OptimizerKind,
    parameters: Float32Array<ArrayBuffer>,
    decayMask: Float32Array<ArrayBuffer>,
    readonly averages = false,
  ) {
    this.length = decayMask.length;
    this.#assertLengths([parameters]);
    this.#vectors = createParameterVectors(this.#rule, decayMask);
    this.#vectors.write(0, parameters);
    if (averages) this.#vectors.write(this.#averageIndex, parameters);
  }

  /**
   * `[P]`, the optimiser's own. On WebGPU it is always the same tensor, which updates write to and which cannot be read
   * back: {@link read} does that.
   */
  get parameters(): tf.Tensor1D {
    return this.#vectors.parameters;
  }

  /** `[P]`, as {@link parameters}: what predicts, which is their average where one is kept. */
  get predicting(): tf.Tensor1D {
    return this.#vectors.average ?? this.#vectors.parameters;
  }

  /** Updates since the moments were zero: the `t` of Adam's bias correction. */
  get updates(): number {
    return this.#updateCount;
  }

  /**
   * Counts one more update and sets its rates, which {@link apply} or a replay of it then reads. Nothing is uploaded as a
   * new tensor.
   */
  prepare(rates: UpdateRates): void {
    this.#updateCount++;
    this.#vectors.setNumbers(updateNumbers(this.kind, rates, this.#updateCount));
  }

  /** Updates the parameters by `gradient [P]`, which the caller disposes, at the rates that were prepared. */
  apply(gradient: tf.Tensor1D): void {
    this.#vectors.update(gradient);
  }

  /** See `ParameterVectors.reportTo`. */
  reportTo(figures: tf.Tensor): tf.Tensor {
    return this.#vectors.reportTo(figures);
  }

  /** {@link prepare} and {@link apply}. */
  update(gradient: tf.Tensor1D, rates: UpdateRates): void {
    this.prepare(rates);
    this.apply(gradient);
  }

  /** The parameters as they are at the moment of the call. */
  async readParameters(): Promise<Float32Array<ArrayBuffer>> {
    const copy = this.#vectors.copy(0);
    try {
      return Float32Array.from(await copy.data());
    } finally {
      copy.dispose();
    }
  }

  /** Bytes of all vectors. */
  get byteLength(): number {
    return 4 * this.length * vectorCount(this.#rule);
  }

  /** All vectors as they are at the moment of the call. */
  async read(): Promise<OptimizerState> {
    const copies = Array.from({ length: vectorCount(this.#rule) }, (_, index) => this.#vectors.copy(index));
    try {
      const vectors = await Promise.all(copies.map(async (copy) => Float32Array.from(await copy.data())));
      const [parameters, ...moments] = vectors as [Float32Array<ArrayBuffer>, ...Float32Array<ArrayBuffer>[]];
      const average = this.averages ? (moments.pop() ?? null) : null;
      return { parameters, moments, average };
    } finally {
      tf.dispose(copies);
    }
  }

  /**
   * Goes on from what {@link read} gave, after `updates` updates; an average that it lacks starts as the parameters. Throws
   * a `RangeError`, and changes nothing, when a vector is missing or of another length.
   */
  restore({ parameters, moments, average }: OptimizerState, updates: number): void {
    if (moments.length !== MOMENT_COUNT[this.kind]) {
      throw new RangeError(`${this.kind} keeps ${MOMENT_COUNT[this.kind]} moment vectors, not ${moments.length}.`);
    }
    const vectors = [parameters, ...moments, ...(this.averages ? [average ?? parameters] : [])];
    this.#assertLengths(vectors);
    vectors.forEach((values, index) => {
      this.#vectors.write(index, values);
    });
    this.#updateCount = updates;
  }

  /**
   * Takes over the parameters of another optimiser and, where both keep one, their average, each converted by `convert`
   * to a new tensor `[P]`. An average that the other lacks starts as the parameters.
   */
  adoptParameters(other: Optimizer, convert: (parameters: tf.Tensor1D) => tf.Tensor1D): void {
    this.#adopt(other, 0, 0, convert);
    if (this.averages) this.#adopt(other, other.averages ? other.#averageIndex : 0, this.#averageIndex, convert);
  }

  /** Goes on from the moments of another optimiser of the same rule, each converted by `convert` to a new tensor `[P]`. */
  adoptMoments(other: Optimizer, convert: (moment: tf.Tensor1D) => tf.Tensor1D): void {
    for (let index = 1; index <= MOMENT_COUNT[this.kind]; index++) this.#adopt(other, index, index, convert);
    this.#updateCount = other.#updateCount;
  }

  dispose(): void {
    this.#vectors.dispose();
  }

  get #rule(): UpdateRule {
    return { kind: this.kind, averages: this.averages };
  }

  get #averageIndex(): number {
    return vectorCount(this.#rule) - 1;
  }

  #adopt(other: Optimizer, from: number, to: number, convert: (vector: tf.Tensor1D) => tf.Tensor1D): void {
    const copy = other.#vectors.copy(from);
    const converted = convert(copy);
    this.#vectors.copyFrom(to, converted);
    tf.dispose([copy, converted]);
  }

  #assertLengths(vectors: readonly Float32Array[]): void {
    const wrong = vectors.find((vector) => vector.length !== this.length);
    if (wrong !== undefined) {
      throw new RangeError(`A vector of ${wrong.length} numbers does not fit ${this.length} parameters.`);
    }
  }
}

/** The factors of update number `updates`, counted from 1, in the order of `UPDATE_NUMBERS`. */
function updateNumbers(kind: OptimizerKind, rates: UpdateRates, updates: number): Float32Array<ArrayBuffer> {
  const { learningRate, weightDecay, momentum = MOMENTUM, averageShare = 1 } = rates;
  const numbers = new Float32Array(UPDATE_NUMBERS);
  numbers[AVERAGE_SHARE] = averageShare;
  if (kind === 'sgd') {
    numbers.set([learningRate, weightDecay, momentum]);
    return numbers;
  }
  // ε is added to the root of the corrected second moment, as PyTorch and tf.train.adam do; here the root is not yet
  // corrected, so ε is scaled as it is.
  const rootCorrection = Math.sqrt(1 - BETA2 ** updates);
  const stepSize = (learningRate * rootCorrection) / (1 - BETA1 ** updates);
  numbers.set([stepSize, learningRate * weightDecay, EPSILON * rootCorrection]);
  return numbers;
}
