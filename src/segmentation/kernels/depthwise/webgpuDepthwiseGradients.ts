import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { DepthwiseConv2dNativeBackpropInput, type TensorInfo } from '@tensorflow/tfjs-core';
import { range } from '../../range.ts';
import {
  type ConvolutionInfo,
  depthwiseOf,
  type FilterGradientAttributes,
  type InputGradientAttributes,
} from '../convolution/convolutionAttributes.ts';
import { addKernel, replaceKernel } from '../replaceKernel.ts';
import { twoSumsOfBlocks } from '../webgpu/webgpuBlockSum.ts';
import { componentsOf, floatType, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { tilingLimits } from '../webgpu/webgpuTiling.ts';
import { DEPTHWISE_BACKPROP_FILTER_BIAS } from './depthwiseBackpropFilterBias.ts';

/** What a shader's text depends on. */
function keyOf(info: ConvolutionInfo): string {
  return [
    [info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
    [info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
  ].join(',');
}

/**
 * Input gradient of a convolution whose every channel has a filter of its own: `dy [B, H', W', C]` and
 * `filter [kh, kw, C, 1]`, result `[B, H, W, C]`. An invocation gathers what the taps hand back to one pixel.
 */
function inputGradient(dy: TensorInfo, filter: TensorInfo, attrs: InputGradientAttributes, backend: WebGPUBackend) {
  const info = depthwiseOf(attrs.inputShape, filter.shape, attrs);
  const components = componentsOf(info.inChannels);
  const vectors = info.inChannels / components;
  const type = floatType(components);
  // Outside of the output, and between strides, a tap is read at the edge and put away: branches are slow to compile.
  const along = (axis: 'Y' | 'X', taps: number, stride: number, dilation: number, before: number, side: string) =>
    range(taps)
      .map(
        (tap) => `
        let met${axis}${tap} = in${axis} + ${before - tap * dilation};
        let is${axis}${tap} = (met${axis}${tap} >= 0) & (met${axis}${tap} % ${stride} == 0) & (met${axis}${tap} / ${stride} < ${side});
        let out${axis}${tap} = clamp(met${axis}${tap} / ${stride}, 0, ${side} - 1);`,
      )
      .join('\n');
  return runFlatProgram(backend, {
    name: `depthwiseInputGradient_${keyOf(info)}`,
    inputs: { dy: [dy, components], weights: [filter, components] },
    output: { shape: attrs.inputShape, dtype: 'float32', components },
    invocations: info.batchSize * info.inHeight * info.inWidth * vectors,
    uniforms: {
      height: info.inHeight,
      width: info.inWidth,
      vectors,
      outHeight: info.outHeight,
      outWidth: info.outWidth,
    },
    code: () => `
      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let pixel = index / uniforms.vectors;
        let vector = index - pixel * uniforms.vectors;
        let row = pixel / uniforms.width;
        let inX = pixel - row * uniforms.width;
        let picture = row / uniforms.height;
        let inY = row - picture * uniforms.height;
        ${along('Y', info.filterHeight, info.strideHeight, info.dilationHeight, info.padInfo.top, 'uniforms.outHeight')}
        ${along('X', info.filterWidth, info.strideWidth, info.dilationWidth, info.padInfo.left, 'uniforms.outWidth')}
        var sum = ${type}(0.0);
        ${range(info.filterHeight)
          .flatMap((y) =>
            range(info.filterWidth).map(
              (x) => `
        sum += select(
          ${type}(0.0),
          dy[((picture * uniforms.outHeight + outY${y}) * uniforms.outWidth + outX${x}) * uniforms.vectors + vector]
            * weights[${y * info.filterWidth + x} * uniforms.vectors + vector],
          isY${y} & isX${x},
        );`,
            ),
          )
          .join('\n')}
        result[index] = sum;
      }
    `,
  });
}

/**
 * Its filter and bias gradients: `x [B, H, W, C]` and `dy [B, H', W', C]`, results `[kh, kw, C, 1]` and `[C]`.
 *
 * An invocation sums the taps of one row of the filter over a block of the output's rows; a second pass adds the blocks,
 * in order, so that equal inputs give equal bits.
 */
function filterAndBiasGradient(
  x: TensorInfo,
  dy: TensorInfo,
  attrs: FilterGradientAttributes,
  backend: WebGPUBackend,
): TensorInfo[] {
  const info = depthwiseOf(x.shape, attrs.filterShape, attrs);
  const { inChannels: channels, filterHeight, filterWidth } = info;
  const components = componentsOf(channels);
  const vectors = channels / components;
  const rows = info.batchSize * info.outHeight;
  const { wantedInvocations, workgroupSize } = tilingLimits(backend);
  const rowsEach = Math.ceil(rows / Math.min(rows, Math.ceil(wantedInvocations / (filterHeight * vectors))));
  const blocks = Math.ceil(rows / rowsEach);
  const type = floatType(components);
  const taps = range(filterWidth);
  const sums = runFlatProgram(backend, {
    name: `depthwiseFilterBlocks_${keyOf(info)}`,
    inputs: { x: [x, components], dy: [dy, components] },
    output: { shape: [blocks, filterHeight * filterWidth + 1, channels], dtype: 'float32', components },
    invocations: blocks * filterHeight * vectors,
    workgroupSize,
    uniforms: {
      rows,
      rowsEach,
      vectors,
      height: info.inHeight,
      width: info.inWidth,
      outHeight: info.outHeight,
      outWidth: info.outWidth,
    },
    code: () => `
      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let tapRow = index / uniforms.vectors;
        let vector = index - tapRow * uniforms.vectors;
        let block = tapRow / ${filterHeight};
        let tapY = tapRow - block * ${filterHeight};
        ${taps.map((tap) => `var sum${tap} = ${type}(0.0);`).join(' ')}
        var bias = ${type}(0.0);
        for (var row = block * uniforms.rowsEach; row < min((block + 1) * uniforms.rowsEach, uniforms.rows); row++) {
          let picture = row / uniforms.outHeight;
          let inY = (row - picture * uniforms.outHeight) * ${info.strideHeight} + tapY * ${info.dilationHeight} - ${info.padInfo.top};
          let isInside = (inY >= 0) & (inY < uniforms.height);
          let line = (picture * uniforms.height + clamp(inY, 0, uniforms.height - 1)) * uniforms.width;
          for (var outX = 0; outX < uniforms.outWidth; outX++) {
            let gradient = dy[(row * uniforms.outWidth + outX) * uniforms.vectors + vector];
            bias += gradient;
            ${taps
              .map(
                (tap) => `
            let inX${tap} = outX * ${info.strideWidth} + ${tap * info.dilationWidth - info.padInfo.left};
            sum${tap} += select(
              ${type}(0.0),
              gradient * x[(line + clamp(inX${tap}, 0, uniforms.width - 1)) * uniforms.vectors + vector],
              isInside & (inX${tap} >= 0) & (inX${tap} < uniforms.width),
            );`,
              )
              .join('\n')}
          }
        }
        let start = block * ${filterHeight * filterWidth + 1};
        ${taps.map((tap) => `result[(start + tapY * ${filterWidth} + ${tap}) * uniforms.vectors + vector] = sum${tap};`).join('\n')}
        if (tapY == 0) {
          result[(start + ${filterHeight * filterWidth}) * uniforms.vectors + vector] = bias;
        }
      }
    `,
  });
  return twoSumsOfBlocks(sums, attrs.filterShape, backend);
}

/**
 * Replaces the WebGPU backend's `DepthwiseConv2dNativeBackpropInput`, but for several filters a channel, and adds
 * `DepthwiseConv2dNativeBackpropFilterBias`, which throws a `RangeError` for these. Idempotent; call it once the backend's
 * package is loaded.
 */
export function registerWebGpuDepthwiseGradients(): void {
  replaceKernel(DepthwiseConv2dNativeBackpropInput, 'webgpu', (stock) => (params) => {
    const { dy, filter } = params.inputs as { dy: TensorInfo; filter: TensorInfo };
    if (filter.shape[3] !== 1) return stock(params);
    return inputGradient(
      dy,
      filter,
      params.attrs as unknown as InputGradientAttributes,
      params.backend as WebGPUBackend,
    );
  });
  addKernel(DEPTHWISE_BACKPROP_FILTER_BIAS, 'webgpu', ({ inputs, attrs, backend }) =>
    filterAndBiasGradient(
      inputs.x as TensorInfo,
      inputs.dy as TensorInfo,
      attrs as unknown as FilterGradientAttributes,
      backend as WebGPUBackend,
    ),
  );
}
