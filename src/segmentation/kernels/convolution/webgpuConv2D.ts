import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { Conv2D, FusedConv2D, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replaceKernel.ts';
import { type ConvolutionAttributes, convolutionOf } from './convolutionAttributes.ts';
import { convolve } from './webgpuConvolution.ts';

/** Attributes of `FusedConv2D`. */
interface FusedAttributes extends ConvolutionAttributes {
  readonly activation: string;
}

/** Inputs of both kernels. `addend`, of the output's shape, is an extension of ours. */
interface ConvolutionInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
  readonly addend?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

function convolution(
  { x, filter, bias, addend }: ConvolutionInputs,
  attrs: ConvolutionAttributes,
  relu: boolean,
  backend: WebGPUBackend,
): TensorInfo {
  const info = convolutionOf(x.shape, filter.shape, attrs);
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== info.outChannels)) {
    throw new RangeError(`${info.outChannels} output channels need as many biases, not [${bias.shape}].`);
  }
  if (addend !== undefined && addend.shape.join() !== info.outShape.join()) {
    throw new RangeError(`An addend of shape [${addend.shape}] does not fit an output of shape [${info.outShape}].`);
  }
  return convolve(backend, {
    x,
    filter,
    rows: {
      taps: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      pad: info.padInfo.top,
      spread: 1,
    },
    columns: {
      taps: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      pad: info.padInfo.left,
      spread: 1,
    },
    outputShape: info.outShape,
    bias: bias ?? null,
    addend: addend ?? null,
    relu,
  });
}

/**
 * Replaces the WebGPU backend's `Conv2D` and `FusedConv2D`, but for channels first, and for activations other than
 * `linear` and `relu`. `FusedConv2D` then takes one more input, `addend`, of the output's shape:
 * `activation(x ∗ filter + bias + addend)`, in one dispatch; throws a `RangeError` where bias or addend does not fit.
 * Idempotent; call it once the backend's package is loaded.
 */
export function registerWebGpuConvolution(): void {
  replaceKernel(Conv2D, 'webgpu', (stock) => (params) => {
    const attrs = params.attrs as unknown as ConvolutionAttributes;
    if (attrs.dataFormat === 'NCHW') return stock(params);
    const { x, filter } = params.inputs as unknown as ConvolutionInputs;
    return convolution({ x, filter }, attrs, false, params.backend as WebGPUBackend);
  });
  replaceKernel(FusedConv2D, 'webgpu', (stock) => (params) => {
    const attrs = params.attrs as unknown as FusedAttributes;
    const inputs = params.inputs as unknown as ConvolutionInputs;
    const ours = attrs.activation === 'linear' || attrs.activation === 'relu';
    if (attrs.dataFormat === 'NCHW' || !ours || inputs.preluActivationWeights !== undefined) return stock(params);
    return convolution(inputs, attrs, attrs.activation === 'relu', params.backend as WebGPUBackend);
  });
}
