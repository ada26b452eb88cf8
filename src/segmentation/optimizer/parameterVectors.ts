import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { composeUpdate } from '../kernels/optimizer/composedOptimizerUpdate.ts';
import { updateOnHost } from '../kernels/optimizer/hostOptimizerUpdate.ts';
import { MOMENT_COUNT, UPDATE_NUMBERS, type UpdateRule, vectorCount } from '../kernels/optimizer/optimizerUpdate.ts';
import { lossUnlessDiverged, updateInPlace } from '../kernels/optimizer/webgpuOptimizerUpdate.ts';
import { HOST_MEMORY } from '../kernels/wasm/hostMemory.ts';
import { writeFlat } from '../kernels/webgpu/webgpuWriteFlat.ts';
import { gpuInternals } from '../recording/gpuInternals.ts';
import { VIEW_ALIGNMENT, viewOf, viewStart } from '../recording/tensorViews.ts';
import { ResidentTensor } from '../residentTensor.ts';

/** Parameters, their moments and their average: vectors of one length, where the backend updates them best. */
export interface ParameterVectors {
  /** `[P]`: on WebGPU always the same tensor, which every update writes to; elsewhere perhaps another after each. */
  readonly parameters: tf.Tensor1D;
  /** `[P]`, as {@link parameters}; `null` where the rule keeps none. */
  readonly average: tf.Tensor1D | null;
  /** Sets the factors of the next update, see `UPDATE_NUMBERS`. */
  setNumbers(numbers: Float32Array<ArrayBuffer>): void;
  /** One update by `gradient [P]`. */
  update(gradient: tf.Tensor1D): void;
  /**
   * A step's figures, the caller's to dispose, which it gives up: the first one, the loss, is NaN once a parameter or a moment
   * is not finite any more, where the loss would not show it by itself.
   */
  reportTo(figures: tf.Tensor): tf.Tensor;
  /** Replaces vector 0, the parameters, a moment, or the average, which comes last; on WebGPU in place. */
  write(index: number, values: Float32Array<ArrayBuffer>): void;
  /** Replaces a vector by a tensor's values, which the caller keeps. */
  copyFrom(index: number, vector: tf.Tensor1D): void;
  /** A vector's values at the moment of the call as a tensor of its own, which the caller disposes. */
  copy(index: number): tf.Tensor1D;
  dispose(): void;
}

/** A rule's vectors, zeros as long as `decayMask`, for the backend in force. */
export function createParameterVectors(rule: UpdateRule, decayMask: Float32Array<ArrayBuffer>): ParameterVectors {
  return tf.getBackend() === 'webgpu' ? new PackedVectors(rule, decayMask) : new SeparateVectors(rule, decayMask);
}

/** On WebGPU: one buffer, in which one dispatch updates everything. */
class PackedVectors implements ParameterVectors {
  readonly parameters: tf.Tensor1D;
  readonly average: tf.Tensor1D | null;
  readonly #length: number;
  /** Distance from one vector to the next. */
  readonly #stride: number;
  readonly #state: ResidentTensor;
  readonly #decayMask: ResidentTensor;
  readonly #numbers = new ResidentTensor([UPDATE_NUMBERS], 'float32');

  readonly #rule: UpdateRule;

  constructor(rule: UpdateRule, decayMask: Float32Array<ArrayBuffer>) {
    this.#rule = rule;
    this.#length = decayMask.length;
    this.#stride = viewStart(this.#length);
    this.#state = new ResidentTensor([vectorCount(rule) * this.#stride + VIEW_ALIGNMENT], 'float32');
    this.#decayMask = new ResidentTensor([this.#length], 'float32');
    this.#decayMask.write(decayMask);
    this.parameters = this.#viewOfVector(0);
    this.average = rule.averages ? this.#viewOfVector(vectorCount(rule) - 1) : null;
  }

  setNumbers(numbers: Float32Array<ArrayBuffer>): void {
    this.#numbers.write(numbers);
  }

