import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Conv2D, FusedConv2D, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replaceKernel.ts';
import { type ConvolutionAttributes, convolutionOf } from './convolutionAttributes.ts';
import { type AxisPass, convolveOnWasm } from './wasmConvolution.ts';

interface FusedAttributes extends ConvolutionAttributes {
  /** Of the fused kernel. */
  readonly activation?: string;
}

interface ConvolutionInputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
  /** Ours, beside the stock kernel's: of the output's shape, added before the activation. */
  readonly addend?: TensorInfo;
}

function convolution(inputs: ConvolutionInputs, attrs: FusedAttributes, relu: boolean, backend: BackendWasm) {
  const { x, filter, bias = null, addend = null } = inputs;
  const info = convolutionOf(x.shape, filter.shape, attrs);
  if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== info.outChannels)) {
    throw new RangeError(`${info.outChannels} output channels need as many biases, not [${bias.shape}].`);
  }
  if (addend !== null && addend.shape.join() !== info.outShape.join()) {
    throw new RangeError(`An addend of shape [${addend.shape}] does not fit an output of shape [${info.outShape}].`);
  }
  const axis = (outCount: number, inStep: number, tapStep: number, before: number, taps: number): AxisPass => ({
    outFirst: 0,
    outStep: 1,
    outCount,
    inFirst: -before,
    inStep,
    tapStep,
    taps: Array.from({ length: taps }, (_, tap) => tap),
  });
  const { padInfo } = info;
  return convolveOnWasm(
    {
      x,
      filter,
      swapChannels: false,
      rows: [axis(info.outHeight, info.strideHeight, info.dilationHeight, padInfo.top, info.filterHeight)],
      columns: [axis(info.outWidth, info.strideWidth, info.dilationWidth, padInfo.left, info.filterWidth)],
      outShape: info.outShape,
      bias,
      addend,
      relu,
    },
    backend,
  );
}

/**
 * Replaces the WASM backend's `Conv2D` and `FusedConv2D`, but for channels first and for activations other than
 * `linear` and `relu`. The fused kernel takes one more input, `addend`, of the output's shape: the result is
 * `activation(convolution + bias + addend)`. Idempotent; call it once the backend's package is loaded.
 */
export function registerWasmConvolution(): void {
  for (const kernelName of [Conv2D, FusedConv2D]) {
    replaceKernel(kernelName, 'wasm', (stock) => (params) => {
      const inputs = params.inputs as unknown as ConvolutionInputs;
      const attrs = params.attrs as unknown as FusedAttributes;
      const activation = kernelName === FusedConv2D ? (attrs.activation ?? 'linear') : 'linear';
      const ours = attrs.dataFormat === 'NHWC' && (activation === 'linear' || activation === 'relu');
      if (!ours) return stock(params);
      return convolution(inputs, attrs, activation === 'relu', params.backend as BackendWasm);
    });
  }
}
