import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { floatType, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { mapMoments } from '../webgpu/webgpuMapMoments.ts';
import { EPSILON, GROUP_NORM_RELU, GROUP_NORM_RELU_GRADIENT } from './groupNormKernels.ts';
import { groupNormReluGradient } from './webgpuGroupNormReluGradient.ts';
import {
  type Blocks,
  blocksInLine,
  type Cut,
  cut,
  groupUniforms,
  mapShares,
  overBlock,
  overGroup,
  overMap,
  readStatistics,
  sumOverGroup,
} from './webgpuGroupNormShader.ts';

/**
 * Forward, in three dispatches, or in two where the convolution that made `x` left its moments. The variance is that of the deviations from the mean (Chan, Golub & LeVeque 1983): each
 * block has its own mean, from deviations to one of its pixels, and blocks are joined by theirs. Single precision then
 * does for maps whose mean is far larger than their deviation, where mean square minus squared mean is noise.
 */
function forward(x: TensorInfo, gain: TensorInfo, offset: TensorInfo, groups: number, backend: WebGPUBackend) {
  const c = cut(x, groups, backend);
  const { tensor, ...blocks } = momentsOf(x, c, backend);
  const statistics = joinMoments(tensor, blocks, { gain, offset }, c, backend);
  backend.disposeData(tensor.dataId);
  return [normalize(x, statistics, c, backend), statistics];
}

/** The moments of `x`, which the convolution that made it may have left, and of which blocks they are. */
function momentsOf(x: TensorInfo, c: Cut, backend: WebGPUBackend): Blocks & { readonly tensor: TensorInfo } {
  const [, mapHeight = 0, mapWidth = 0] = x.shape;
  const left = mapMoments(x, backend);
  return left === null ? { ...blocksInLine(c), tensor: blockMoments(x, c, backend) } : { mapHeight, mapWidth, ...left };
}

/** `[B·blocks, 2, C]`: of every block and channel, the mean and the sum of squared deviations from it. */
function blockMoments(x: TensorInfo, c: Cut, backend: WebGPUBackend): TensorInfo {
  const type = floatType(c.components);
  return runFlatProgram(backend, {
    name: 'groupNormBlockMoments',
    inputs: { x: [x, c.components] },
    output: { shape: [c.batch * c.blocks, 2, c.channels], dtype: 'float32', components: c.components },
    invocations: c.batch * c.blocks * c.vectors,
    uniforms: { pixels: c.pixels, vectors: c.vectors, blockSize: c.blockSize, blocks: c.blocks },
    code: () =>
      overBlock({
        before: `
          let origin = x[firstPixel * uniforms.vectors + vector];
          var sum = ${type}(0.0);
          var squares = ${type}(0.0);`,
        pixel: (k) => `
          let deviation${k} = x[at${k}] - origin;
          sum += deviation${k};
          squares += deviation${k} * deviation${k};`,
        after: `
          let count = f32(endPixel - firstPixel);
          result[2 * block * uniforms.vectors + vector] = origin + sum / count;
          result[(2 * block + 1) * uniforms.vectors + vector] = max(${type}(0.0), squares - sum * sum / count);`,
      }),
  });
}

/** `[4, B, C]`: mean, one over the deviation, that times the gain, and offset, of every picture and channel. */
function joinMoments(
  moments: TensorInfo,
  blocks: Blocks,
  { gain, offset }: Readonly<Record<'gain' | 'offset', TensorInfo>>,
  c: Cut,
  backend: WebGPUBackend,
) {
  return runFlatProgram(backend, {
    name: `groupNormJoinMoments_${c.lanes}`,
    inputs: { moments: [moments, 1], gain: [gain, 1], offset: [offset, 1] },
    output: { shape: [4, c.batch, c.channels], dtype: 'float32', components: 1 },
    invocations: c.batch * c.groups * c.lanes,
    workgroupSize: c.lanes,
    uniforms: groupUniforms(c, blocks),
    code: () =>
      overGroup({
        lanes: c.lanes,
        sums: ['mean', 'variance'],
        type: 'f32',
        body: `
          let origin = moments[firstAt];
          ${sumOverGroup(c.lanes, 'mean', 'f32', 'count * (moments[at] - origin)')}
          let mean = origin + meanSum / size;
          ${sumOverGroup(
            c.lanes,
            'variance',
            'f32',
            'moments[at + uniforms.channels] + count * (moments[at] - mean) * (moments[at] - mean)',
          )}
          let deviation = inverseSqrt(varianceSum / size + ${EPSILON});`,
        channel: `
          result[row] = mean;
          result[rowSize + row] = deviation;
          result[2 * rowSize + row] = deviation * gain[channel];
          result[3 * rowSize + row] = offset[channel];`,
      }),
  });
}

/** `max(0, (x − mean)·scale + offset)`, like `x`; NaN stays NaN, which `max` does not promise. */
function normalize(x: TensorInfo, statistics: TensorInfo, c: Cut, backend: WebGPUBackend): TensorInfo {
  const zero = `${floatType(c.components)}(0.0)`;
  return runFlatProgram(backend, {
    name: 'groupNormNormalize',
    inputs: { x: [x, c.components], statistics: [statistics, c.components] },
    output: { shape: x.shape, dtype: 'float32', components: c.components },
    ...mapShares(c),
    code: () =>
      overMap({
        before: readStatistics(['mean', 'scale', 'offset']),
        pixel: (at) => `
          let value${at} = (x[${at}] - mean) * scale + offset;
          result[${at}] = select(value${at}, ${zero}, value${at} < ${zero});`,
      }),
  });
}

/** Gives the WebGPU backend the kernels behind `groupNormRelu`. Idempotent. */
export function registerWebGpuGroupNormRelu(): void {
  addKernel(GROUP_NORM_RELU, 'webgpu', ({ inputs, attrs, backend }) => {
    const { x, gain, offset } = inputs as { x: TensorInfo; gain: TensorInfo; offset: TensorInfo };
    return forward(x, gain, offset, Number(attrs?.groups), backend as WebGPUBackend);
  });
  addKernel(GROUP_NORM_RELU_GRADIENT, 'webgpu', ({ inputs, attrs, backend }) => {
    const { dy, x, statistics } = inputs as { dy: TensorInfo; x: TensorInfo; statistics: TensorInfo };
    return groupNormReluGradient(dy, x, statistics, Number(attrs?.groups), backend as WebGPUBackend);
  });
}
