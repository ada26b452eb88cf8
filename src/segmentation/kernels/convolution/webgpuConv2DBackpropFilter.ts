import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { Conv2DBackpropFilter, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { addKernel, replaceKernel } from '../replaceKernel.ts';
import { sumOfBlocks, twoSumsOfBlocks } from '../webgpu/webgpuBlockSum.ts';
import { deferSums } from '../webgpu/webgpuDeferredSums.ts';
import { componentsOf, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { cheapestTiling, HARDWARE_COSTS, tilingLimits } from '../webgpu/webgpuTiling.ts';
import { CONV_2D_BACKPROP_FILTER_BIAS } from './conv2DBackpropFilterBias.ts';
import { convolutionInfo, type FilterGradientAttributes } from './convolutionAttributes.ts';
import { JOINED_CONV_2D_BACKPROP_FILTER, type JoinedFilterGradientAttributes } from './joinedConvolution.ts';
import {
  type FilterGradientPlan,
  type FilterTile,
  filterGradientShader,
  offsets,
  readsVectors,
} from './webgpuFilterGradientShader.ts';

interface Inputs {
  /** `[B, H, W, Cin]` */
  readonly x: TensorInfo;
  /** `[B, H, W, Cin2]`, of a second convolution that was added to that of `x`, with as many taps; both `Cin` are fours. */
  readonly other?: TensorInfo;
  /** `[B, H', W', Cout]` */
  readonly dy: TensorInfo;
}

/**
 * Sums of blocks of pixels: `[blocks, kh·kw·Cin, Cout]`, with the rows of the second input's filter behind them, and the bias
 * gradient's share as one row more. The caller disposes them.
 *
 * The stock kernel gives each weight one invocation that walks every pixel: few invocations, two reads for each product
 * and one long sum in single precision. Here an invocation sums a tile of weights over a block of pixels, and a second
 * pass adds the blocks, in order, so that equal inputs give equal bits.
 */
function blockSums({ x, other, dy }: Inputs, plan: FilterGradientPlan, backend: WebGPUBackend): TensorInfo {
  const { info, withBias, tapRows, inputs, vectors, height, width } = plan;
  const taps = info.filterHeight * info.filterWidth;
  const [rows, otherRows] = [taps * info.inChannels, taps * (plan.otherInputs ?? 0)];
  const components = componentsOf(info.outChannels);
  const key = [
    [info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth],
    [info.padInfo.top, info.padInfo.left],
    [tapRows, inputs, vectors, height, width],
    [plan.isVectorized],
  ];
  return runFlatProgram(backend, {
    name: ['filterGradientBlocks', ...key.map((part) => part.join(',')), withBias, other !== undefined].join('_'),
    inputs: {
      x: [x, readsVectors(plan) ? 4 : 1],
      ...(other === undefined ? {} : { other: [other, readsVectors(plan) ? 4 : 1] as const }),
      dy: [dy, components],
    },
    output: {
      shape: [plan.blocks, rows + otherRows + (withBias ? 1 : 0), info.outChannels],
      dtype: 'float32',
      components,
    },
    invocations: plan.invocations,
    workgroupSize: tilingLimits(backend).workgroupSize,
    uniforms: { blocks: plan.blocks, tilesEach: plan.tilesEach, firstOfOther: plan.firstOfOther, otherRow: rows },
    code: () => filterGradientShader(plan),
  });
}

/** The cheapest tiling, and the pixels shared out so that there are enough invocations. */
function planOf(
  { x, other, dy }: Inputs,
  attrs: FilterGradientAttributes,
  withBias: boolean,
  backend: WebGPUBackend,
): FilterGradientPlan {
  const info = convolutionInfo(x, attrs);
  const limits = tilingLimits(backend);
  const isVectorized = limits.inputReads !== 'software';
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const otherInputs = other === undefined ? null : (other.shape[3] as number);
  const inputCounts = [1, 2, 3, 4].filter((inputs) =>
    [inChannels, otherInputs ?? 0].every((all) => all % inputs === 0),
  );
  const vectorCounts = outChannels > 4 ? [1, 2] : [1];
  const tiles = [1, filterHeight].flatMap((tapRows) =>
    [1, 2, 4].flatMap((height) =>
      [2, 4, 8].flatMap((width) => {
        const { rows, columns } = offsets(info, { tapRows, height, width });
        return inputCounts.flatMap((inputs) =>
          vectorCounts.map((vectors): FilterTile => {
            const sums = tapRows * filterWidth * inputs * vectors * 4;
            const pixels = rows.length * columns.length;
            // Of vectors, where such are read.
            const reads = isVectorized
              ? pixels * (inputs === 4 ? 1 : inputs) + height * width * vectors
              : pixels * inputs + height * width * vectors * 4;
            return { tapRows, inputs, vectors, height, width, body: { sums, reads, products: sums * height * width } };
          }),
        );
      }),
    ),
  );
  const tile = isVectorized
    ? cheapestTiling(tiles, { ...limits, products: 4 * limits.products }, HARDWARE_COSTS)
    : cheapestTiling(tiles, limits);
  const groupsOf = (inputs: number) =>
    (filterHeight / tile.tapRows) * (inputs / tile.inputs) * Math.ceil(outChannels / (4 * tile.vectors));
  const groups = groupsOf(inChannels) + groupsOf(otherInputs ?? 0);
  const [batch, outHeight, outWidth] = dy.shape as [number, number, number, number];
  const pixelTiles = batch * Math.ceil(outHeight / tile.height) * Math.ceil(outWidth / tile.width);
  const tilesEach = Math.ceil(pixelTiles / Math.min(Math.ceil(limits.wantedInvocations / groups), pixelTiles));
  const blocks = Math.ceil(pixelTiles / tilesEach);
  // No workgroup has members of both.
  const { workgroupSize } = limits;
  const own = groupsOf(inChannels) * blocks;
  const firstOfOther = otherInputs === null ? own : workgroupSize * Math.ceil(own / workgroupSize);
  const invocations = firstOfOther + groupsOf(otherInputs ?? 0) * blocks;
  return { ...tile, info, withBias, otherInputs, isVectorized, blocks, tilesEach, firstOfOther, invocations };
}

/**
 * Filter gradient of a 2-D convolution on the WebGPU backend, in two dispatches: inputs `x [B, H, W, Cin]` and
 * `dy [B, H', W', Cout]`, result `[kh, kw, Cin, Cout]`.
 */
function filterGradient(inputs: Inputs, attrs: FilterGradientAttributes, backend: WebGPUBackend): TensorInfo {
  const sums = blockSums(inputs, planOf(inputs, attrs, false, backend), backend);
  const deferred = deferSums(sums, [{ start: 0, shape: attrs.filterShape }], backend);
  if (deferred !== null) return deferred[0] as TensorInfo;
  const weights = util.sizeFromShape(attrs.filterShape);
  const vector = sumOfBlocks(sums, weights, weights, backend);
  backend.disposeData(sums.dataId);
  return { ...vector, shape: attrs.filterShape };
}

/**
 * The same of two convolutions that were added, see {@link JOINED_CONV_2D_BACKPROP_FILTER}, in one buffer. Throws a
 * `RangeError` unless all input channels are multiples of four.
 */
function twoFilterGradients(
  inputs: Required<Inputs>,
  { filterShapes: [filterShape, otherShape], strides: [stride] }: JoinedFilterGradientAttributes,
  backend: WebGPUBackend,
): TensorInfo[] {
  if ((filterShape[2] | otherShape[2]) % 4 !== 0) throw new RangeError('Channels of two inputs come in fours.');
  const attrs = { filterShape, strides: stride, pad: 'same', dataFormat: 'NHWC' } as const;
  const sums = blockSums(inputs, planOf(inputs, attrs, false, backend), backend);
  return twoSumsOfBlocks(sums, filterShape, backend, otherShape);
}

/** The same with the bias gradient `[Cout]`, the sum of `dy` over all pixels; both lie in one buffer. */
function filterAndBiasGradient(inputs: Inputs, attrs: FilterGradientAttributes, backend: WebGPUBackend): TensorInfo[] {
  const sums = blockSums(inputs, planOf(inputs, attrs, true, backend), backend);
  return twoSumsOfBlocks(sums, attrs.filterShape, backend);
}

/**
 * Replaces the WebGPU backend's `Conv2DBackpropFilter`, but for channels first, and adds `Conv2DBackpropFilterBias`:
 * inputs `{x, dy}` and attributes as the former's, results `[filterGradient, biasGradient]`; and
 * {@link JOINED_CONV_2D_BACKPROP_FILTER}. Idempotent; call it once the backend's package is loaded.
 */
export function registerWebGpuFilterGradient(): void {
  replaceKernel(Conv2DBackpropFilter, 'webgpu', (stock) => (params) => {
    const attrs = params.attrs as unknown as FilterGradientAttributes;
    if (attrs.dataFormat === 'NCHW') return stock(params);
    return filterGradient(params.inputs as unknown as Inputs, attrs, params.backend as WebGPUBackend);
  });
  addKernel(CONV_2D_BACKPROP_FILTER_BIAS, 'webgpu', ({ inputs, attrs, backend }) =>
    filterAndBiasGradient(
      inputs as unknown as Inputs,
      attrs as unknown as FilterGradientAttributes,
      backend as WebGPUBackend,
    ),
  );
  addKernel(JOINED_CONV_2D_BACKPROP_FILTER, 'webgpu', ({ inputs, attrs, backend }) =>
    twoFilterGradients(
      inputs as unknown as Required<Inputs>,
      attrs as unknown as JoinedFilterGradientAttributes,
      backend as WebGPUBackend,
    ),
  );
}
