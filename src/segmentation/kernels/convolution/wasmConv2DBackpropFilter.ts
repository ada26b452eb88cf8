import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Conv2DBackpropFilter, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { CONV_2D_BACKPROP_FILTER_BIAS } from './conv2DBackpropFilterBias.ts';
import { type ConvolutionInfo, convolutionInfo, type FilterGradientAttributes } from './convolutionAttributes.ts';
import { repack, tilesOfChannels } from './wasmConvolution.ts';
import { INPUTS_PER_TILE, type InputTile, type Tiles, tilesOf } from './wasmTiles.ts';

interface Gradients {
  readonly filter: TensorInfo;
  readonly bias: TensorInfo | null;
}

/**
 * Filter gradient of a 2-D convolution on the WASM backend, which comes without one: inputs `x [B, H, W, Cin]` and
 * `dy [B, H', W', Cout]`, result `[kh, kw, Cin, Cout]`; with `withBias` also the sums of `dy` per channel, `[Cout]`.
 *
 * For every tap of the filter, products of `x`, shifted by the tap, and `dy` are summed over each row of pixels in
 * registers, and the rows' sums one after the other in memory.
 */
function filterGradient(
  x: TensorInfo,
  dy: TensorInfo,
  attrs: FilterGradientAttributes,
  withBias: boolean,
  backend: BackendWasm,
): Gradients {
  const info = convolutionInfo(x, attrs);
  const tiles = tilesOf(backend);
  const { inChannels, outChannels } = info;
  const paddedChannels = Math.ceil(outChannels / tiles.lanes) * tiles.lanes;
  const pixels = info.batchSize * info.outHeight * info.outWidth;
  const filterRows = info.filterHeight * info.filterWidth * inChannels;

  const filter = backend.makeOutput(attrs.filterShape, 'float32');
  const bias = withBias ? backend.makeOutput([outChannels], 'float32') : null;
  const fits = paddedChannels === outChannels;
  const paddedDy = fits ? dy : backend.makeOutput([pixels, paddedChannels], 'float32');
  const sums = fits ? filter : backend.makeOutput([filterRows, paddedChannels], 'float32');
  const biasSums = backend.makeOutput([1 + paddedChannels], 'float32');

  // Views are made once all is allocated: a heap that grows detaches them.
  const addressOf = (tensor: TensorInfo) => backend.getMemoryOffset(tensor.dataId) / 4;
  const valuesOf = (tensor: TensorInfo) => backend.typedArrayFromHeap(tensor) as Float32Array;
  const narrow = (tensor: TensorInfo) => ({ values: valuesOf(tensor), channels: outChannels });
  const wide = (tensor: TensorInfo) => ({ values: valuesOf(tensor), channels: paddedChannels });
  if (!fits) repack(narrow(dy), wide(paddedDy), pixels);
  valuesOf(sums).fill(0);
  valuesOf(biasSums).fill(0).fill(1, paddedChannels);
  const one = addressOf(biasSums) + paddedChannels;

  const summation = { info, x: addressOf(x), dy: addressOf(paddedDy), sums: addressOf(sums), paddedChannels };
  const addTaps = tileCalls(tiles, inChannels, paddedChannels);
  const addBias = tileCalls(tiles, 1, paddedChannels);
  for (let row = 0; row < info.batchSize * info.outHeight; row++) {
    addRow(summation, addTaps, row);
    if (!withBias) continue;
    // The bias gradient is the filter gradient of an input that is 1 everywhere.
    const gradient = summation.dy + row * info.outWidth * paddedChannels;
    addTiles(addBias, paddedChannels, one, 0, gradient, addressOf(biasSums), info.outWidth);
  }
  if (!fits) repack(wide(sums), narrow(filter), filterRows);
  if (bias !== null) repack(wide(biasSums), narrow(bias), 1);
  for (const tensor of fits ? [biasSums] : [biasSums, paddedDy, sums]) backend.disposeData(tensor.dataId);
  return { filter, bias };
}

/** What the sums are taken over; addresses are in floats. */
interface Summation {
  readonly info: ConvolutionInfo;
  readonly x: number;
  readonly dy: number;
  readonly sums: number;
  /** Channels of `dy` and of the sums, a multiple of the lanes. */
  readonly paddedChannels: number;
}