  update(gradient: tf.Tensor1D): void {
    const stride = this.#stride;
    const state = this.#state;
    const decayMask = this.#decayMask;
    const numbers = this.#numbers;
    const rule = this.#rule;
    const tensors = { state: state.tensor, stride, gradient, decayMask: decayMask.tensor, numbers: numbers.tensor };
    updateInPlace(rule, tensors, this.#backend);
  }

  reportTo(figures: tf.Tensor): tf.Tensor {
    const stride = this.#stride;
    const state = this.#state;
    const rule = this.#rule;
    const reported = lossUnlessDiverged(figures, rule, { state: state.tensor, stride }, this.#backend);
    figures.dispose();
    return tf.engine().makeTensorFromTensorInfo(reported);
  }

  write(index: number, values: Float32Array<ArrayBuffer>): void {
    const vector = tf.tensor1d(values);
    this.copyFrom(index, vector);
    vector.dispose();
  }

  copyFrom(index: number, vector: tf.Tensor1D): void {
    const start = index * this.#stride;
    writeFlat([{ tensor: vector, start }], start, start + this.#length, this.#backend, this.#state.tensor);
    // What was noted of the numbers before is over.
    const noted = vectorCount(this.#rule) * this.#stride;
    writeFlat([], noted, noted + 1, this.#backend, this.#state.tensor);
  }

  copy(index: number): tf.Tensor1D {
    return tf.slice1d(this.#state.tensor as tf.Tensor1D, index * this.#stride, this.#length);
  }

  dispose(): void {
    for (const tensor of [this.parameters, this.average, this.#state, this.#decayMask, this.#numbers])
      tensor?.dispose();
  }

  #viewOfVector(index: number): tf.Tensor1D {
    return viewOf(gpuInternals(this.#backend), this.#state.tensor, index * this.#stride, [this.#length]);
  }

  get #backend(): WebGPUBackend {
    return tf.backend() as WebGPUBackend;
  }
}

/** On other backends: plain loops where JavaScript reaches the vectors' memory, else tfjs's operations. */
class SeparateVectors implements ParameterVectors {
  #vectors: tf.Tensor1D[];
  readonly #decayMask: tf.Tensor1D;
  #numbers = new Float32Array(UPDATE_NUMBERS);

  readonly #rule: UpdateRule;

  constructor(rule: UpdateRule, decayMask: Float32Array<ArrayBuffer>) {
    this.#rule = rule;
    this.#decayMask = tf.tensor1d(decayMask.slice());
    this.#vectors = Array.from({ length: vectorCount(rule) }, () => tf.tensor1d(new Float32Array(decayMask.length)));
  }

  get parameters(): tf.Tensor1D {
    return this.#vectors[0] as tf.Tensor1D;
  }

  get average(): tf.Tensor1D | null {
    return this.#rule.averages ? (this.#vectors.at(-1) as tf.Tensor1D) : null;
  }

  setNumbers(numbers: Float32Array<ArrayBuffer>): void {
    this.#numbers = numbers;
  }

  update(gradient: tf.Tensor1D): void {
    const vectors = this.#vectors;
    const decayMask = this.#decayMask;
    const numbers = this.#numbers;
    const rule = this.#rule;
    if (hasHostMemory()) {
      const given = { gradient: hostValues(gradient), decayMask: hostValues(decayMask) };
      updateOnHost(rule.kind, { ...partsOf(rule, vectors.map(hostValues)), ...given }, numbers);
      return;
    }
    const updated = composeUpdate(rule.kind, partsOf(rule, vectors), gradient, decayMask, numbers);
    this.#vectors = updated.map((vector) => tf.keep(vector));
    tf.dispose(vectors);
  }

  /** Here NaN and infinity reach the loss. */
  reportTo(figures: tf.Tensor): tf.Tensor {
    return figures;
  }

  write(index: number, values: Float32Array<ArrayBuffer>): void {
    this.#replace(index, tf.tensor1d(values.slice()));
  }

  copyFrom(index: number, vector: tf.Tensor1D): void {
    this.#replace(index, duplicate(vector));
  }

  copy(index: number): tf.Tensor1D {
    return duplicate(this.#vectors[index] as tf.Tensor1D);
  }

  dispose(): void {
    tf.dispose([...this.#vectors, this.#decayMask]);
  }

  #replace(index: number, vector: tf.Tensor1D): void {
    this.#vectors[index]?.dispose();
    this.#vectors[index] = tf.keep(vector);
  }
}

/** A rule's vectors by what they are. */
function partsOf<V>({ kind }: UpdateRule, [parameters, ...others]: readonly V[]) {
  const moments = others.slice(0, MOMENT_COUNT[kind]);
  return { parameters: parameters as V, moments, average: others[MOMENT_COUNT[kind]] ?? null };
}

/** Whether vectors are updated in place, where JavaScript can reach them. */
function hasHostMemory(): boolean {
  return ['wasm', 'cpu'].includes(tf.getBackend());
}

function hostValues(vector: tf.Tensor1D): Float32Array {
  return HOST_MEMORY[tf.getBackend() as 'wasm' | 'cpu'].valuesOf(vector, tf.backend()) as Float32Array;
}

/** An independent tensor: a clone would share memory that is updated in place. */
function duplicate(vector: tf.Tensor1D): tf.Tensor1D {
  return hasHostMemory() ? tf.tensor1d(hostValues(vector).slice()) : vector.clone();
}
