import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { range } from '../../range.ts';
import {
  type Arguments,
  add,
  advance,
  type Code,
  constant,
  type Local,
  repeat,
  type WasmFunction,
  wasmFunction,
} from '../wasm/wasmAssembler.ts';
import { instantiate, lanesOfHost } from '../wasm/wasmModule.ts';
import { type VectorOps, vectorOps } from '../wasm/wasmVectorOps.ts';

const CONVOLVE_PARAMETERS = [
  /** Address of the first input value under the filter of the first pixel. */
  'input',
  /** Address of the weights in tiles of channels: `[tile][row][column][input channel][channel of the tile]`. */
  'filter',
  /** Address of a float per output channel, what the sums start from. */
  'bias',
  /** Address of a float per output channel of the first pixel, added at the end. */
  'addend',
  /** Address of the first pixel's results. */
  'output',
  /** Address of the float that results are raised to: 0 for ReLU. */
  'least',
  'pixelTiles',
  'channelTiles',
  /** From one output pixel to the next. */
  'inputBytes',
  'addendBytes',
  'outputBytes',
  'filterRows',
  'filterRowBytes',
  /** Runs of a filter row whose inputs lie next to each other: one, or with dilation one a column. */
  'filterRuns',
  'filterRunBytes',
  /** Inputs of a run: a whole row of the filter's `columns · input channels`, or the channels of one column. */
  'runLength',
] as const;

const FILTER_SUMS_PARAMETERS = [
  /** Address of the first pixel's inputs. */
  'input',
  /** Address of the first pixel's output gradients. */
  'gradient',
  /** Address of the weights' sums `[input channel][output channel]`, which are added to. */
  'sums',
  'pixels',
  /** From one pixel to the next. */
  'inputBytes',
  'gradientBytes',
  'inputTiles',
  'channelTiles',
  /** From the sums of one input channel to those of the next. */
  'sumsBytes',
] as const;

type Convolve = (...args: Arguments<typeof CONVOLVE_PARAMETERS>) => void;
type FilterSums = (...args: Arguments<typeof FILTER_SUMS_PARAMETERS>) => void;

/** Inner loops in WebAssembly over the backend's own memory. Addresses and distances are in bytes, counts ≥ 1. */
export interface Tiles {
  /** Floats that an instruction works on; a tile of channels is one or two times as wide. */
  readonly lanes: 1 | 4;
  /** Convolves one row of pixels, in tiles of `pixels` by `vectors · lanes` output channels. */
  convolve(pixels: PixelTile, vectors: ChannelTile): Convolve;
  /** Sums input times output gradient over a row of pixels, in tiles of `inputs` by `vectors · lanes` weights. */
  filterSums(inputs: InputTile, vectors: ChannelTile): FilterSums;
}

/** Pixels of the tile that most of a row is cut into; the rest is done singly. */
export const PIXELS_PER_TILE = 4 as const;
/** Input channels of the largest tile. */
export const INPUTS_PER_TILE = 4 as const;
export type PixelTile = typeof PIXELS_PER_TILE | 1;
export type InputTile = 1 | 2 | 3 | typeof INPUTS_PER_TILE;
export type ChannelTile = 1 | 2;

/** `sums[i][o] += input · row[o]` in registers, where `read(i)` makes the code that loads an input. */
function multiplyAdd(
  v: VectorOps,
  sums: readonly (readonly Local[])[],
  row: readonly Local[],
  input: Local,
  read: (i: number) => Code,
): Code[] {
  return sums.flatMap((channels, i) => [
    input.set(read(i)),
    ...channels.map((sum, o) => sum.set(v.add(sum.get, v.multiply(input.get, (row[o] as Local).get)))),
  ]);
}

