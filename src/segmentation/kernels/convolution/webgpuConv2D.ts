import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { Conv2D, FusedConv2D, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replaceKernel.ts';
import { type ConvolutionAttributes, convolutionOf } from './convolutionAttributes.ts';
import { convolve } from './webgpuConvolution.ts';
import { forwardAxes } from './webgpuConvolutionAxis.ts';
import type { Activation } from './webgpuConvolutionFinish.ts';

const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'relu6'];

/** Attributes of `FusedConv2D`. */
interface FusedAttributes extends ConvolutionAttributes {
  readonly activation: string;
  /** Whether a normalisation comes next; an extension of ours. */
  readonly isNormalized?: boolean;
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
  {
    activation,
    isNormalized = false,
  }: { readonly activation: Activation; readonly isNormalized?: boolean | undefined },
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
    isFilterTurned: false,
    ...forwardAxes(info),
    other: null,
    outputShape: info.outShape,
    bias: bias ?? null,
    addend: addend ?? null,
    activation,
    isNormalized,
  });
}

/**
 * Replaces the WebGPU backend's `Conv2D` and `FusedConv2D`, but for channels first, and for activations other than
 * `linear`, `relu` and `relu6`. `FusedConv2D` then takes one more input, `addend`, of the output's shape:
 * `activation(x ∗ filter + bias + addend)`, in one dispatch, and one more attribute, `isNormalized`: whether a normalisation
 * comes next, for which moments may then be gathered; throws a `RangeError` where bias or addend does not fit.
 * Idempotent; call it once the backend's package is loaded.
 */
export function registerWebGpuConvolution(): void {
  replaceKernel(Conv2D, 'webgpu', (stock) => (params) => {
    const attrs = params.attrs as unknown as ConvolutionAttributes;
    if (attrs.dataFormat === 'NCHW') return stock(params);
    const { x, filter } = params.inputs as unknown as ConvolutionInputs;
    return convolution({ x, filter }, attrs, { activation: 'linear' }, params.backend as WebGPUBackend);
  });
  replaceKernel(FusedConv2D, 'webgpu', (stock) => (params) => {
    const attrs = params.attrs as unknown as FusedAttributes;
    const inputs = params.inputs as unknown as ConvolutionInputs;
    const activation = ACTIVATIONS.find((known) => known === attrs.activation);
    const isOurs = activation !== undefined && inputs.preluActivationWeights === undefined;
    if (attrs.dataFormat === 'NCHW' || !isOurs) return stock(params);
    return convolution(
      inputs,
      attrs,
      { activation, isNormalized: attrs.isNormalized },
      params.backend as WebGPUBackend,
    );
  });
}
