import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { UNLABELED } from '../../../labels/planes.ts';
import { range } from '../../range.ts';
import {
  type Arguments,
  add,
  advance,
  constant,
  type Local,
  loadInteger,
  repeat,
  type WasmFunction,
  wasmFunction,
} from '../wasm/wasmAssembler.ts';
import { instantiate, lanesOfHost } from '../wasm/wasmModule.ts';
import { type VectorOps, vectorOps } from '../wasm/wasmVectorOps.ts';
import { powerOfTwo } from './wasmPowerOfTwo.ts';

/** How a row lies in memory while pairs are looked for: one plane after another, a float a pixel in each. */
export interface RowLayout {
  readonly channels: number;
  /** From one plane to the next, room for pixels beyond both ends included: their floats must be 0. */
  readonly planeFloats: number;
}

/** Planes of a row: red, green and blue, bits of what is visible and of what is unlabeled, then two for each channel. */
const PLANE = { red: 0, green: 1, blue: 2, visible: 3, unlabeled: 4, ofChannels: 5 } as const;

export function planeCountOf(channels: number): number {
  return PLANE.ofChannels + 2 * channels;
}

const LOAD_PARAMETERS = [
  /** Address of the first pixel's logits, channels last. */
  'logits',
  /** Address of the first pixel's colour, and the distance of the next one's. */
  'colors',
  'colorBytes',
  'labels',
  /** Address of the first pixel in the first plane. */
  'planes',
  /** Pixels, in units of the lanes. */
  'blocks',
  /** Address of bits that let pairs count as if their pixels were unlabeled: all of them where nothing is gated. */
  'ungatedMask',
] as const;

const ACCUMULATE_PARAMETERS = [
  'planes',
  'blocks',
  /** Address of the table of neighbours, {@link NEIGHBOUR_BYTES} each: how far away in bytes, and the pairs' factor. */
  'neighbours',
  'neighbourCount',
  /** Address of the factor of squared colour differences in the exponent of 2. */
  'colorScale',
  /** Address of a float a lane, added to. */
  'sums',
] as const;

const STORE_PARAMETERS = [
  'planes',
  'blocks',
  /** Address of the first pixel's gradient, channels last. */
  'gradient',
  /** Address of a float a lane, added to. */
  'sums',
] as const;

export const NEIGHBOUR_BYTES = 8;

/** Inner loops over a row of pixels. Addresses and distances are in bytes, counts ≥ 1. */
export interface SmoothnessRows {
  /** Pixels that a block has; rows whose width is no multiple of it end with single ones. */
  readonly lanes: 1 | 4;
  /** Fills a row's planes: probabilities, gradients of zero, colours and masks. */
  load(lanes: 1 | 4): (...args: Arguments<typeof LOAD_PARAMETERS>) => void;
  /** Adds every pair's part to the gradients of both its pixels' probabilities, and its `factor·g·k` to the sums. */
  accumulate: (...args: Arguments<typeof ACCUMULATE_PARAMETERS>) => void;
  /** Stores the gradient with respect to the logits; adds every pixel's `Σ p·∂/∂p` to the sums. */
  store(lanes: 1 | 4): (...args: Arguments<typeof STORE_PARAMETERS>) => void;
}

/** Where a row's planes are, as offsets from the first. */
function places({ channels, planeFloats }: RowLayout) {
  const at = (plane: number) => 4 * plane * planeFloats;
  return {
    colors: [PLANE.red, PLANE.green, PLANE.blue].map(at),
    visible: at(PLANE.visible),
    unlabeled: at(PLANE.unlabeled),
    probabilities: range(channels).map((c) => at(PLANE.ofChannels + 2 * c)),
    gradients: range(channels).map((c) => at(PLANE.ofChannels + 2 * c + 1)),
  };
}

