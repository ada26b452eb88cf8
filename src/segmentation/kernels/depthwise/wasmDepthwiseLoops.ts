import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { range } from '../../range.ts';
import { type Arguments, advance, constant, repeat, type WasmFunction, wasmFunction } from '../wasm/wasmAssembler.ts';
import { instantiate, lanesOfHost } from '../wasm/wasmModule.ts';
import { type VectorOps, vectorOps } from '../wasm/wasmVectorOps.ts';

const ADD_SCALED_PARAMETERS = [
  /** Address of the first pixel's values. */
  'input',
  /** Address of a factor per channel. */
  'factors',
  /** Address of the first pixel's sums, which are added to. */
  'sums',
  'pixels',
  /** From one pixel to the next. */
  'inputBytes',
  'sumsBytes',
  'channelTiles',
] as const;

const ADD_PRODUCTS_PARAMETERS = [
  /** Addresses of the first pixel's values. */
  'left',
  'right',
  /** Address of a sum per channel, which is added to. */
  'sums',
  'pixels',
  /** From one pixel to the next. */
  'leftBytes',
  'rightBytes',
  'channelTiles',
] as const;

type AddScaled = (...args: Arguments<typeof ADD_SCALED_PARAMETERS>) => void;
type AddProducts = (...args: Arguments<typeof ADD_PRODUCTS_PARAMETERS>) => void;

/** Channels that one call goes over, in tiles of this many. */
export interface ChannelRun {
  readonly first: number;
  readonly tiles: number;
  /** `sums[pixel][channel] += input[pixel][channel] · factors[channel]` */
  readonly addScaled: AddScaled;
  /** `sums[channel] += Σ left[pixel][channel] · right[pixel][channel]` */
  readonly addProducts: AddProducts;
}

function addScaledFunction(name: string, v: VectorOps, vectors: number): WasmFunction {
  return wasmFunction(name, ADD_SCALED_PARAMETERS, v, ({ parameters: p, integer, vector }) => {
    const factors = range(vectors).map(vector);
    const [from, to, left] = [integer(), integer(), integer()];
    return [
      repeat(p.channelTiles, [
        ...factors.map((factor, i) => factor.set(v.load(p.factors.get, i * v.bytes))),
        from.set(p.input.get),
        to.set(p.sums.get),
        left.set(p.pixels.get),
        repeat(left, [
          ...factors.map((factor, i) => {
            const product = v.multiply(v.load(from.get, i * v.bytes), factor.get);
            return v.store(to.get, i * v.bytes, v.add(v.load(to.get, i * v.bytes), product));
          }),
          advance(from, p.inputBytes.get),
          advance(to, p.sumsBytes.get),
        ]),
        ...[p.input, p.factors, p.sums].map((pointer) => advance(pointer, constant(vectors * v.bytes))),
      ]),
    ];
  });
}

function addProductsFunction(name: string, v: VectorOps, vectors: number): WasmFunction {
  return wasmFunction(name, ADD_PRODUCTS_PARAMETERS, v, ({ parameters: p, integer, vector }) => {
    const sums = range(vectors).map(vector);
    const [left, right, pixels] = [integer(), integer(), integer()];
    return [
      repeat(p.channelTiles, [
        ...sums.map((sum) => sum.set(v.zero)),
        left.set(p.left.get),
        right.set(p.right.get),
        pixels.set(p.pixels.get),
        repeat(pixels, [
          ...sums.map((sum, i) => {
            const product = v.multiply(v.load(left.get, i * v.bytes), v.load(right.get, i * v.bytes));
            return sum.set(v.add(sum.get, product));
          }),
          advance(left, p.leftBytes.get),
          advance(right, p.rightBytes.get),
        ]),
        ...sums.map((sum, i) => v.store(p.sums.get, i * v.bytes, v.add(v.load(p.sums.get, i * v.bytes), sum.get))),
        ...[p.left, p.right, p.sums].map((pointer) => advance(pointer, constant(vectors * v.bytes))),
      ]),
    ];
  });
}

/** Tile widths, the widest first: what one leaves over the next one does, and the last one channel by channel. */
const TILES = { 4: [8, 4, 1], 1: [2, 1] } as const;

type Loops = readonly (Omit<ChannelRun, 'first' | 'tiles'> & { readonly width: number })[];

const loopsOfBackend = new WeakMap<BackendWasm, Loops>();

/** The calls that go over `channels` channels once. */
export function channelRuns(channels: number, backend: BackendWasm): ChannelRun[] {
  let loops = loopsOfBackend.get(backend);
  if (loops === undefined) {
    loops = makeLoops(backend);
    loopsOfBackend.set(backend, loops);
  }
  let first = 0;
  return loops.flatMap(({ width, ...functions }) => {
    const run = { ...functions, first, tiles: Math.floor((channels - first) / width) };
    first += run.tiles * width;
    return run.tiles > 0 ? [run] : [];
  });
}

function makeLoops(backend: BackendWasm): Loops {
  const widths = TILES[lanesOfHost()];
  const functions = widths.flatMap((width) => {
    const v = vectorOps(width % 4 === 0 ? 4 : 1);
    const vectors = width / v.lanes;
    return [addScaledFunction(`addScaled${width}`, v, vectors), addProductsFunction(`addProducts${width}`, v, vectors)];
  });
  const exports = instantiate(functions, backend);
  return widths.map((width) => ({
    width,
    addScaled: exports[`addScaled${width}`] as AddScaled,
    addProducts: exports[`addProducts${width}`] as AddProducts,
  }));
}
