import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { gpuInternals } from '../../recording/gpuInternals.ts';
import { viewInfo, viewStart } from '../../recording/tensorViews.ts';
import { deferSums } from './webgpuDeferredSums.ts';
import { componentsOf, floatType, runFlatProgram } from './webgpuFlatProgram.ts';
import { tilingLimits } from './webgpuTiling.ts';
import { addUpShares } from './webgpuWorkgroupSum.ts';

/** Vectors that a workgroup adds up side by side, by as many invocations each as are left. */
const VECTORS_EACH = 8;
/** As many blocks keep an invocation of its own busy for long, while others have nothing to do. */
const MANY_BLOCKS = 64;

/**
 * Adds up `[blocks, rows, C]` block by block, into a vector: its first `weights` elements, then the rest from `biasStart` on.
 * Many blocks of few numbers are shared out among the invocations of workgroups, which add their shares up then.
 */
export function sumOfBlocks(sums: TensorInfo, weights: number, biasStart: number, backend: WebGPUBackend): TensorInfo {
  const [blocks, rows, channels] = sums.shape as [number, number, number];
  const components = componentsOf(channels);
  const inVectors = (elements: number) => elements / components;
  const size = rows * channels;
  const { lanes, wantedInvocations } = tilingLimits(backend);
  const isShared = blocks >= MANY_BLOCKS && inVectors(size) < wantedInvocations;
  return runFlatProgram(backend, {
    name: isShared ? `sharedBlockSum_${lanes}` : 'blockSum',
    inputs: { sums: [sums, components] },
    output: { shape: [biasStart + size - weights], dtype: 'float32', components },
    invocations: isShared ? Math.ceil(inVectors(size) / VECTORS_EACH) * lanes : inVectors(size),
    ...(isShared && { workgroupSize: lanes }),
    uniforms: {
      blocks,
      vectors: inVectors(size),
      weights: inVectors(weights),
      gap: inVectors(biasStart - weights),
    },
    code: () => (isShared ? sharedSum(floatType(components), lanes) : serialSum()),
  });
}

const WRITE = 'result[vector + select(0, uniforms.gap, vector >= uniforms.weights)]';

/** Every invocation adds a vector's blocks up. */
function serialSum(): string {
  return `
    fn main(vector : i32) {
      if (vector >= uniforms.vectors) {
        return;
      }
      var sum = sums[vector];
      for (var block = 1; block < uniforms.blocks; block++) {
        sum += sums[block * uniforms.vectors + vector];
      }
      ${WRITE} = sum;
    }
  `;
}

/** A workgroup adds up the blocks of a few vectors, every so-many-th block by one invocation. */
function sharedSum(type: string, lanes: number): string {
  return `
    var<workgroup> shares : array<${type}, ${lanes}>;

    fn main(index : i32) {
      let lane = i32(localIndex);
      let vector = index / ${lanes} * ${VECTORS_EACH} + lane % ${VECTORS_EACH};
      var share = ${type}(0.0);
      if (vector < uniforms.vectors) {
        for (var block = lane / ${VECTORS_EACH}; block < uniforms.blocks; block += ${lanes / VECTORS_EACH}) {
          share += sums[block * uniforms.vectors + vector];
        }
      }
      shares[lane] = share;
      ${addUpShares('shares', lanes, VECTORS_EACH)}
      if (lane < ${VECTORS_EACH} && vector < uniforms.vectors) {
        ${WRITE} = shares[lane];
      }
    }
  `;
}

/**
 * Two tensors that lie one behind the other in sums of blocks, `[blocks, rows, C]`: each of its shape, in as many rows as it
 * takes; the second is the last row, `[C]`, unless its shape is given. Both lie in one buffer; disposes the sums. Within `deferringSums` they are not added up yet.
 */
export function twoSumsOfBlocks(
  sums: TensorInfo,
  firstShape: number[],
  backend: WebGPUBackend,
  secondShape = [sums.shape[2] as number],
): TensorInfo[] {
  const weights = util.sizeFromShape(firstShape);
  const parts = [
    { start: 0, shape: firstShape },
    { start: weights, shape: secondShape },
  ];
  const deferred = deferSums(sums, parts, backend);
  if (deferred !== null) return deferred;
  const secondStart = viewStart(weights);
  const vector = sumOfBlocks(sums, weights, secondStart, backend);
  const gpu = gpuInternals(backend);
  const results = [viewInfo(gpu, vector, 0, firstShape), viewInfo(gpu, vector, secondStart, secondShape)];
  backend.disposeData(sums.dataId);
  backend.disposeData(vector.dataId);
  return results;
}
