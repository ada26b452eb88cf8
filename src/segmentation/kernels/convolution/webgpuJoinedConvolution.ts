import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { addKernel } from '../replaceKernel.ts';
import { convolutionOf } from './convolutionAttributes.ts';
import { JOINED_CONV_2D, type JoinedConvolutionAttributes } from './joinedConvolution.ts';
import { convolve } from './webgpuConvolution.ts';
import { forwardAxes } from './webgpuConvolutionAxis.ts';

type Inputs = Readonly<Record<'x' | 'filter' | 'other' | 'otherFilter', TensorInfo>>;

/** Two convolutions in one dispatch; throws a `RangeError` where their results differ in shape. */
function joined(
  { x, filter, other, otherFilter }: Inputs,
  { strides, isNormalized }: JoinedConvolutionAttributes,
  backend: WebGPUBackend,
): TensorInfo {
  const infoOf = (map: TensorInfo, weights: TensorInfo, stride: number) =>
    convolutionOf(map.shape, weights.shape, { strides: stride, pad: 'same', dataFormat: 'NHWC' });
  const [info, otherInfo] = [infoOf(x, filter, strides[0]), infoOf(other, otherFilter, strides[1])];
  if (info.outShape.join() !== otherInfo.outShape.join()) {
    throw new RangeError(`Maps of shapes [${info.outShape}] and [${otherInfo.outShape}] cannot be added.`);
  }
  return convolve(backend, {
    x,
    filter,
    isFilterTurned: false,
    ...forwardAxes(info),
    other: { x: other, filter: otherFilter, ...forwardAxes(otherInfo) },
    outputShape: info.outShape,
    bias: null,
    addend: null,
    activation: 'linear',
    isNormalized,
  });
}

/** Gives the WebGPU backend {@link JOINED_CONV_2D}. Idempotent; call it once the backend's package is loaded. */
export function registerWebGpuJoinedConvolution(): void {
  addKernel(JOINED_CONV_2D, 'webgpu', ({ inputs, attrs, backend }) =>
    joined(inputs as unknown as Inputs, attrs as unknown as JoinedConvolutionAttributes, backend as WebGPUBackend),
  );
}
