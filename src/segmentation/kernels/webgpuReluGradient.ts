import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { RELU_GRADIENT } from './reluGradient.ts';
import { addKernel } from './replaceKernel.ts';
import { componentsOf, floatType, runFlatProgram } from './webgpuFlatProgram.ts';

function reluGradient(dy: TensorInfo, y: TensorInfo, backend: WebGPUBackend): TensorInfo {
  const size = util.sizeFromShape(dy.shape);
  const components = componentsOf(size);
  const type = floatType(components);
  return runFlatProgram(backend, {
    name: 'reluGradient',
    inputs: { dy: [dy, components], y: [y, components] },
    output: { shape: dy.shape, dtype: 'float32', components },
    invocations: size / components,
    uniforms: {},
    code: () => `
      fn main(index : i32) {
        if (index < uniforms.invocations) {
          result[index] = select(${type}(0.0), dy[index], y[index] > ${type}(0.0));
        }
      }
    `,
  });
}

/** Gives the WebGPU backend the kernel behind `reluGradient`. Idempotent. */
export function registerWebGpuReluGradient(): void {
  addKernel(RELU_GRADIENT, 'webgpu', ({ inputs, backend }) =>
    reluGradient(inputs.dy as TensorInfo, inputs.y as TensorInfo, backend as WebGPUBackend),
  );
}
