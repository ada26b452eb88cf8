import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { flush, gpuInternals } from './recording/gpuInternals.ts';

/**
 * A tensor that stays where it is while its values are rewritten from outside: how what varies from step to step reaches
 * a recorded step. The owner disposes it.
 */
export class ResidentTensor {
  #current: tf.Tensor;
  /** The values, on backends that cannot write into a tensor. */
  #values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
  #heldVersion: number | null = null;

  readonly #shape: number[];
  readonly #dtype: 'float32' | 'int32';

  /** Zeros of `shape`. */
  constructor(shape: number[], dtype: 'float32' | 'int32') {
    this.#shape = shape;
    this.#dtype = dtype;
    this.#values = dtype === 'float32' ? new Float32Array(this.#length) : new Int32Array(this.#length);
    this.#current = tf.tensor(this.#values, shape, dtype);
    if (tf.getBackend() === 'webgpu') this.#gpu.uploadToGPU(this.#current.dataId);
  }

  /** The tensor. On WebGL it is another one every time, of which the values are still at hand on the processor. */
  get tensor(): tf.Tensor {
    if (tf.getBackend() === 'webgl') this.#replace();
    return this.#current;
  }

  /**
   * Replaces the values. Work that was dispatched before still sees the old ones. Throws a `RangeError` unless there are
   * as many as the tensor has elements.
   */
  write(values: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): void {
    this.#heldVersion = null;
    if (values.length !== this.#length)
      throw new RangeError(`${this.#length} values are needed, not ${values.length}.`);
    if (tf.getBackend() === 'webgpu') {
      const gpu = this.#gpu;
      flush(gpu);
      const record = gpu.tensorMap.get(this.#current.dataId);
      gpu.queue.writeBuffer(record.resource as GPUBuffer, 0, values);
      record.values = null;
    } else if (tf.getBackend() === 'wasm') {
      (tf.backend() as BackendWasm).typedArrayFromHeap(this.#current).set(values);
    } else {
      this.#values = values.slice();
      this.#replace();
    }
  }

  /** {@link write}, unless these are the values that the last such call with the same `version` wrote. */
  hold(version: number, makeValues: () => Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): void {
    if (this.#heldVersion === version) return;
    this.write(makeValues());
    this.#heldVersion = version;
  }

  dispose(): void {
    this.#current.dispose();
  }

  #replace(): void {
    this.#current.dispose();
    this.#current = tf.keep(tf.tensor(this.#values, this.#shape, this.#dtype));
  }

  get #length(): number {
    return tf.util.sizeFromShape(this.#shape);
  }

  get #gpu() {
    return gpuInternals(tf.backend() as WebGPUBackend);
  }
}
