import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { backend as activeBackend, getBackend, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { gpuInternals } from '../../recording/gpuInternals.ts';
import { viewInfo } from '../../recording/tensorViews.ts';
import { tilingLimits } from './webgpuTiling.ts';

/** Shares of a sum, one from each block of pixels, as they lie in a buffer. */
export interface DeferredSum {
  readonly blocks: number;
  /** Elements from one block's share to the next block's. */
  readonly stride: number;
  /** Element at which the first block's share begins. */
  readonly offset: number;
  /** Elements of the buffer. */
  readonly size: number;
}

/** By the tensor's data: its values are not there yet, only what they are sums of. */
const deferred = new WeakMap<object, DeferredSum>();
let isDeferring = false;

/**
 * Runs `work`, which waits for nothing, and lets kernels on a graphics processor leave sums of blocks as they are: that is
 * then for `concatenateFlat` to add up, many tensors in one dispatch. Such a tensor is of its true shape, but nothing else may
 * read it: throws an `Error` where an operation of `work` does.
 */
export function deferringSums<Result>(work: () => Result): Result {
  if (getBackend() !== 'webgpu') return work();
  const backend = activeBackend() as WebGPUBackend;
  // Software has one dispatch after another anyway.
  if (tilingLimits(backend).inputReads === 'software') return work();
  const { runWebGPUProgram } = backend;
  backend.runWebGPUProgram = (program, inputs, ...rest) => {
    if (inputs.some((input) => deferred.has(input.dataId))) {
      throw new Error(`${program.shaderKey} reads a gradient that is yet to be added up.`);
    }
    return runWebGPUProgram.call(backend, program, inputs, ...rest);
  };
  isDeferring = true;
  try {
    return work();
  } finally {
    isDeferring = false;
    backend.runWebGPUProgram = runWebGPUProgram;
  }
}

/** Runs `work`, which goes on with the gradients that it computes: within {@link deferringSums}, too, they are added up. */
export function addingUpNow<Result>(work: () => Result): Result {
  const before = isDeferring;
  isDeferring = false;
  try {
    return work();
  } finally {
    isDeferring = before;
  }
}

/** What a tensor is the sum of; `undefined`: its values are there. */
export function deferredSum({ dataId }: TensorInfo): DeferredSum | undefined {
  return deferred.get(dataId);
}

/**
 * Tensors that are sums of `[blocks, rows, C]` over the blocks, each from one of `starts` on in a block's share; disposes the
 * sums, whose buffer they go on to use. `null`: they are to be added up now.
 */
export function deferSums(
  sums: TensorInfo,
  parts: readonly { readonly start: number; readonly shape: number[] }[],
  backend: WebGPUBackend,
): TensorInfo[] | null {
  if (!isDeferring) return null;
  const gpu = gpuInternals(backend);
  const size = util.sizeFromShape(sums.shape);
  const blocks = sums.shape[0] as number;
  const results = parts.map(({ start, shape }) => {
    const view = viewInfo(gpu, sums, 0, [size]);
    deferred.set(view.dataId, { blocks, stride: size / blocks, offset: start, size });
    return { ...view, shape };
  });
  backend.disposeData(sums.dataId);
  return results;
}