/** A tile of 4 × 2 vectors needs 11 of the 16 registers of x86; larger ones were slower, unrolled loops too. */
function convolveFunction(v: VectorOps, pixels: PixelTile, vectors: ChannelTile): WasmFunction {
  return wasmFunction(`convolve${pixels}x${vectors}`, CONVOLVE_PARAMETERS, v, ({ parameters: p, integer, vector }) => {
    const sums = range(pixels).map(() => range(vectors).map(vector));
    const weights = range(vectors).map(vector);
    const input = vector();
    const from = range(pixels).map(integer);
    const [tileInput, addend, output, tiles] = [integer(), integer(), integer(), integer()];
    const [row, rows, run, runs, filter, left] = [integer(), integer(), integer(), integer(), integer(), integer()];
    return [
      repeat(p.channelTiles, [
        tileInput.set(p.input.get),
        addend.set(p.addend.get),
        output.set(p.output.get),
        tiles.set(p.pixelTiles.get),
        repeat(tiles, [
          ...sums.flatMap((channels) => channels.map((sum, o) => sum.set(v.load(p.bias.get, o * v.bytes)))),
          row.set(tileInput.get),
          filter.set(p.filter.get),
          rows.set(p.filterRows.get),
          repeat(rows, [
            run.set(row.get),
            runs.set(p.filterRuns.get),
            repeat(runs, [
              ...from.map((pointer, i) =>
                pointer.set(i === 0 ? run.get : add((from[i - 1] as Local).get, p.inputBytes.get)),
              ),
              left.set(p.runLength.get),
              repeat(left, [
                ...weights.map((weight, o) => weight.set(v.load(filter.get, o * v.bytes))),
                ...multiplyAdd(v, sums, weights, input, (i) => v.loadSplat((from[i] as Local).get, 0)),
                ...from.map((pointer) => advance(pointer, constant(4))),
                advance(filter, constant(vectors * v.bytes)),
              ]),
              advance(run, p.filterRunBytes.get),
            ]),
            advance(row, p.filterRowBytes.get),
          ]),
          ...sums.flatMap((channels) => [
            ...channels.map((sum, o) =>
              v.store(
                output.get,
                o * v.bytes,
                v.max(v.add(sum.get, v.load(addend.get, o * v.bytes)), v.loadSplat(p.least.get, 0)),
              ),
            ),
            advance(output, p.outputBytes.get),
            advance(addend, p.addendBytes.get),
            advance(tileInput, p.inputBytes.get),
          ]),
        ]),
        p.filter.set(filter.get),
        ...[p.bias, p.addend, p.output].map((pointer) => advance(pointer, constant(vectors * v.bytes))),
      ]),
    ];
  });
}

function filterSumsFunction(v: VectorOps, inputs: InputTile, vectors: ChannelTile): WasmFunction {
  return wasmFunction(
    `filterSums${inputs}x${vectors}`,
    FILTER_SUMS_PARAMETERS,
    v,
    ({ parameters: p, integer, vector }) => {
      const sums = range(inputs).map(() => range(vectors).map(vector));
      const gradients = range(vectors).map(vector);
      const input = vector();
      const [firstGradient, firstSum, tiles] = [integer(), integer(), integer()];
      const [from, gradient, left, to] = [integer(), integer(), integer(), integer()];
      return [
        repeat(p.inputTiles, [
          firstGradient.set(p.gradient.get),
          firstSum.set(p.sums.get),
          tiles.set(p.channelTiles.get),
          repeat(tiles, [
            ...sums.flatMap((channels) => channels.map((sum) => sum.set(v.zero))),
            from.set(p.input.get),
            gradient.set(firstGradient.get),
            left.set(p.pixels.get),
            repeat(left, [
              ...gradients.map((value, o) => value.set(v.load(gradient.get, o * v.bytes))),
              ...multiplyAdd(v, sums, gradients, input, (i) => v.loadSplat(from.get, 4 * i)),
              advance(from, p.inputBytes.get),
              advance(gradient, p.gradientBytes.get),
            ]),
            to.set(firstSum.get),
            ...sums.flatMap((channels) => [
              ...channels.map((sum, o) => v.store(to.get, o * v.bytes, v.add(v.load(to.get, o * v.bytes), sum.get))),
              advance(to, p.sumsBytes.get),
            ]),
            advance(firstGradient, constant(vectors * v.bytes)),
            advance(firstSum, constant(vectors * v.bytes)),
          ]),
          advance(p.input, constant(4 * inputs)),
          ...range(inputs).map(() => advance(p.sums, p.sumsBytes.get)),
        ]),
      ];
    },
  );
}

const CHANNEL_TILES: readonly ChannelTile[] = [1, 2];
const PIXEL_TILES: readonly PixelTile[] = [1, PIXELS_PER_TILE];
const INPUT_TILES: readonly InputTile[] = [1, 2, 3, INPUTS_PER_TILE];

const tilesOfBackend = new WeakMap<BackendWasm, Tiles>();

/** The inner loops for a backend: made at the first call, with SIMD where the host has it. */
export function tilesOf(backend: BackendWasm): Tiles {
  const known = tilesOfBackend.get(backend);
  if (known !== undefined) return known;
  const made = makeTiles(backend, lanesOfHost());
  tilesOfBackend.set(backend, made);
  return made;
}

function makeTiles(backend: BackendWasm, lanes: 1 | 4): Tiles {
  const v = vectorOps(lanes);
  const functions = CHANNEL_TILES.flatMap((vectors) => [
    ...PIXEL_TILES.map((pixels) => convolveFunction(v, pixels, vectors)),
    ...INPUT_TILES.map((inputs) => filterSumsFunction(v, inputs, vectors)),
  ]);
  const exports = instantiate(functions, backend);
  return {
    lanes,
    convolve: (pixels, vectors) => exports[`convolve${pixels}x${vectors}`] as Convolve,
    filterSums: (inputs, vectors) => exports[`filterSums${inputs}x${vectors}`] as FilterSums,
  };
}
