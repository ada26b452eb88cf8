import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { twoSumsOfBlocks } from '../webgpu/webgpuBlockSum.ts';
import { type Components, floatType, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import {
  blocksInLine,
  type Cut,
  cut,
  groupUniforms,
  mapShares,
  overBlock,
  overGroup,
  overMap,
  readStatistics,
  STATISTICS,
  sumOverGroup,
} from './webgpuGroupNormShader.ts';

/**
 * Backward, in four dispatches. With `x̂ = (x − mean)·deviation` and `dy` where the ReLU passed it,
 * `dx = gain·deviation·dy − mean(gain·deviation·dy) − x̂·mean(gain·deviation·dy·x̂)`, the means over a group.
 */
export function groupNormReluGradient(
  dy: TensorInfo,
  x: TensorInfo,
  statistics: TensorInfo,
  groups: number,
  backend: WebGPUBackend,
) {
  const c = cut(x, groups, backend);
  const sums = blockSums(dy, x, statistics, c, backend);
  const corrections = joinSums(sums, statistics, c, backend);
  const dx = inputGradient({ dy, x, statistics, corrections }, c, backend);
  backend.disposeData(corrections.dataId);
  // The sums' two rows are what the offset and the gain are multiplied by.
  const [dOffset, dGain] = twoSumsOfBlocks(sums, [c.channels], backend) as [TensorInfo, TensorInfo];
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
    name: `groupNormJoinSums_${c.lanes}`,
    inputs: { sums: [sums, 1], statistics: [statistics, 1] },
    output: { shape: [2, c.batch, c.channels], dtype: 'float32', components: 1 },
    invocations: c.batch * c.groups * c.lanes,
    workgroupSize: c.lanes,
    uniforms: groupUniforms(c, blocksInLine(c)),
    code: () =>
      overGroup({
        lanes: c.lanes,
        sums: ['scaled'],
        type: 'vec2<f32>',
        body: `
          let scales = 2 * rowSize + picture * uniforms.channels;
          ${sumOverGroup(
            c.lanes,
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
