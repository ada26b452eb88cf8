import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Components, floatType, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import {
  type Cut,
  cut,
  groupUniforms,
  LANES,
  mapShares,
  overBlock,
  overGroup,
  overMap,
  readStatistics,
  STATISTICS,
  sumOfBlocks,
} from './webgpuGroupNormShader.ts';

/** Vectors of channels that a workgroup of the parameters' gradients adds up, by as many invocations each as are left. */
const VECTORS_EACH = 8;

/**
 * Backward, in five dispatches. With `x̂ = (x − mean)·deviation` and `dy` where the ReLU passed it,
 * `dx = gain·deviation·dy − mean(gain·deviation·dy) − x̂·mean(gain·deviation·dy·x̂)`, the means over a group.
 */
export function groupNormReluGradient(
  dy: TensorInfo,
  x: TensorInfo,
  statistics: TensorInfo,
  groups: number,
  backend: WebGPUBackend,
) {
  const c = cut(x, groups);
  const sums = blockSums(dy, x, statistics, c, backend);
  const corrections = joinSums(sums, statistics, c, backend);
  const dx = inputGradient({ dy, x, statistics, corrections }, c, backend);
  const [dOffset, dGain] = [parameterGradient(sums, 0, c, backend), parameterGradient(sums, 1, c, backend)];
  backend.disposeData(sums.dataId);
  backend.disposeData(corrections.dataId);
  return [dx, dGain, dOffset];
}

/** WGSL of `dy` where the ReLU passed it, else 0, and of `x − mean`. */
function passed(at: string, k: number | string, components: Components): string {
  return `
    let centered${k} = x[${at}] - mean;
    let passed${k} = select(${floatType(components)}(0.0), dy[${at}], centered${k} * scale + offset > ${floatType(components)}(0.0));`;
}

/** `[B·blocks, 2, C]`: of every block and channel, the sums of what passed and of that times `x̂`. */
function blockSums(dy: TensorInfo, x: TensorInfo, statistics: TensorInfo, c: Cut, backend: WebGPUBackend): TensorInfo {
  const { components } = c;
  const type = floatType(components);
  return runFlatProgram(backend, {
    name: 'groupNormBlockSums',
    inputs: { dy: [dy, components], x: [x, components], statistics: [statistics, components] },
    output: { shape: [c.batch * c.blocks, 2, c.channels], dtype: 'float32', components },
    invocations: c.batch * c.blocks * c.vectors,
    uniforms: { batch: c.batch, pixels: c.pixels, vectors: c.vectors, blockSize: c.blockSize, blocks: c.blocks },
    code: () =>
      overBlock({
        before: `
          ${readStatistics([...STATISTICS])}
          var sum = ${type}(0.0);
          var aligned = ${type}(0.0);`,
        pixel: (k) => `
          ${passed(`at${k}`, k, components)}
          sum += passed${k};
          aligned += passed${k} * centered${k};`,
        after: `
          result[2 * block * uniforms.vectors + vector] = sum;
          result[(2 * block + 1) * uniforms.vectors + vector] = aligned * deviation;`,
      }),
  });
}

/** `[2, B, C]`: what is taken from the gradient of every pixel, and how much of `x − mean` is. */
function joinSums(sums: TensorInfo, statistics: TensorInfo, c: Cut, backend: WebGPUBackend): TensorInfo {
  return runFlatProgram(backend, {
    name: 'groupNormJoinSums',
    inputs: { sums: [sums, 1], statistics: [statistics, 1] },
    output: { shape: [2, c.batch, c.channels], dtype: 'float32', components: 1 },
    invocations: c.batch * c.groups * LANES,
    workgroupSize: LANES,
    uniforms: groupUniforms(c),
    code: () =>
      overGroup({
        sums: ['scaled'],
        type: 'vec2<f32>',
        body: `
          let scales = 2 * rowSize + picture * uniforms.channels;
          ${sumOfBlocks(
            'scaled',
            'vec2<f32>',
            'statistics[scales + channel] * vec2<f32>(sums[at], sums[at + uniforms.channels])',
          )}
          let means = scaledSum / size;`,
        channel: `
          result[row] = means.x;
          result[rowSize + row] = means.y * statistics[rowSize + row];`,
      }),
  });
}

/** The gradient by `x`, like `x`. */
function inputGradient(
  inputs: { dy: TensorInfo; x: TensorInfo; statistics: TensorInfo; corrections: TensorInfo },
  c: Cut,
  backend: WebGPUBackend,
): TensorInfo {
  const { components } = c;
  return runFlatProgram(backend, {
    name: 'groupNormInputGradient',
    inputs: {
      dy: [inputs.dy, components],
      x: [inputs.x, components],
      statistics: [inputs.statistics, components],
      corrections: [inputs.corrections, components],
    },
    output: { shape: inputs.x.shape, dtype: 'float32', components },
    ...mapShares(c),
    code: () =>
      overMap({
        before: `
          ${readStatistics(['mean', 'scale', 'offset'])}
          let shift = corrections[picture * uniforms.vectors + vector];
          let slope = corrections[(uniforms.batch + picture) * uniforms.vectors + vector];`,
        pixel: (at) => `
          ${passed(at, at, components)}
          result[${at}] = passed${at} * scale - shift - centered${at} * slope;`,
      }),
  });
}

/** `[C]`: the gradient by the offset (row 0 of the sums) or by the gain (row 1). */
function parameterGradient(sums: TensorInfo, sumRow: 0 | 1, c: Cut, backend: WebGPUBackend): TensorInfo {
  const type = floatType(c.components);
  return runFlatProgram(backend, {
    name: 'groupNormParameterGradient',
    inputs: { sums: [sums, c.components] },
    output: { shape: [c.channels], dtype: 'float32', components: c.components },
    invocations: Math.ceil(c.vectors / VECTORS_EACH) * LANES,
    workgroupSize: LANES,
    uniforms: { sumRow, vectors: c.vectors, allBlocks: c.batch * c.blocks },
    code: () => `
      var<workgroup> shares : array<${type}, ${LANES}>;

      fn main(index : i32) {
        let lane = i32(localIndex);
        let vector = index / ${LANES} * ${VECTORS_EACH} + lane % ${VECTORS_EACH};
        var share = ${type}(0.0);
        if (vector < uniforms.vectors) {
          for (var block = lane / ${VECTORS_EACH}; block < uniforms.allBlocks; block += ${LANES / VECTORS_EACH}) {
            share += sums[(2 * block + uniforms.sumRow) * uniforms.vectors + vector];
          }
        }
        shares[lane] = share;
        workgroupBarrier();
        if (lane < ${VECTORS_EACH} && vector < uniforms.vectors) {
          for (var other = lane + ${VECTORS_EACH}; other < ${LANES}; other += ${VECTORS_EACH}) {
            share += shares[other];
          }
          result[vector] = share;
        }
      }
    `,
  });
}
