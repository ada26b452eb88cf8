import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type ChannelTile, PIXELS_PER_TILE, type PixelTile, type Tiles, tilesOf } from './wasmTiles.ts';

type Shape4D = readonly [batch: number, height: number, width: number, channels: number];

/**
 * Along one axis, output positions whose filter taps are the same: outputs `outFirst + i·outStep`, whose tap `t` is the
 * filter's number `taps[t]` and reads the input at `inFirst + i·inStep + t·tapStep`, where outside of the picture lie
 * zeros.
 */
export interface AxisPass {
  readonly outFirst: number;
  readonly outStep: number;
  readonly outCount: number;
  readonly inFirst: number;
  readonly inStep: number;
  readonly tapStep: number;
  readonly taps: readonly number[];
}

export interface WasmConvolution {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  /** Whether the filter's last axis is that of the input's channels, as it is for an input gradient. */
  readonly swapChannels: boolean;
  readonly rows: readonly AxisPass[];
  readonly columns: readonly AxisPass[];
  readonly outShape: Shape4D;
  readonly bias: TensorInfo | null;
  /** Of the output's shape, added to it. */
  readonly addend: TensorInfo | null;
  readonly relu: boolean;
}

/** Where a convolution's data lie; addresses are in floats. */
interface Places {
  /** The whole heap. */
  readonly heap: Float32Array;
  readonly x: number;
  /** One picture with the zeros around it, or `x` where there are none. */
  readonly frame: number;
  readonly filter: number;
  readonly weights: number;
  readonly bias: number;
  readonly zeros: number;
  readonly least: number;
  readonly addend: number;
  readonly output: number;
}

interface Margin {
  readonly before: number;
  readonly after: number;
}

/**
 * Convolution on the WASM backend with our own inner loops, a third faster than XNNPACK's on x86: sums of
 * `input · weight` for every pair of passes, plus bias and addend, then ReLU. `x [B, H, W, Cin]`, result `outShape`.
 *
 * Sums run over the filter's rows, columns and input channels in this order, in single precision.
 */
export function convolveOnWasm(job: WasmConvolution, backend: BackendWasm): TensorInfo {
  const { lanes } = tilesOf(backend);
  const [batch, height, width, channels] = job.outShape;
  const wide = Math.ceil(channels / lanes) * lanes;
  if (wide === channels) return convolveWide(job, backend);
  const outShape = [batch, height, width, wide] as const;
  const addend = job.addend === null ? null : withChannels(job.addend, outShape, backend);
  const result = convolveWide({ ...job, outShape, addend }, backend);
  const narrowed = withChannels(result, job.outShape, backend);
  backend.disposeData(result.dataId);
  if (addend !== null) backend.disposeData(addend.dataId);
  return narrowed;
}

/** A copy of `tensor` with the channels of `shape`: those that both have, zeros for the rest. */
function withChannels(tensor: TensorInfo, shape: Shape4D, backend: BackendWasm): TensorInfo {
  const copied = backend.makeOutput([...shape], 'float32');
  const [batch, height, width, channels] = shape;
  repack(
    { values: backend.typedArrayFromHeap(tensor) as Float32Array, channels: tensor.shape[3] as number },
    { values: backend.typedArrayFromHeap(copied) as Float32Array, channels },
    batch * height * width,
  );
  return copied;
}

