import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Conv2D, Conv2DBackpropInput, getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from './replaceKernel.ts';

/** Attributes of the stock kernel, plus the dilation that tfjs leaves out of convolution gradients. */
interface InputGradientAttributes {
  readonly strides: [number, number];
  readonly pad: 'same' | 'valid';
  readonly inputShape: [number, number, number, number];
  /** 1 unless given. */
  readonly dilations?: [number, number];
}

/**
 * Input gradient of a 2-D convolution of stride 1 on the WASM backend: inputs `dy [B, H', W', Cout]` and
 * `filter [kh, kw, Cin, Cout]`, result `[B, H, W, Cin]`.
 *
 * It is the forward convolution of `dy` with the filter turned by 180° and its channels swapped, which XNNPACK runs an
 * order of magnitude faster than the stock kernel's scalar loops.
 */
function inputGradient(dy: TensorInfo, filter: TensorInfo, attrs: InputGradientAttributes, backend: BackendWasm) {
  const [kernelHeight, kernelWidth, inputs, outputs] = filter.shape as [number, number, number, number];
  const [dilationY, dilationX] = attrs.dilations ?? [1, 1];
  const turned = backend.makeOutput([kernelHeight, kernelWidth, outputs, inputs], 'float32');
  turnFilter(
    backend.typedArrayFromHeap(filter) as Float32Array,
    backend.typedArrayFromHeap(turned) as Float32Array,
    kernelHeight * kernelWidth,
    inputs,
    outputs,
  );
  // What forward padding put before the picture, the gradient needs the rest of the reach of.
  const around = (reach: number, side: number, outSide: number): [number, number] => {
    const before = Math.floor((outSide - 1 + reach - (side - 1)) / 2);
    return [reach - before, side - 1 - (outSide - 1) + before];
  };
  const [, height, width] = attrs.inputShape;
  const [, outHeight, outWidth] = dy.shape as [number, number, number, number];
  const pad = [
    [0, 0],
    around((kernelHeight - 1) * dilationY, height, outHeight),
    around((kernelWidth - 1) * dilationX, width, outWidth),
    [0, 0],
  ];
  const convolve = getKernel(Conv2D, 'wasm').kernelFunc;
  const result = convolve({
    inputs: { x: dy, filter: turned },
    attrs: { strides: [1, 1], pad: pad as unknown as number[], dilations: [dilationY, dilationX], dataFormat: 'NHWC' },
    backend,
  }) as TensorInfo;
  backend.disposeData(turned.dataId);
  return result;
}

/** `to[taps − 1 − tap][output][input] = from[tap][input][output]`. */
function turnFilter(from: Float32Array, to: Float32Array, taps: number, inputs: number, outputs: number): void {
  for (let tap = 0; tap < taps; tap++) {
    const source = tap * inputs * outputs;
    const target = (taps - 1 - tap) * inputs * outputs;
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        to[target + output * inputs + input] = from[source + input * outputs + output] as number;
      }
    }
  }
}

/** Replaces the WASM backend's kernel where the stride is 1. Idempotent; call it once the backend's package is loaded. */
export function registerWasmInputGradient(): void {
  replaceKernel(Conv2DBackpropInput, 'wasm', (stock) => (params) => {
    const attrs = params.attrs as unknown as InputGradientAttributes;
    if (attrs.strides[0] !== 1 || attrs.strides[1] !== 1) return stock(params);
    const { dy, filter } = params.inputs as { dy: TensorInfo; filter: TensorInfo };
    return inputGradient(dy, filter, attrs, params.backend as BackendWasm);
  });
}
