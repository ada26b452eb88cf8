import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { heapBits } from '../wasm/hostMemory.ts';
import { type Arguments, advance, constant, repeat, type WasmFunction, wasmFunction } from '../wasm/wasmAssembler.ts';
import { instantiate, lanesOfHost } from '../wasm/wasmModule.ts';
import { vectorOps } from '../wasm/wasmVectorOps.ts';
import { RELU_GRADIENT, RELU6_GRADIENT } from './reluGradient.ts';

function reluGradient(dy: TensorInfo, y: TensorInfo, backend: BackendWasm): TensorInfo {
  const result = backend.makeOutput(dy.shape, 'float32');
  // Views are taken once the output exists: one made earlier is detached when the heap grows.
  const values = backend.typedArrayFromHeap(y) as Float32Array;
  const from = heapBits(dy, backend);
  const to = heapBits(result, backend);
  // A mask over the bits: half of all numbers pass, in no order that a processor could foresee in a branch.
  for (let i = 0; i < to.length; i++) to[i] = (from[i] as number) & -((values[i] as number) > 0);
  return result;
}

const GATE_PARAMETERS = [
  /** Addresses of the gradients, of the values that decide, and of the result. */
  'gradient',
  'value',
  'result',
  'vectors',
] as const;

type Gate = (...args: Arguments<typeof GATE_PARAMETERS>) => void;

/** Passes gradients where the value is between 0 and 6, by masks. */
function gateFunction(lanes: 1 | 4): WasmFunction {
  const v = vectorOps(lanes);
  return wasmFunction(`gate${lanes}`, GATE_PARAMETERS, v, ({ parameters: p, vector }) => {
    const [least, most, value] = [vector(), vector(), vector()];
    const isBetween = v.bits.and(v.less(least.get, value.get), v.less(value.get, most.get));
    return [
      least.set(v.zero),
      most.set(v.splat(6)),
      repeat(p.vectors, [
        value.set(v.load(p.value.get, 0)),
        v.store(p.result.get, 0, v.bits.and(v.load(p.gradient.get, 0), isBetween)),
        ...[p.gradient, p.value, p.result].map((pointer) => advance(pointer, constant(v.bytes))),
      ]),
    ];
  });
}

/** The widest first: what one leaves over the next one does. */
type Gates = readonly { readonly lanes: 1 | 4; readonly gate: Gate }[];

const gatesOfBackend = new WeakMap<BackendWasm, Gates>();

function gatesOf(backend: BackendWasm): Gates {
  const known = gatesOfBackend.get(backend);
  if (known !== undefined) return known;
  const widths = lanesOfHost() === 4 ? ([4, 1] as const) : ([1] as const);
  const exports = instantiate(widths.map(gateFunction), backend);
  const made = widths.map((lanes) => ({ lanes, gate: exports[`gate${lanes}`] as Gate }));
  gatesOfBackend.set(backend, made);
  return made;
}

function relu6Gradient(dy: TensorInfo, y: TensorInfo, backend: BackendWasm): TensorInfo {
  const result = backend.makeOutput(dy.shape, 'float32');
  const size = util.sizeFromShape(dy.shape);
  const addressOf = ({ dataId }: TensorInfo, first: number) => backend.getMemoryOffset(dataId) + 4 * first;
  let first = 0;
  for (const { lanes, gate } of gatesOf(backend)) {
    const vectors = Math.floor((size - first) / lanes);
    if (vectors > 0) gate(addressOf(dy, first), addressOf(y, first), addressOf(result, first), vectors);
    first += vectors * lanes;
  }
  return result;
}

/** Gives the WASM backend the kernels behind `reluGradient` and `relu6Gradient`. Idempotent. */
export function registerWasmReluGradient(): void {
  for (const [kernelName, gradient] of [
    [RELU_GRADIENT, reluGradient],
    [RELU6_GRADIENT, relu6Gradient],
  ] as const) {
    addKernel(kernelName, 'wasm', ({ inputs, backend }) =>
      gradient(inputs.dy as TensorInfo, inputs.y as TensorInfo, backend as BackendWasm),
    );
  }
}
