import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { MaxPool, MaxPoolGrad, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replaceKernel.ts';
import { componentsOf, floatType, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { isPoolOfTwo } from './maxPoolAttributes.ts';

type Shape4D = [number, number, number, number];

/** 2×2 max-pooling of stride 2: `x [B, H, W, C]` → `[B, ⌊H/2⌋, ⌊W/2⌋, C]`. */
function maxPool(x: TensorInfo, backend: WebGPUBackend): TensorInfo {
  const [batch, height, width, channels] = x.shape as Shape4D;
  const components = componentsOf(channels);
  const vectors = channels / components;
  const [outHeight, outWidth] = [Math.floor(height / 2), Math.floor(width / 2)];
  return runFlatProgram(backend, {
    name: 'maxPoolOfTwo',
    inputs: { x: [x, components] },
    output: { shape: [batch, outHeight, outWidth, channels], dtype: 'float32', components },
    invocations: batch * outHeight * outWidth * vectors,
    uniforms: { height, width, vectors, outHeight, outWidth },
    code: () => `
      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let pixel = index / uniforms.vectors;
        let vector = index - pixel * uniforms.vectors;
        let row = pixel / uniforms.outWidth;
        let outX = pixel - row * uniforms.outWidth;
        let picture = row / uniforms.outHeight;
        let inY = picture * uniforms.height + 2 * (row - picture * uniforms.outHeight);
        let above = (inY * uniforms.width + 2 * outX) * uniforms.vectors + vector;
        let below = above + uniforms.width * uniforms.vectors;
        result[index] = max(
          max(x[above], x[above + uniforms.vectors]),
          max(x[below], x[below + uniforms.vectors]),
        );
      }
    `,
  });
}

/**
 * Gradient of 2×2 max-pooling by `x [B, H, W, C]`: every number of `dy [B, ⌊H/2⌋, ⌊W/2⌋, C]` goes to the largest of the
 * four it came from, the first in reading order where there are several. A last odd row or column gets 0.
 */
function maxPoolGradient(dy: TensorInfo, x: TensorInfo, backend: WebGPUBackend): TensorInfo {
  const [batch, height, width, channels] = x.shape as Shape4D;
  const components = componentsOf(channels);
  const vectors = channels / components;
  const [cellsY, cellsX] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const type = floatType(components);
  return runFlatProgram(backend, {
    name: 'maxPoolOfTwoGradient',
    inputs: { dy: [dy, components], x: [x, components] },
    output: { shape: x.shape, dtype: 'float32', components },
    invocations: batch * cellsY * cellsX * vectors,
    uniforms: { height, width, vectors, cellsX, cellsY },
    code: () => `
      const zero = ${type}(0.0);

      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let cell = index / uniforms.vectors;
        let vector = index - cell * uniforms.vectors;
        let row = cell / uniforms.cellsX;
        let cellX = cell - row * uniforms.cellsX;
        let picture = row / uniforms.cellsY;
        let cellY = row - picture * uniforms.cellsY;
        let above = ((picture * uniforms.height + 2 * cellY) * uniforms.width + 2 * cellX) * uniforms.vectors + vector;
        let below = above + uniforms.width * uniforms.vectors;
        let hasRight = 2 * cellX + 1 < uniforms.width;
        let hasBelow = 2 * cellY + 1 < uniforms.height;
        if (!(hasRight && hasBelow)) {
          result[above] = zero;
          if (hasRight) {
            result[above + uniforms.vectors] = zero;
          }
          if (hasBelow) {
            result[below] = zero;
          }
          return;
        }
        let a = x[above];
        let b = x[above + uniforms.vectors];
        let c = x[below];
        let d = x[below + uniforms.vectors];
        let outHeight = uniforms.height / 2;
        let outWidth = uniforms.width / 2;
        let gradient = dy[((picture * outHeight + cellY) * outWidth + cellX) * uniforms.vectors + vector];
        let isA = (a >= b) & (a >= c) & (a >= d);
        let isB = !isA & (b >= c) & (b >= d);
        let isC = !(isA | isB) & (c >= d);
        result[above] = select(zero, gradient, isA);
        result[above + uniforms.vectors] = select(zero, gradient, isB);
        result[below] = select(zero, gradient, isC);
        result[below + uniforms.vectors] = select(gradient, zero, isA | isB | isC);
      }
    `,
  });
}

/** Replaces the WebGPU backend's kernels for 2×2 pooling of stride 2. Idempotent. */
export function registerWebGpuMaxPool(): void {
  replaceKernel(MaxPool, 'webgpu', (stock) => (params) => {
    if (!isPoolOfTwo(params.attrs as NamedAttrMap)) return stock(params);
    return maxPool(params.inputs.x as TensorInfo, params.backend as WebGPUBackend);
  });
  replaceKernel(MaxPoolGrad, 'webgpu', (stock) => (params) => {
    if (!isPoolOfTwo(params.attrs as NamedAttrMap)) return stock(params);
    const { dy, input } = params.inputs as { dy: TensorInfo; input: TensorInfo };
    return maxPoolGradient(dy, input, params.backend as WebGPUBackend);
  });
}
