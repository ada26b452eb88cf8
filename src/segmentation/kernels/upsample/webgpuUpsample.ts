import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { componentsOf, floatType, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { UPSAMPLE, UPSAMPLE_GRADIENT } from './upsampleKernels.ts';

type Shape4D = [number, number, number, number];

/**
 * `x [B, H, W, C]` → `[B, 2H, 2W, C]`. An invocation computes the four output pixels that lie between four input pixels:
 * one read for each number written. Around the picture's edge both ends are the edge pixel, and what would lie outside
 * is written onto the edge, which has the same value.
 */
function upsample(x: TensorInfo, backend: WebGPUBackend): TensorInfo {
  const [batch, height, width, channels] = x.shape as Shape4D;
  const components = componentsOf(channels);
  const vectors = channels / components;
  const type = floatType(components);
  return runFlatProgram(backend, {
    name: 'upsample',
    inputs: { x: [x, components] },
    output: { shape: [batch, 2 * height, 2 * width, channels], dtype: 'float32', components },
    invocations: batch * (height + 1) * (width + 1) * vectors,
    uniforms: { height, width, vectors },
    code: () => `
      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let gap = index / uniforms.vectors;
        let vector = index - gap * uniforms.vectors;
        let gapRow = gap / (uniforms.width + 1);
        let gapX = gap - gapRow * (uniforms.width + 1);
        let picture = gapRow / (uniforms.height + 1);
        let gapY = gapRow - picture * (uniforms.height + 1);

        let above = (picture * uniforms.height + max(gapY - 1, 0)) * uniforms.width;
        let below = (picture * uniforms.height + min(gapY, uniforms.height - 1)) * uniforms.width;
        let left = max(gapX - 1, 0);
        let right = min(gapX, uniforms.width - 1);
        let a = x[(above + left) * uniforms.vectors + vector];
        let b = x[(above + right) * uniforms.vectors + vector];
        let c = x[(below + left) * uniforms.vectors + vector];
        let d = x[(below + right) * uniforms.vectors + vector];
        let upperLeft : ${type} = 0.75 * a + 0.25 * b;
        let upperRight : ${type} = 0.25 * a + 0.75 * b;
        let lowerLeft : ${type} = 0.75 * c + 0.25 * d;
        let lowerRight : ${type} = 0.25 * c + 0.75 * d;

        let outWidth = 2 * uniforms.width;
        let outAbove = (picture * 2 * uniforms.height + max(2 * gapY - 1, 0)) * outWidth;
        let outBelow = (picture * 2 * uniforms.height + min(2 * gapY, 2 * uniforms.height - 1)) * outWidth;
        let outLeft = max(2 * gapX - 1, 0);
        let outRight = min(2 * gapX, outWidth - 1);
        result[(outAbove + outLeft) * uniforms.vectors + vector] = 0.75 * upperLeft + 0.25 * lowerLeft;
        result[(outAbove + outRight) * uniforms.vectors + vector] = 0.75 * upperRight + 0.25 * lowerRight;
        result[(outBelow + outLeft) * uniforms.vectors + vector] = 0.25 * upperLeft + 0.75 * lowerLeft;
        result[(outBelow + outRight) * uniforms.vectors + vector] = 0.25 * upperRight + 0.75 * lowerRight;
      }
    `,
  });
}

/**
 * The adjoint: `dy [B, 2H, 2W, C]` → `[B, H, W, C]`. An invocation gathers the 6 × 4 pixels that two input pixels, one
 * above the other, have a share in.
 */
function upsampleGradient(dy: TensorInfo, backend: WebGPUBackend): TensorInfo {
  const [batch, outHeight, outWidth, channels] = dy.shape as Shape4D;
  const [height, width] = [outHeight / 2, outWidth / 2];
  const components = componentsOf(channels);
  const vectors = channels / components;
  const rowPairs = Math.ceil(height / 2);
  const type = floatType(components);
  return runFlatProgram(backend, {
    name: 'upsampleGradient',
    inputs: { dy: [dy, components] },
    output: { shape: [batch, height, width, channels], dtype: 'float32', components },
    invocations: batch * rowPairs * width * vectors,
    uniforms: { height, width, vectors, rowPairs },
    code: () => `
      fn gather(line : i32, columns : vec4<i32>) -> ${type} {
        return 0.25 * (dy[line + columns.x] + dy[line + columns.w]) + 0.75 * (dy[line + columns.y] + dy[line + columns.z]);
      }

      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let pixel = index / uniforms.vectors;
        let vector = index - pixel * uniforms.vectors;
        let pair = pixel / uniforms.width;
        let inX = pixel - pair * uniforms.width;
        let picture = pair / uniforms.rowPairs;
        let inY = 2 * (pair - picture * uniforms.rowPairs);

        let lineSize = 2 * uniforms.width * uniforms.vectors;
        let lastRow = 2 * uniforms.height - 1;
        let columns = clamp(2 * inX + vec4<i32>(-1, 0, 1, 2), vec4<i32>(0), vec4<i32>(2 * uniforms.width - 1))
          * uniforms.vectors + vector;
        let firstLine = picture * 2 * uniforms.height;
        ${[-1, 0, 1, 2, 3, 4]
          .map(
            (row, i) => `let row${i} = gather((firstLine + clamp(2 * inY + ${row}, 0, lastRow)) * lineSize, columns);`,
          )
          .join('\n')}
        let at = ((picture * uniforms.height + inY) * uniforms.width + inX) * uniforms.vectors + vector;
        result[at] = 0.25 * (row0 + row3) + 0.75 * (row1 + row2);
        if (inY + 1 < uniforms.height) {
          result[at + uniforms.width * uniforms.vectors] = 0.25 * (row2 + row5) + 0.75 * (row3 + row4);
        }
      }
    `,
  });
}

/** Gives the WebGPU backend the kernels behind `upsample`. Idempotent. */
export function registerWebGpuUpsample(): void {
  addKernel(UPSAMPLE, 'webgpu', ({ inputs, backend }) => upsample(inputs.x as TensorInfo, backend as WebGPUBackend));
  addKernel(UPSAMPLE_GRADIENT, 'webgpu', ({ inputs, backend }) =>
    upsampleGradient(inputs.dy as TensorInfo, backend as WebGPUBackend),
  );
}