/** {@link convolveOnWasm} where the output channels are a multiple of the lanes, though the filter may have fewer. */
function convolveWide(job: WasmConvolution, backend: BackendWasm): TensorInfo {
  const tiles = tilesOf(backend);
  const geometry = geometryOf(job);
  const [batch, height, width, inChannels] = job.x.shape as unknown as Shape4D;
  const outChannels = job.outShape[3];
  const { frameHeight, frameWidth, rowMargin, columnMargin } = geometry;
  const framed = frameHeight !== height || frameWidth !== width;
  const taps = longest(job.rows) * longest(job.columns);

  const result = backend.makeOutput([...job.outShape], 'float32');
  const scratch = [
    Math.max(1, taps * inChannels * outChannels),
    2 * outChannels + 1,
    ...(framed ? [frameHeight * frameWidth * inChannels] : []),
  ].map((length) => backend.makeOutput([length], 'float32'));
  const [weights, constants, frame = job.x] = scratch as [TensorInfo, TensorInfo, TensorInfo?];

  // The view is made once all is allocated: a heap that grows detaches it.
  const heap = new Float32Array(backend.typedArrayFromHeap(result).buffer);
  const addressOf = (info: TensorInfo) => backend.getMemoryOffset(info.dataId) / 4;
  const bias = addressOf(constants);
  const places: Places = {
    heap,
    x: addressOf(job.x),
    frame: addressOf(frame),
    filter: addressOf(job.filter),
    weights: addressOf(weights),
    bias,
    zeros: bias + outChannels,
    least: bias + 2 * outChannels,
    addend: addressOf(job.addend ?? result),
    output: addressOf(result),
  };
  heap.fill(0, bias, places.least);
  if (job.bias !== null) copy(heap, addressOf(job.bias), bias, job.bias.shape[0] as number);
  heap[places.least] = job.relu ? 0 : Number.NEGATIVE_INFINITY;
  if (framed) heap.fill(0, places.frame, places.frame + frameHeight * frameWidth * inChannels);
  if (geometry.gaps) backend.typedArrayFromHeap(result).fill(0);
  for (let picture = 0; picture < batch; picture++) {
    const source = places.x + picture * height * width * inChannels;
    if (framed) {
      for (let y = 0; y < height; y++) {
        const to = places.frame + ((y + rowMargin.before) * frameWidth + columnMargin.before) * inChannels;
        copy(heap, source + y * width * inChannels, to, width * inChannels);
      }
    }
    convolvePicture({ ...places, frame: framed ? places.frame : source }, geometry, picture, tiles);
  }
  for (const { dataId } of scratch) backend.disposeData(dataId);
  return result;
}

interface Geometry extends WasmConvolution {
  readonly inChannels: number;
  readonly frameHeight: number;
  readonly frameWidth: number;
  readonly rowMargin: Margin;
  readonly columnMargin: Margin;
  /** Whether some positions of the output have no taps at all. */
  readonly gaps: boolean;
}

function geometryOf(job: WasmConvolution): Geometry {
  const [, height, width, inChannels] = job.x.shape as unknown as Shape4D;
  const [rowMargin, columnMargin] = [marginOf(job.rows, height), marginOf(job.columns, width)];
  return {
    ...job,
    inChannels,
    rowMargin,
    columnMargin,
    frameHeight: rowMargin.before + height + rowMargin.after,
    frameWidth: columnMargin.before + width + columnMargin.after,
    gaps: [...job.rows, ...job.columns].some((pass) => pass.taps.length === 0),
  };
}

function convolvePicture(places: Places, geometry: Geometry, picture: number, tiles: Tiles): void {
  for (const row of geometry.rows) {
    for (const column of geometry.columns) {
      if (row.taps.length === 0 || column.taps.length === 0) continue;
      packFilter(places, geometry, row, column, tiles.lanes);
      convolvePass(places, geometry, row, column, picture, tiles);
    }
  }
}

/** Convolves one picture of the batch at the positions of one pass each way. */
function convolvePass(
  places: Places,
  geometry: Geometry,
  row: AxisPass,
  column: AxisPass,
  picture: number,
  tiles: Tiles,
): void {
  const { inChannels, frameWidth, rowMargin, columnMargin, outShape } = geometry;
  const [, outHeight, outWidth, outChannels] = outShape;
  const addendChannels = geometry.addend === null ? 0 : outChannels;
  // The columns of a row of the filter read neighbouring inputs unless they are dilated.
  const runs = column.tapStep === 1 ? 1 : column.taps.length;
  const runLength = (column.taps.length * inChannels) / runs;
  const weightsPerChannel = row.taps.length * column.taps.length * inChannels;
  const firstInput = places.frame + (column.inFirst + columnMargin.before) * inChannels;
  const tilesOfRow = tilesOfChannels(outChannels, tiles.lanes).flatMap((channels) =>
    tilesOfPixels(column.outCount).map((pixels) => ({
      convolve: tiles.convolve(pixels.pixels, channels.vectors),
      filter: places.weights + channels.first * weightsPerChannel,
      bias: places.bias + channels.first,
      input: firstInput + pixels.first * column.inStep * inChannels,
      output: pixels.first * column.outStep * outChannels + channels.first,
      pixelCount: pixels.count,
      channelCount: channels.count,
    })),
  );
  for (let i = 0; i < row.outCount; i++) {
    const inRow = (row.inFirst + row.inStep * i + rowMargin.before) * frameWidth * inChannels;
    const outRow = (picture * outHeight + row.outFirst + row.outStep * i) * outWidth + column.outFirst;
    for (const { convolve, filter, bias, input, output, pixelCount, channelCount } of tilesOfRow) {
      const out = outRow * outChannels + output;
      convolve(
        4 * (input + inRow),
        4 * filter,
        4 * bias,
        4 * (addendChannels === 0 ? places.zeros : places.addend + out),
        4 * (places.output + out),
        4 * places.least,
        pixelCount,
        channelCount,
        4 * column.inStep * inChannels,
        4 * column.outStep * addendChannels,
        4 * column.outStep * outChannels,
        row.taps.length,
        4 * row.tapStep * frameWidth * inChannels,
        runs,
        4 * column.tapStep * inChannels,
        runLength,
      );
    }
  }
}

