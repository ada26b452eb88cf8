import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { HOST_MEMORY } from '../wasm/hostMemory.ts';
import { addUpFlat } from '../webgpu/webgpuAddUpFlat.ts';
import { deferredSum } from '../webgpu/webgpuDeferredSums.ts';
import { type Piece, writeFlat } from '../webgpu/webgpuWriteFlat.ts';

/**
 * float32 tensors of any shapes as one vector `[length]`: the elements of `tensors[i]` from `starts[i]` on, and zeros
 * between them. On WebGPU seven tensors take one dispatch, and what `deferringSums` left is added up in it. The caller disposes the vector. Throws a `RangeError` unless
 * the tensors lie in the given order within the vector, without overlap.
 */
export function concatenateFlat(tensors: readonly tf.Tensor[], starts: readonly number[], length: number): tf.Tensor1D {
  let end = 0;
  const pieces = tensors.map((tensor, i): Piece & { readonly size: number } => {
    const start = starts[i] ?? Number.NaN;
    if (!(start >= end)) throw new RangeError(`Tensor ${i} of a flat vector cannot start at ${start}.`);
    end = start + tensor.size;
    return { tensor, start, size: tensor.size };
  });
  if (end > length) throw new RangeError(`Tensors up to ${end} do not fit a flat vector of ${length} elements.`);
  const name = tf.getBackend();
  if (name === 'webgpu') {
    const backend = tf.backend() as WebGPUBackend;
    const isDeferred = tensors.some((tensor) => deferredSum(tensor) !== undefined);
    return wrap(isDeferred ? addUpFlat(pieces, length, backend) : writeFlat(pieces, 0, length, backend));
  }
  if (name === 'wasm' || name === 'cpu') {
    const backend = tf.backend();
    const { allocate, valuesOf } = HOST_MEMORY[name];
    const vector = allocate([length], 'float32', backend);
    const values = valuesOf(vector, backend).fill(0);
    for (const { tensor, start } of pieces) values.set(valuesOf(tensor, backend), start);
    return wrap(vector);
  }
  return tf.tidy(() => {
    const parts = pieces.flatMap(({ start, size }, i) => {
      const gap = (pieces[i + 1]?.start ?? length) - start - size;
      return [tf.reshape<tf.Rank.R1>(tensors[i] as tf.Tensor, [size]), tf.zeros<tf.Rank.R1>([gap])];
    });
    return tf.concat([tf.zeros<tf.Rank.R1>([pieces[0]?.start ?? length]), ...parts]);
  });
}

function wrap(info: tf.TensorInfo): tf.Tensor1D {
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor1D;
}
