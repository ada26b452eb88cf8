import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  Conv2D,
  Conv2DBackpropFilter,
  getKernel,
  type KernelConfig,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { type ConvolutionInfo, convolutionInfo, type FilterGradientAttributes } from './filterGradientAttributes.ts';

/** Elements of the buffer of shifted planes at a time: 4 MiB stay in a processor's cache, whatever the picture's size. */
const PLANE_ELEMENTS = 1 << 20;

/** A run of output rows of one picture of the batch. */
interface RowBlock {
  readonly picture: number;
  readonly firstRow: number;
  readonly rows: number;
}

/**
 * Filter gradient of a 2-D convolution on the WASM backend, which comes without one: inputs `x [B, H, W, Cin]` and
 * `dy [B, H', W', Cout]`, result `[kh, kw, Cin, Cout]`.
 *
 * It is itself a convolution, which XNNPACK runs fast: every channel of `x`, shifted by every column of the filter, is
 * one picture whose rows play the part of channels, and `dy` is the filter that slides over it vertically (im2col with
 * the vertical half left to the convolution). Forward stride and dilation change places. Done in blocks of output rows.
 */
function filterGradient(x: TensorInfo, dy: TensorInfo, attrs: FilterGradientAttributes, backend: BackendWasm) {
  const info = convolutionInfo(x, attrs);
  const { filterWidth, inChannels, outWidth, outHeight, strideHeight } = info;
  const rowElements = filterWidth * inChannels * outWidth * strideHeight;
  const rowsAtOnce = Math.max(1, Math.min(outHeight, Math.floor(PLANE_ELEMENTS / rowElements)));
  const sums = new Float32Array(attrs.filterShape.reduce((product, side) => product * side, 1));
  for (let picture = 0; picture < info.batchSize; picture++) {
    for (let firstRow = 0; firstRow < outHeight; firstRow += rowsAtOnce) {
      addBlock(sums, x, dy, info, { picture, firstRow, rows: Math.min(rowsAtOnce, outHeight - firstRow) }, backend);
    }
  }
  const result = backend.makeOutput(attrs.filterShape, 'float32');
  backend.typedArrayFromHeap(result).set(sums);
  return result;
}

/** Adds a block's share of the gradient to `sums`. */
function addBlock(
  sums: Float32Array,
  x: TensorInfo,
  dy: TensorInfo,
  info: ConvolutionInfo,
  block: RowBlock,
  backend: BackendWasm,
): void {
  const { outWidth, outHeight, outChannels, inChannels, filterHeight, filterWidth } = info;
  const height = (block.rows - 1) * info.strideHeight + (filterHeight - 1) * info.dilationHeight + 1;
  const planes = backend.makeOutput([filterWidth * inChannels, height, 1, outWidth], 'float32');
  const slice = backend.makeOutput([block.rows, 1, outWidth, outChannels], 'float32');
  // Views are taken once both buffers exist: one made earlier is detached when the heap grows.
  const start = (block.picture * outHeight + block.firstRow) * outWidth * outChannels;
  const source = backend.typedArrayFromHeap(dy);
  backend.typedArrayFromHeap(slice).set(source.subarray(start, start + block.rows * outWidth * outChannels));
  fillPlanes(
    backend.typedArrayFromHeap(x) as Float32Array,
    backend.typedArrayFromHeap(planes) as Float32Array,
    info,
    block,
    height,
  );
  const part = getKernel(Conv2D, 'wasm').kernelFunc({
    inputs: { x: planes, filter: slice },
    attrs: {
      strides: [info.dilationHeight, 1],
      dilations: [info.strideHeight, 1],
      pad: 'valid',
      dataFormat: 'NHWC',
    },
    backend,
  }) as TensorInfo;
  addTransposed(sums, backend.typedArrayFromHeap(part) as Float32Array, info);
  for (const { dataId } of [planes, slice, part]) backend.disposeData(dataId);
}

/** `sums[ky][kx][input][output] += part[kx][input][ky][output]`. */
function addTransposed(sums: Float32Array, part: Float32Array, info: ConvolutionInfo): void {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  let from = 0;
  for (let plane = 0; plane < filterWidth * inChannels; plane++) {
    for (let ky = 0; ky < filterHeight; ky++) {
      const to = (ky * filterWidth * inChannels + plane) * outChannels;
      for (let o = 0; o < outChannels; o++) sums[to + o] = (sums[to + o] as number) + (part[from++] as number);
    }
  }
}

/** Writes `planes[kx][input][row][outX]`, the inputs under column `kx` of the filter; zero where padding lies. */
function fillPlanes(
  x: Float32Array,
  planes: Float32Array,
  info: ConvolutionInfo,
  block: RowBlock,
  height: number,
): void {
  const { inWidth, inHeight, inChannels, outWidth, strideWidth } = info;
  const firstY = block.firstRow * info.strideHeight - info.padInfo.top;
  planes.fill(0);
  for (let kx = 0; kx < info.filterWidth; kx++) {
    const shiftX = kx * info.dilationWidth - info.padInfo.left;
    const firstX = Math.max(0, Math.ceil(-shiftX / strideWidth));
    const endX = Math.min(outWidth, Math.floor((inWidth - 1 - shiftX) / strideWidth) + 1);
    for (let row = Math.max(0, -firstY); row < Math.min(height, inHeight - firstY); row++) {
      const line = ((block.picture * inHeight + firstY + row) * inWidth + firstX * strideWidth + shiftX) * inChannels;
      for (let input = 0; input < inChannels; input++) {
        let from = line + input;
        let to = ((kx * inChannels + input) * height + row) * outWidth + firstX;
        for (let outX = firstX; outX < endX; outX++) {
          planes[to++] = x[from] as number;
          from += strideWidth * inChannels;
        }
      }
    }
  }
}

const filterGradientConfig: KernelConfig = {
  kernelName: Conv2DBackpropFilter,
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs, backend }) =>
    filterGradient(
      inputs.x as TensorInfo,
      inputs.dy as TensorInfo,
      attrs as unknown as FilterGradientAttributes,
      backend as BackendWasm,
    ),
};

/** Gives the WASM backend its missing kernel. Idempotent; call it once the backend's package is loaded. */
export function registerWasmFilterGradient(): void {
  if (getKernel(Conv2DBackpropFilter, 'wasm') === undefined) registerKernel(filterGradientConfig);
}
