import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerKind } from '../settings/learner.ts';
import { composeUpdate } from './kernels/composedOptimizerUpdate.ts';
import { HOST_MEMORY } from './kernels/hostMemory.ts';
import { updateOnHost } from './kernels/hostOptimizerUpdate.ts';
import { UPDATE_NUMBERS } from './kernels/optimizerUpdate.ts';
import { updateInPlace } from './kernels/webgpuOptimizerUpdate.ts';
import { writeFlat } from './kernels/webgpuWriteFlat.ts';
import { gpuInternals } from './recording/gpuInternals.ts';
import { viewOf } from './recording/tensorViews.ts';
import { ResidentTensor } from './residentTensor.ts';

/** Parameters and their moments, vectors of one length, where the backend updates them best. */
export interface ParameterVectors {
  /** `[P]`: on WebGPU always the same tensor, which every update writes to; elsewhere perhaps another after each. */
  readonly parameters: tf.Tensor1D;
  /** What the next update multiplies with, see `UPDATE_NUMBERS`. */
  setNumbers(numbers: Float32Array<ArrayBuffer>): void;
  /** One update by `gradient [P]`. */
  update(gradient: tf.Tensor1D): void;
  /** Replaces vector 0, the parameters, or a moment; on WebGPU in place. */
  write(index: number, values: Float32Array<ArrayBuffer>): void;
  /** Replaces a vector by a tensor's values, which the caller keeps. */
  copyFrom(index: number, vector: tf.Tensor1D): void;
  /** A vector's values at the moment of the call as a tensor of its own, which the caller disposes. */
  copy(index: number): tf.Tensor1D;
  dispose(): void;
}

/** `count` vectors of zeros, as long as `decayMask`, for the backend in force. */
export function createParameterVectors(
  kind: OptimizerKind,
  count: number,
  decayMask: Float32Array<ArrayBuffer>,
): ParameterVectors {
  return tf.getBackend() === 'webgpu'
    ? new PackedVectors(kind, count, decayMask)
    : new SeparateVectors(kind, count, decayMask);
}

/** On WebGPU: one buffer, in which one dispatch updates everything. */
class PackedVectors implements ParameterVectors {
  readonly parameters: tf.Tensor1D;
  private readonly length: number;
  private readonly state: ResidentTensor;
  private readonly decayMask: ResidentTensor;
  private readonly numbers = new ResidentTensor([UPDATE_NUMBERS], 'float32');

  constructor(
    private readonly kind: OptimizerKind,
    count: number,
    decayMask: Float32Array<ArrayBuffer>,
  ) {
    this.length = decayMask.length;
    this.state = new ResidentTensor([count * this.length], 'float32');
    this.decayMask = new ResidentTensor([this.length], 'float32');
    this.decayMask.write(decayMask);
    this.parameters = viewOf(gpuInternals(this.backend), this.state.tensor, 0, [this.length]);
  }

  setNumbers(numbers: Float32Array<ArrayBuffer>): void {
    this.numbers.write(numbers);
  }

  update(gradient: tf.Tensor1D): void {
    const { state, decayMask, numbers } = this;
    const tensors = { state: state.tensor, gradient, decayMask: decayMask.tensor, numbers: numbers.tensor };
    updateInPlace(this.kind, tensors, this.backend);
  }

  write(index: number, values: Float32Array<ArrayBuffer>): void {
    const vector = tf.tensor1d(values);
    this.copyFrom(index, vector);
    vector.dispose();
  }

  copyFrom(index: number, vector: tf.Tensor1D): void {
    const start = index * this.length;
    writeFlat([{ tensor: vector, start }], start, start + this.length, this.backend, this.state.tensor);
  }

  copy(index: number): tf.Tensor1D {
    return tf.slice1d(this.state.tensor as tf.Tensor1D, index * this.length, this.length);
  }

  dispose(): void {
    this.parameters.dispose();
    for (const tensor of [this.state, this.decayMask, this.numbers]) tensor.dispose();
  }

  private get backend(): WebGPUBackend {
    return tf.backend() as WebGPUBackend;
  }
}

/** Elsewhere: plain loops over the vectors where JavaScript can reach them, else tfjs's operations. */
class SeparateVectors implements ParameterVectors {
  private vectors: tf.Tensor1D[];
  private readonly decayMask: tf.Tensor1D;
  private numbers = new Float32Array(UPDATE_NUMBERS);

  constructor(
    private readonly kind: OptimizerKind,
    count: number,
    decayMask: Float32Array<ArrayBuffer>,
  ) {
    this.decayMask = tf.tensor1d(decayMask.slice());
    this.vectors = Array.from({ length: count }, () => tf.tensor1d(new Float32Array(decayMask.length)));
  }

  get parameters(): tf.Tensor1D {
    return this.vectors[0] as tf.Tensor1D;
  }

  setNumbers(numbers: Float32Array<ArrayBuffer>): void {
    this.numbers = numbers;
  }

  update(gradient: tf.Tensor1D): void {
    const { kind, vectors, decayMask, numbers } = this;
    if (hasHostMemory()) {
      const [parameters, ...moments] = vectors.map(hostValues) as [Float32Array, ...Float32Array[]];
      const given = { parameters, moments, gradient: hostValues(gradient), decayMask: hostValues(decayMask) };
      updateOnHost(kind, given, numbers);
      return;
    }
    const [parameters, ...moments] = vectors as [tf.Tensor1D, ...tf.Tensor1D[]];
    this.vectors = composeUpdate(kind, { parameters, moments }, gradient, decayMask, numbers).map((v) => tf.keep(v));
    tf.dispose(vectors);
  }

  write(index: number, values: Float32Array<ArrayBuffer>): void {
    this.replace(index, tf.tensor1d(values.slice()));
  }

  copyFrom(index: number, vector: tf.Tensor1D): void {
    this.replace(index, duplicate(vector));
  }

  copy(index: number): tf.Tensor1D {
    return duplicate(this.vectors[index] as tf.Tensor1D);
  }

  dispose(): void {
    tf.dispose([...this.vectors, this.decayMask]);
  }

  private replace(index: number, vector: tf.Tensor1D): void {
    this.vectors[index]?.dispose();
    this.vectors[index] = tf.keep(vector);
  }
}

/** Whether vectors are updated in place, where JavaScript can reach them. */
function hasHostMemory(): boolean {
  return ['wasm', 'cpu'].includes(tf.getBackend());
}

function hostValues(vector: tf.Tensor1D): Float32Array {
  return HOST_MEMORY[tf.getBackend() as 'wasm' | 'cpu'].valuesOf(vector, tf.backend()) as Float32Array;
}

/** A tensor of its own: a clone would share what is updated in place. */
function duplicate(vector: tf.Tensor1D): tf.Tensor1D {
  return hasHostMemory() ? tf.tensor1d(hostValues(vector).slice()) : vector.clone();
}