function loadFunction(v: VectorOps, layout: RowLayout): WasmFunction {
  const { channels } = layout;
  const at = places(layout);
  return wasmFunction(`load${v.lanes}`, LOAD_PARAMETERS, v, ({ parameters: p, integer, vector }) => {
    const exponentials = range(channels).map(vector);
    const [first, ...others] = exponentials as [Local, ...Local[]];
    const [largest, sum, scale] = [vector(), vector(), vector()];
    const [byte, unlabeled, ungatedMask, word] = [vector(), vector(), vector(), vector()];
    const power = powerOfTwo(v, vector);
    const colors = [p.colors, ...range(v.lanes - 1).map(integer)];
    return [
      ...power.prepare,
      scale.set(v.splat(Math.LOG2E)),
      byte.set(v.bits.splat(255)),
      unlabeled.set(v.bits.splat(UNLABELED)),
      ungatedMask.set(v.loadSplat(p.ungatedMask.get, 0)),
      repeat(p.blocks, [
        ...exponentials.map((z, c) =>
          z.set(v.gather((lane) => ({ address: p.logits.get, offset: 4 * (lane * channels + c) }))),
        ),
        largest.set(first.get),
        ...others.map((z) => largest.set(v.raise(largest.get, z.get))),
        sum.set(v.zero),
        ...exponentials.flatMap((z) => [
          z.set(v.multiply(v.subtract(z.get, largest.get), scale.get)),
          ...power.of(z),
          sum.set(v.add(sum.get, z.get)),
        ]),
        sum.set(v.divide(v.splat(1), sum.get)),
        ...exponentials.flatMap((e, c) => [
          v.store(p.planes.get, at.probabilities[c] as number, v.multiply(e.get, sum.get)),
          v.store(p.planes.get, at.gradients[c] as number, v.zero),
        ]),
        ...colors.slice(1).map((color, lane) => color.set(add((colors[lane] as Local).get, p.colorBytes.get))),
        word.set(v.gather((lane) => ({ address: (colors[lane] as Local).get, offset: 0 }))),
        ...at.colors.map((plane, c) =>
          v.store(p.planes.get, plane, v.bits.toFloat(v.bits.and(v.bits.shiftRight(word.get, 8 * c), byte.get))),
        ),
        v.store(p.planes.get, at.visible, v.bits.splat(-1)),
        v.store(
          p.planes.get,
          at.unlabeled,
          v.bits.or(ungatedMask.get, v.bits.equal(v.load(p.labels.get, 0), unlabeled.get)),
        ),
        p.colors.set(add((colors.at(-1) as Local).get, p.colorBytes.get)),
        advance(p.logits, constant(v.bytes * channels)),
        advance(p.labels, constant(v.bytes)),
        advance(p.planes, constant(v.bytes)),
      ]),
    ];
  });
}

function accumulateFunction(v: VectorOps, layout: RowLayout): WasmFunction {
  const { channels } = layout;
  const at = places(layout);
  return wasmFunction('accumulate', ACCUMULATE_PARAMETERS, v, ({ parameters: p, integer, vector }) => {
    const [other, neighbour, left] = [integer(), integer(), integer()];
    const [probabilities, gradients] = [range(channels).map(vector), range(channels).map(vector)];
    const [colors, visible, unlabeled] = [at.colors.map(vector), vector(), vector()];
    const [share, difference, scale, sum, total] = [vector(), vector(), vector(), vector(), vector()];
    const power = powerOfTwo(v, vector);
    const visibleMask = v.bits.or(
      v.bits.and(visible.get, v.load(other.get, at.unlabeled)),
      v.bits.and(unlabeled.get, v.load(other.get, at.visible)),
    );
    return [
      ...power.prepare,
      scale.set(v.loadSplat(p.colorScale.get, 0)),
      total.set(v.zero),
      repeat(p.blocks, [
        ...colors.map((color, c) => color.set(v.load(p.planes.get, at.colors[c] as number))),
        visible.set(v.load(p.planes.get, at.visible)),
        unlabeled.set(v.load(p.planes.get, at.unlabeled)),
        ...probabilities.map((q, c) => q.set(v.load(p.planes.get, at.probabilities[c] as number))),
        ...gradients.map((d) => d.set(v.zero)),
        sum.set(v.zero),
        neighbour.set(p.neighbours.get),
        left.set(p.neighbourCount.get),
        repeat(left, [
          other.set(add(p.planes.get, loadInteger(neighbour.get, 0))),
          ...colors.flatMap((color, c) => [
            difference.set(v.subtract(color.get, v.load(other.get, at.colors[c] as number))),
            difference.set(v.multiply(difference.get, difference.get)),
            share.set(c === 0 ? difference.get : v.add(share.get, difference.get)),
          ]),
          share.set(v.multiply(share.get, scale.get)),
          ...power.of(share),
          share.set(v.bits.and(v.multiply(share.get, v.loadSplat(neighbour.get, 4)), visibleMask)),
          sum.set(v.add(sum.get, share.get)),
          ...range(channels).flatMap((c) => {
            const [q, d] = [probabilities[c] as Local, gradients[c] as Local];
            const [theirs, theirGradient] = [at.probabilities[c] as number, at.gradients[c] as number];
            const less = v.subtract(v.load(other.get, theirGradient), v.multiply(share.get, q.get));
            return [
              d.set(v.subtract(d.get, v.multiply(share.get, v.load(other.get, theirs)))),
              v.store(other.get, theirGradient, less),
            ];
          }),
          advance(neighbour, constant(NEIGHBOUR_BYTES)),
        ]),
        // Only now: neighbours in the same row may be pixels of this very block.
        ...gradients.map((d, c) => {
          const plane = at.gradients[c] as number;
          return v.store(p.planes.get, plane, v.add(v.load(p.planes.get, plane), d.get));
        }),
        total.set(v.add(total.get, sum.get)),
        advance(p.planes, constant(v.bytes)),
      ]),
      v.store(p.sums.get, 0, v.add(v.load(p.sums.get, 0), total.get)),
    ];
  });
}

