import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { Conv2DBackpropInput, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replaceKernel.ts';
import { componentsOf, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { tilingLimits } from '../webgpu/webgpuTiling.ts';
import { convolutionOf, type InputGradientAttributes } from './convolutionAttributes.ts';
import { convolve } from './webgpuConvolution.ts';
import type { ConvolutionAxis } from './webgpuConvolutionAxis.ts';

/**
 * Input gradient of a 2-D convolution on the WebGPU backend, which is the transposed convolution: inputs
 * `dy [B, H', W', Cout]` and `filter [kh, kw, Cin, Cout]`, result `[B, H, W, Cin]`.
 *
 * It is a convolution of `dy`, its pixels laid a stride apart, with the filter turned by 180° and its channels swapped. A
 * graphics processor reads it so; software, which walks a filter's rows faster, is given one that was turned before.
 */
function inputGradient(dy: TensorInfo, filter: TensorInfo, attrs: InputGradientAttributes, backend: WebGPUBackend) {
  const info = convolutionOf(attrs.inputShape, filter.shape, attrs);
  const axis = (taps: number, dilation: number, forwardPad: number, inputDilation: number): ConvolutionAxis => {
    return { taps, stride: 1, dilation, pad: (taps - 1) * dilation - forwardPad, inputDilation };
  };
  const isTurnedBefore = tilingLimits(backend).inputReads === 'software';
  const turned = isTurnedBefore ? turnedFilter(filter, backend) : filter;
  const result = convolve(backend, {
    x: dy,
    filter: turned,
    isFilterTurned: !isTurnedBefore,
    rows: axis(info.filterHeight, info.dilationHeight, info.padInfo.top, info.strideHeight),
    columns: axis(info.filterWidth, info.dilationWidth, info.padInfo.left, info.strideWidth),
    outputShape: attrs.inputShape,
    other: null,
    bias: null,
    addend: null,
    activation: 'linear',
    isNormalized: false,
  });
  if (isTurnedBefore) backend.disposeData(turned.dataId);
  return result;
}

/** `[kh, kw, Cout, Cin]`: `turned[taps − 1 − tap][output][input] = filter[tap][input][output]`. */
function turnedFilter(filter: TensorInfo, backend: WebGPUBackend): TensorInfo {
  const [height, width, inputs, outputs] = filter.shape as [number, number, number, number];
  const components = componentsOf(inputs);
  const read = (i: number) => `weights[at + ${i} * outputs]`;
  return runFlatProgram(backend, {
    name: 'turnedFilter',
    inputs: { weights: [filter, 1] },
    output: { shape: [height, width, outputs, inputs], dtype: 'float32', components },
    invocations: (height * width * inputs * outputs) / components,
    uniforms: {},
    code: () => `
      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        let outputs = uniforms.outShape.z;
        let inputGroups = uniforms.outShape.w / ${components};
        let row = index / inputGroups;
        let tap = row / outputs;
        let lastTap = uniforms.outShape.x * uniforms.outShape.y - 1;
        let input = (index - row * inputGroups) * ${components};
        let at = ((lastTap - tap) * uniforms.outShape.w + input) * outputs + row - tap * outputs;
        result[index] = ${components === 4 ? `vec4<f32>(${[0, 1, 2, 3].map(read).join(', ')})` : read(0)};
      }
    `,
  });
}

/**
 * Replaces the WebGPU backend's `Conv2DBackpropInput`, but for channels first; ours takes `dilations`, too. Idempotent;
 * call it once the backend's package is loaded.
 */
export function registerWebGpuInputGradient(): void {
  replaceKernel(Conv2DBackpropInput, 'webgpu', (stock) => (params) => {
    const attrs = params.attrs as unknown as InputGradientAttributes;
    if (attrs.dataFormat === 'NCHW') return stock(params);
    const { dy, filter } = params.inputs as { dy: TensorInfo; filter: TensorInfo };
    return inputGradient(dy, filter, attrs, params.backend as WebGPUBackend);
  });
}