/** Adds what one row of `dy`, counted through the batch, gives to every weight. */
function addRow({ info, x, dy, sums, paddedChannels }: Summation, calls: readonly TileCall[], row: number): void {
  const { inChannels, inWidth, inHeight, outHeight, outWidth, strideWidth } = info;
  const picture = Math.floor(row / outHeight);
  const outY = row % outHeight;
  for (let tapY = 0; tapY < info.filterHeight; tapY++) {
    const inputY = outY * info.strideHeight + tapY * info.dilationHeight - info.padInfo.top;
    if (inputY < 0 || inputY >= inHeight) continue;
    for (let tapX = 0; tapX < info.filterWidth; tapX++) {
      const shift = tapX * info.dilationWidth - info.padInfo.left;
      const firstX = Math.max(0, Math.ceil(-shift / strideWidth));
      const endX = Math.min(outWidth, Math.floor((inWidth - 1 - shift) / strideWidth) + 1);
      if (endX <= firstX) continue;
      const input = x + ((picture * inHeight + inputY) * inWidth + firstX * strideWidth + shift) * inChannels;
      const gradient = dy + (row * outWidth + firstX) * paddedChannels;
      const tapSums = sums + (tapY * info.filterWidth + tapX) * inChannels * paddedChannels;
      addTiles(calls, paddedChannels, input, strideWidth * inChannels, gradient, tapSums, endX - firstX);
    }
  }
}

/** Weights in tiles of one size. */
interface TileCall {
  readonly filterSums: ReturnType<Tiles['filterSums']>;
  readonly firstInput: number;
  readonly firstChannel: number;
  readonly inputCount: number;
  readonly channelCount: number;
}

/** Tiles for all weights between `inChannels` and `outChannels`, which are a multiple of the lanes. */
function tileCalls(tiles: Tiles, inChannels: number, outChannels: number): TileCall[] {
  const whole = Math.floor(inChannels / INPUTS_PER_TILE);
  const rest = inChannels - whole * INPUTS_PER_TILE;
  const inputTiles = [
    { inputs: INPUTS_PER_TILE, first: 0, count: whole },
    { inputs: rest as InputTile, first: whole * INPUTS_PER_TILE, count: rest > 0 ? 1 : 0 },
  ].filter(({ count }) => count > 0);
  return inputTiles.flatMap((input) =>
    tilesOfChannels(outChannels, tiles.lanes).map((channel) => ({
      filterSums: tiles.filterSums(input.inputs, channel.vectors),
      firstInput: input.first,
      firstChannel: channel.first,
      inputCount: input.count,
      channelCount: channel.count,
    })),
  );
}

/** Adds a row of pixels to the weights of `calls`; addresses and the distance of two pixels' inputs are in floats. */
function addTiles(
  calls: readonly TileCall[],
  outChannels: number,
  input: number,
  inputStep: number,
  gradient: number,
  sums: number,
  pixels: number,
): void {
  for (const { filterSums, firstInput, firstChannel, inputCount, channelCount } of calls) {
    filterSums(
      4 * (input + firstInput),
      4 * (gradient + firstChannel),
      4 * (sums + firstInput * outChannels + firstChannel),
      pixels,
      4 * inputStep,
      4 * outChannels,
      inputCount,
      channelCount,
      4 * outChannels,
    );
  }
}

const kernel =
  (withBias: boolean): KernelFunc =>
  ({ inputs, attrs, backend }) => {
    const { filter, bias } = filterGradient(
      inputs.x as TensorInfo,
      inputs.dy as TensorInfo,
      attrs as unknown as FilterGradientAttributes,
      withBias,
      backend as BackendWasm,
    );
    return bias === null ? filter : [filter, bias];
  };

/**
 * Gives the WASM backend its missing kernel, and ours that returns the filter gradient `[kh, kw, Cin, Cout]` and the
 * bias gradient `[Cout]`. Idempotent; call it once the backend's package is loaded.
 */
export function registerWasmFilterGradient(): void {
  for (const [kernelName, withBias] of [
    [Conv2DBackpropFilter, false],
    [CONV_2D_BACKPROP_FILTER_BIAS, true],
  ] as const) {
    addKernel(kernelName, 'wasm', kernel(withBias));
  }
}
