import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { gpuInternals } from '../../recording/gpuInternals.ts';
import { VIEW_ALIGNMENT, viewInfo } from '../../recording/tensorViews.ts';
import { componentsOf, runFlatProgram } from './webgpuFlatProgram.ts';

/**
 * Adds up `[blocks, rows, Cout]` block by block, into a vector: its first `weights` elements, then the rest from
 * `biasStart` on.
 */
export function sumOfBlocks(sums: TensorInfo, weights: number, biasStart: number, backend: WebGPUBackend): TensorInfo {
  const [blocks, rows, outputs] = sums.shape as [number, number, number];
  const components = componentsOf(outputs);
  const inVectors = (elements: number) => elements / components;
  const size = rows * outputs;
  return runFlatProgram(backend, {
    name: 'filterGradientSum',
    inputs: { sums: [sums, components] },
    output: { shape: [biasStart + size - weights], dtype: 'float32', components },
    invocations: inVectors(size),
    uniforms: { blocks, weights: inVectors(weights), gap: inVectors(biasStart - weights) },
    code: () => `
      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        var sum = sums[index];
        for (var block = 1; block < uniforms.blocks; block++) {
          sum += sums[block * uniforms.invocations + index];
        }
        result[index + select(0, uniforms.gap, index >= uniforms.weights)] = sum;
      }
    `,
  });
}

/**
 * Filter and bias gradient from sums of blocks of pixels, `[blocks, rows, C]`, of which the last row is the bias gradient's;
 * disposes the sums. Both lie in one buffer.
 */
export function filterAndBiasFrom(
  sums: TensorInfo,
  filterShape: [number, number, number, number],
  backend: WebGPUBackend,
): TensorInfo[] {
  const weights = util.sizeFromShape(filterShape);
  const biasStart = Math.ceil(weights / VIEW_ALIGNMENT) * VIEW_ALIGNMENT;
  const vector = sumOfBlocks(sums, weights, biasStart, backend);
  const gpu = gpuInternals(backend);
  const results = [viewInfo(gpu, vector, 0, filterShape), viewInfo(gpu, vector, biasStart, [sums.shape[2] as number])];
  backend.disposeData(sums.dataId);
  backend.disposeData(vector.dataId);
  return results;
}
