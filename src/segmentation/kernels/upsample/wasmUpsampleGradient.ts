import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { UPSAMPLE_GRADIENT } from './upsampleKernels.ts';

/**
 * The adjoint of the bilinear enlargement by two on the WASM backend, first down and then across:
 * `dy [B, 2H, 2W, C]` → `[B, H, W, C]`.
 */
function upsampleGradient(dy: TensorInfo, backend: BackendWasm): TensorInfo {
  const [batch, outHeight, outWidth, channels] = dy.shape as [number, number, number, number];
  const [height, width] = [outHeight / 2, outWidth / 2];
  const result = backend.makeOutput([batch, height, width, channels], 'float32');
  // Views are taken once the output exists: one made earlier is detached when the heap grows.
  const source = backend.typedArrayFromHeap(dy) as Float32Array;
  const out = backend.typedArrayFromHeap(result) as Float32Array;
  const line = new Float32Array(outWidth * channels);
  for (let row = 0; row < batch * height; row++) {
    const inPicture = row % height;
    const middle = 2 * row * line.length;
    const before = inPicture === 0 ? middle : middle - line.length;
    const after = middle + (inPicture === height - 1 ? 1 : 2) * line.length;
    addWeighted(line, source, before, middle, middle + line.length, after, line.length, 0);
    for (let x = 0; x < width; x++) {
      const left = 2 * x * channels;
      const outer = x === 0 ? left : left - channels;
      const end = left + (x === width - 1 ? 1 : 2) * channels;
      addWeighted(out, line, outer, left, left + channels, end, channels, (row * width + x) * channels);
    }
  }
  return result;
}

/** `to[start + k] = ¼·from[a + k] + ¾·from[b + k] + ¾·from[c + k] + ¼·from[d + k]` for `count` numbers. */
function addWeighted(
  to: Float32Array,
  from: Float32Array,
  a: number,
  b: number,
  c: number,
  d: number,
  count: number,
  start: number,
): void {
  for (let k = 0; k < count; k++) {
    const outer = (from[a + k] as number) + (from[d + k] as number);
    const inner = (from[b + k] as number) + (from[c + k] as number);
    to[start + k] = 0.25 * outer + 0.75 * inner;
  }
}

/** Gives the WASM backend the kernel behind the gradient of `upsample`. Idempotent. */
export function registerWasmUpsampleGradient(): void {
  addKernel(UPSAMPLE_GRADIENT, 'wasm', ({ inputs, backend }) =>
    upsampleGradient(inputs.dy as TensorInfo, backend as BackendWasm),
  );
}
