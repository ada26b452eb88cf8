import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Conv2DBackpropInput, type TensorInfo } from '@tensorflow/tfjs-core';
import { replaceKernel } from '../replaceKernel.ts';
import { convolutionOf, type InputGradientAttributes } from './convolutionAttributes.ts';
import { type AxisPass, convolveOnWasm } from './wasmConvolution.ts';

/**
 * Input gradient of a 2-D convolution on the WASM backend: inputs `dy [B, H', W', Cout]` and
 * `filter [kh, kw, Cin, Cout]`, result `[B, H, W, Cin]`.
 *
 * It is a convolution of `dy` with the filter turned by 180° and its channels swapped. With a stride, input pixels that
 * lie a stride apart share their taps: each such phase is a convolution of its own, so that no tap is multiplied by the
 * zeros that would have to be put between the pixels of `dy`.
 */
function inputGradient(dy: TensorInfo, filter: TensorInfo, attrs: InputGradientAttributes, backend: BackendWasm) {
  const info = convolutionOf(attrs.inputShape, filter.shape, attrs);
  const { padInfo } = info;
  return convolveOnWasm(
    {
      x: dy,
      filter,
      swapChannels: true,
      rows: phases(info.inHeight, info.strideHeight, info.dilationHeight, padInfo.top, info.filterHeight),
      columns: phases(info.inWidth, info.strideWidth, info.dilationWidth, padInfo.left, info.filterWidth),
      outShape: attrs.inputShape,
      bias: null,
      addend: null,
      relu: false,
    },
    backend,
  );
}

/**
 * The gradient's passes along one axis. Input position `i` met tap `t` for output position `o` where
 * `i + before = o·stride + t·dilation`: for a phase of `i` modulo the stride, taps some distance apart.
 */
function phases(side: number, stride: number, dilation: number, before: number, taps: number): AxisPass[] {
  const common = greatestCommonDivisor(stride, dilation);
  const tapDistance = stride / common;
  const tapStep = dilation / common;
  return Array.from({ length: Math.min(stride, side) }, (_, phase) => {
    const residues = Array.from({ length: Math.min(tapDistance, taps) }, (_, tap) => tap);
    const firstTap = residues.find((tap) => (phase + before - tap * dilation) % stride === 0);
    const ascending: number[] = [];
    for (let tap = firstTap ?? taps; tap < taps; tap += tapDistance) ascending.push(tap);
    const nearest = (phase + before - (firstTap ?? 0) * dilation) / stride;
    return {
      outFirst: phase,
      outStep: stride,
      outCount: Math.ceil((side - phase) / stride),
      inFirst: nearest - (ascending.length - 1) * tapStep,
      inStep: 1,
      tapStep,
      taps: ascending.reverse(),
    };
  });
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * Replaces the WASM backend's kernel, but for channels first. Idempotent; call it once the backend's package is loaded.
 */
export function registerWasmInputGradient(): void {
  replaceKernel(Conv2DBackpropInput, 'wasm', (stock) => (params) => {
    const attrs = params.attrs as unknown as InputGradientAttributes;
    if (attrs.dataFormat === 'NCHW') return stock(params);
    const { dy, filter } = params.inputs as { dy: TensorInfo; filter: TensorInfo };
    return inputGradient(dy, filter, attrs, params.backend as BackendWasm);
  });
}
