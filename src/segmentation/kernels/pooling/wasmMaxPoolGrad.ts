import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { MaxPoolGrad, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replaceKernel.ts';
import { heapBits } from '../wasm/hostMemory.ts';
import { isPoolOfTwo } from './maxPoolAttributes.ts';

/**
 * Gradient of 2×2 max-pooling of stride 2 by `x [B, H, W, C]` on the WASM backend: every number of
 * `dy [B, ⌊H/2⌋, ⌊W/2⌋, C]` goes to the largest of the four it came from, the first in reading order where there are
 * several. A last odd row or column gets 0.
 */
function maxPoolGradient(dy: TensorInfo, x: TensorInfo, backend: BackendWasm): TensorInfo {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const result = backend.makeOutput(x.shape, 'float32');
  // Views are taken once the output exists: one made earlier is detached when the heap grows.
  const values = backend.typedArrayFromHeap(x) as Float32Array;
  const from = heapBits(dy, backend);
  const to = heapBits(result, backend);
  if (height % 2 === 1 || width % 2 === 1) to.fill(0);
  const line = width * channels;
  let next = 0;
  for (let picture = 0; picture < batch; picture++) {
    for (let y = 0; y + 1 < height; y += 2) {
      const row = (picture * height + y) * line;
      for (let column = 0; column + 1 < width; column += 2) {
        spreadWindow(values, from, to, row + column * channels, line, channels, next);
        next += channels;
      }
    }
  }
  return result;
}

/** The window whose upper left pixel begins at `corner`. Masks over bits: which is largest, no branch could foresee. */
function spreadWindow(
  values: Float32Array,
  from: Int32Array,
  to: Int32Array,
  corner: number,
  line: number,
  channels: number,
  next: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const at = corner + channel;
    const a = values[at] as number;
    const b = values[at + channels] as number;
    const c = values[at + line] as number;
    const d = values[at + line + channels] as number;
    const isA = Number(a >= b) & Number(a >= c) & Number(a >= d);
    const isB = (isA ^ 1) & Number(b >= c) & Number(b >= d);
    const isC = ((isA | isB) ^ 1) & Number(c >= d);
    const gradient = from[next + channel] as number;
    to[at] = gradient & -isA;
    to[at + channels] = gradient & -isB;
    to[at + line] = gradient & -isC;
    to[at + line + channels] = gradient & -((isA | isB | isC) ^ 1);
  }
}

/** Replaces the WASM backend's kernel for 2×2 pooling of stride 2. Idempotent. */
export function registerWasmMaxPoolGradient(): void {
  replaceKernel(MaxPoolGrad, 'wasm', (stock) => (params) => {
    if (!isPoolOfTwo(params.attrs as NamedAttrMap)) return stock(params);
    const { dy, input } = params.inputs as { dy: TensorInfo; input: TensorInfo };
    return maxPoolGradient(dy, input, params.backend as BackendWasm);
  });
}
