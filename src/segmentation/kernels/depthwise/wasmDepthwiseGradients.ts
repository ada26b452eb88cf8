import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { DepthwiseConv2dNativeBackpropInput, type TensorInfo, util } from '@tensorflow/tfjs-core';
import {
  type ConvolutionInfo,
  depthwiseOf,
  type FilterGradientAttributes,
  type InputGradientAttributes,
} from '../convolution/convolutionAttributes.ts';
import { addKernel } from '../replaceKernel.ts';
import { DEPTHWISE_BACKPROP_FILTER_BIAS } from './depthwiseBackpropFilterBias.ts';
import { channelRuns } from './wasmDepthwiseLoops.ts';

/** A row of output pixels whose tap of the filter meets pixels of the input; numbers of floats from each map's start. */
interface TapRow {
  readonly pixels: number;
  /** Of the first of these pixels. */
  readonly input: number;
  readonly output: number;
  readonly tap: number;
}

/** Calls `visit` for every row of output pixels, those of all pictures counted together, and every tap of the filter. */
function everyTapRow(info: ConvolutionInfo, visit: (row: TapRow) => void): void {
  const { inChannels: channels, inWidth, inHeight, outHeight, outWidth, strideWidth, filterWidth } = info;
  for (let row = 0; row < info.batchSize * outHeight; row++) {
    const picture = Math.floor(row / outHeight);
    for (let tapY = 0; tapY < info.filterHeight; tapY++) {
      const inputY = (row % outHeight) * info.strideHeight + tapY * info.dilationHeight - info.padInfo.top;
      if (inputY < 0 || inputY >= inHeight) continue;
      for (let tapX = 0; tapX < filterWidth; tapX++) {
        const shift = tapX * info.dilationWidth - info.padInfo.left;
        const first = Math.max(0, Math.ceil(-shift / strideWidth));
        const end = Math.min(outWidth, Math.floor((inWidth - 1 - shift) / strideWidth) + 1);
        if (end <= first) continue;
        visit({
          pixels: end - first,
          input: ((picture * inHeight + inputY) * inWidth + first * strideWidth + shift) * channels,
          output: (row * outWidth + first) * channels,
          tap: (tapY * filterWidth + tapX) * channels,
        });
      }
    }
  }
}

/**
 * Input gradient of a convolution whose every channel has a filter of its own: `dy [B, H', W', C]` and
 * `filter [kh, kw, C, 1]`, result `[B, H, W, C]`. What a tap hands back is added to the input's row at once.
 */
function inputGradient(dy: TensorInfo, filter: TensorInfo, attrs: InputGradientAttributes, backend: BackendWasm) {
  const info = depthwiseOf(attrs.inputShape, filter.shape, attrs);
  const runs = channelRuns(info.inChannels, backend);
  const result = backend.makeOutput([...attrs.inputShape], 'float32');
  backend.typedArrayFromHeap(result).fill(0);
  const [sums, factors, gradient] = [result, filter, dy].map(({ dataId }) => backend.getMemoryOffset(dataId)) as [
    number,
    number,
    number,
  ];
  const pixelBytes = 4 * info.inChannels;
  everyTapRow(info, ({ pixels, input, output, tap }) => {
    for (const { first, tiles, addScaled } of runs) {
      addScaled(
        gradient + 4 * (output + first),
        factors + 4 * (tap + first),
        sums + 4 * (input + first),
        pixels,
        pixelBytes,
        pixelBytes * info.strideWidth,
        tiles,
      );
    }
  });
  return result;
}

/**
 * Its filter and bias gradients: `x [B, H, W, C]` and `dy [B, H', W', C]`, results `[kh, kw, C, 1]` and `[C]`. Products are
 * summed over each row of pixels in registers, and the rows' sums one after the other in memory.
 */
function filterAndBiasGradient(
  x: TensorInfo,
  dy: TensorInfo,
  attrs: FilterGradientAttributes,
  backend: BackendWasm,
): TensorInfo[] {
  const info = depthwiseOf(x.shape, attrs.filterShape, attrs);
  const { inChannels: channels, outWidth } = info;
  const runs = channelRuns(channels, backend);
  const filter = backend.makeOutput([...attrs.filterShape], 'float32');
  const bias = backend.makeOutput([channels], 'float32');
  const one = backend.makeOutput([channels], 'float32');
  for (const sums of [filter, bias]) backend.typedArrayFromHeap(sums).fill(0);
  backend.typedArrayFromHeap(one).fill(1);
  const addressOf = ({ dataId }: TensorInfo) => backend.getMemoryOffset(dataId);
  const [input, gradient, ones] = [addressOf(x), addressOf(dy), addressOf(one)];
  const [filterSums, biasSums] = [addressOf(filter), addressOf(bias)];
  const pixelBytes = 4 * channels;
  everyTapRow(info, (row) => {
    for (const { first, tiles, addProducts } of runs) {
      addProducts(
        input + 4 * (row.input + first),
        gradient + 4 * (row.output + first),
        filterSums + 4 * (row.tap + first),
        row.pixels,
        pixelBytes * info.strideWidth,
        pixelBytes,
        tiles,
      );
    }
  });
  // The bias gradient is the filter gradient of an input that is 1 everywhere.
  const rows = util.sizeFromShape(dy.shape) / (outWidth * channels);
  for (let row = 0; row < rows; row++) {
    const start = gradient + row * outWidth * pixelBytes;
    for (const { first, tiles, addProducts } of runs) {
      const offset = 4 * first;
      addProducts(ones + offset, start + offset, biasSums + offset, outWidth, 0, pixelBytes, tiles);
    }
  }
  backend.disposeData(one.dataId);
  return [filter, bias];
}

/**
 * Gives the WASM backend the gradients of a depthwise convolution, which it comes without. Idempotent; call it once the
 * backend's package is loaded. The kernels throw a `RangeError` where a channel has several filters.
 */
export function registerWasmDepthwiseGradients(): void {
  addKernel(DepthwiseConv2dNativeBackpropInput, 'wasm', ({ inputs, attrs, backend }) =>
    inputGradient(
      inputs.dy as TensorInfo,
      inputs.filter as TensorInfo,
      attrs as unknown as InputGradientAttributes,
      backend as BackendWasm,
    ),
  );
  addKernel(DEPTHWISE_BACKPROP_FILTER_BIAS, 'wasm', ({ inputs, attrs, backend }) =>
    filterAndBiasGradient(
      inputs.x as TensorInfo,
      inputs.dy as TensorInfo,
      attrs as unknown as FilterGradientAttributes,
      backend as BackendWasm,
    ),
  );
}