function storeFunction(v: VectorOps, layout: RowLayout): WasmFunction {
  const { channels } = layout;
  const at = places(layout);
  return wasmFunction(`store${v.lanes}`, STORE_PARAMETERS, v, ({ parameters: p, vector }) => {
    const [probabilities, gradients] = [range(channels).map(vector), range(channels).map(vector)];
    const [mean, total] = [vector(), vector()];
    return [
      total.set(v.zero),
      repeat(p.blocks, [
        mean.set(v.zero),
        ...range(channels).flatMap((c) => {
          const [q, d] = [probabilities[c] as Local, gradients[c] as Local];
          return [
            q.set(v.load(p.planes.get, at.probabilities[c] as number)),
            d.set(v.load(p.planes.get, at.gradients[c] as number)),
            mean.set(v.add(mean.get, v.multiply(q.get, d.get))),
          ];
        }),
        total.set(v.add(total.get, mean.get)),
        ...range(channels).flatMap((c) => {
          const [q, d] = [probabilities[c] as Local, gradients[c] as Local];
          return [
            d.set(v.multiply(q.get, v.subtract(d.get, mean.get))),
            v.scatter((lane) => ({ address: p.gradient.get, offset: 4 * (lane * channels + c) }), d),
          ];
        }),
        advance(p.planes, constant(v.bytes)),
        advance(p.gradient, constant(v.bytes * channels)),
      ]),
      v.store(p.sums.get, 0, v.add(v.load(p.sums.get, 0), total.get)),
    ];
  });
}

const rowsOfBackend = new WeakMap<BackendWasm, Map<string, SmoothnessRows>>();

/** The inner loops for a backend and a layout: made at the first call, with SIMD where the host has it. */
export function smoothnessRows(backend: BackendWasm, layout: RowLayout): SmoothnessRows {
  const known = rowsOfBackend.get(backend) ?? new Map<string, SmoothnessRows>();
  rowsOfBackend.set(backend, known);
  const key = `${layout.channels} ${layout.planeFloats}`;
  const rows = known.get(key) ?? makeRows(backend, layout, lanesOfHost());
  known.set(key, rows);
  return rows;
}

function makeRows(backend: BackendWasm, layout: RowLayout, lanes: 1 | 4): SmoothnessRows {
  const widths = [...new Set([1, lanes] as const)].map(vectorOps);
  const exports = instantiate(
    [
      ...widths.flatMap((v) => [loadFunction(v, layout), storeFunction(v, layout)]),
      accumulateFunction(vectorOps(lanes), layout),
    ],
    backend,
  );
  return {
    lanes,
    load: (width) => exports[`load${width}`] as ReturnType<SmoothnessRows['load']>,
    accumulate: exports['accumulate'] as SmoothnessRows['accumulate'],
    store: (width) => exports[`store${width}`] as ReturnType<SmoothnessRows['store']>,
  };
}