/** Tiles of several pixels as long as there are enough, then single ones. */
function tilesOfPixels(
  count: number,
): { readonly pixels: PixelTile; readonly first: number; readonly count: number }[] {
  const whole = Math.floor(count / PIXELS_PER_TILE);
  const first = whole * PIXELS_PER_TILE;
  return [
    { pixels: PIXELS_PER_TILE, first: 0, count: whole },
    { pixels: 1 as const, first, count: count - first },
  ].filter((tiles) => tiles.count > 0);
}

/** Tiles of two vectors as long as there are enough channels, then one of a single vector where one is left. */
export function tilesOfChannels(
  channels: number,
  lanes: number,
): { readonly vectors: ChannelTile; readonly first: number; readonly count: number }[] {
  const pairs = Math.floor(channels / (2 * lanes));
  const first = pairs * 2 * lanes;
  return [
    { vectors: 2 as const, first: 0, count: pairs },
    { vectors: 1 as const, first, count: (channels - first) / lanes },
  ].filter(({ count }) => count > 0);
}

/** Writes the weights of a pass in the order in which the inner loop reads them. */
function packFilter(places: Places, geometry: Geometry, row: AxisPass, column: AxisPass, lanes: number): void {
  const [, filterWidth, ...ofFilter] = geometry.filter.shape as unknown as Shape4D;
  const { inChannels, swapChannels } = geometry;
  const outChannels = ofFilter[swapChannels ? 0 : 1];
  const [inStep, outStep] = swapChannels ? [1, inChannels] : [outChannels, 1];
  const taps = row.taps.flatMap((y) => column.taps.map((x) => (y * filterWidth + x) * inChannels * outChannels));
  let to = places.weights;
  for (const { vectors, first, count } of tilesOfChannels(geometry.outShape[3], lanes)) {
    const width = vectors * lanes;
    for (let channel = first; channel < first + count * width; channel += width) {
      for (const tap of taps) {
        const from = places.filter + tap + channel * outStep;
        packTap(places.heap, from, inStep, outStep, to, inChannels, width, Math.min(width, outChannels - channel));
        to += inChannels * width;
      }
    }
  }
}

/** Writes `[input channel][channel of a tile]` of one tap; zeros where the tile reaches beyond the filter. */
function packTap(
  heap: Float32Array,
  from: number,
  inStep: number,
  outStep: number,
  to: number,
  inChannels: number,
  width: number,
  present: number,
): void {
  for (let input = 0; input < inChannels; input++) {
    for (let o = 0; o < width; o++) {
      heap[to + input * width + o] = o < present ? (heap[from + input * inStep + o * outStep] as number) : 0;
    }
  }
}

/** Positions before and after the picture's side that some tap reads. */
function marginOf(passes: readonly AxisPass[], side: number): Margin {
  const used = passes.filter((pass) => pass.taps.length > 0 && pass.outCount > 0);
  const last = ({ inFirst, outCount, inStep, taps, tapStep }: AxisPass) =>
    inFirst + (outCount - 1) * inStep + (taps.length - 1) * tapStep;
  return {
    before: Math.max(0, ...used.map((pass) => -pass.inFirst)),
    after: Math.max(0, ...used.map((pass) => last(pass) - (side - 1))),
  };
}

const longest = (passes: readonly AxisPass[]) => Math.max(0, ...passes.map(({ taps }) => taps.length));

function copy(heap: Float32Array, from: number, to: number, length: number): void {
  heap.copyWithin(to, from, from + length);
}

interface Pixels {
  readonly values: Float32Array;
  readonly channels: number;
}

/** Copies pixels to pixels of other channels: those that both have, zeros for the rest. */
export function repack(from: Pixels, to: Pixels, pixels: number): void {
  const shared = Math.min(from.channels, to.channels);
  to.values.fill(0);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const source = pixel * from.channels;
    const target = pixel * to.channels;
    for (let channel = 0; channel < shared; channel++) {
      to.values[target + channel] = from.values[source + channel] as number;
    }
  }
}
