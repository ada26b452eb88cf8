import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { componentsOf, floatType, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { RELU_GRADIENT, RELU6_GRADIENT } from './reluGradient.ts';

/** `passes`: WGSL of the condition on `value` under which a gradient passes; `name` names the shader. */
function gatedGradient(
  name: string,
  passes: (type: string) => string,
  dy: TensorInfo,
  y: TensorInfo,
  backend: WebGPUBackend,
): TensorInfo {
  const size = util.sizeFromShape(dy.shape);
  const components = componentsOf(size);
  const type = floatType(components);
  return runFlatProgram(backend, {
    name,
    inputs: { dy: [dy, components], y: [y, components] },
    output: { shape: dy.shape, dtype: 'float32', components },
    invocations: size / components,
    uniforms: {},
    code: () => `
      fn main(index : i32) {
        if (index < uniforms.invocations) {
          let value = y[index];
          result[index] = select(${type}(0.0), dy[index], ${passes(type)});
        }
      }
    `,
  });
}

/** Gives the WebGPU backend the kernels behind `reluGradient` and `relu6Gradient`. Idempotent. */
export function registerWebGpuReluGradient(): void {
  const kernels = [
    { kernelName: RELU_GRADIENT, name: 'reluGradient', passes: (type: string) => `value > ${type}(0.0)` },
    {
      kernelName: RELU6_GRADIENT,
      name: 'relu6Gradient',
      passes: (type: string) => `(value > ${type}(0.0)) & (value < ${type}(6.0))`,
    },
  ];
  for (const { kernelName, name, passes } of kernels) {
    addKernel(kernelName, 'webgpu', ({ inputs, backend }) =>
      gatedGradient(name, passes, inputs.dy as TensorInfo, inputs.y as TensorInfo, backend as WebGPUBackend),
    );
  }
}
