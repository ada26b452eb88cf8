import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';

type Shape4D = [number, number, number, number];

/** How a 2-D convolution slides its filter: what all its kernels have in common. */
export interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  /** 1 unless given. tfjs leaves it out of convolution gradients. */
  readonly dilations?: [number, number] | number;
}

/** Attributes of `Conv2DBackpropFilter`. */
export interface FilterGradientAttributes extends ConvolutionAttributes {
  readonly filterShape: Shape4D;
}

/** Attributes of `Conv2DBackpropInput`. */
export interface InputGradientAttributes extends ConvolutionAttributes {
  /** Of the forward convolution's input. */
  readonly inputShape: Shape4D;
}

/** Sizes, strides and padding of the forward convolution. */
export type ConvolutionInfo = ReturnType<typeof backend_util.computeConv2DInfo>;

/**
 * The forward convolution of an input `[B, H, W, Cin]` with a filter `[kh, kw, Cin, Cout]`; `depthwise`, every channel has
 * filters of its own, `[kh, kw, C, filters]`.
 */
export function convolutionOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvolutionAttributes,
  depthwise = false,
): ConvolutionInfo {
  return backend_util.computeConv2DInfo(
    inputShape as Shape4D,
    filterShape as Shape4D,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    depthwise,
  );
}

/** The forward convolution of `x [B, H, W, Cin]` that a filter gradient belongs to. */
export function convolutionInfo(x: TensorInfo, attrs: FilterGradientAttributes): ConvolutionInfo {
  return convolutionOf(x.shape, attrs.filterShape, attrs);
}

/**
 * The forward convolution of an input `[B, H, W, C]` whose every channel has a filter of its own, `[kh, kw, C, 1]`. Throws
 * a `RangeError` where a channel has several.
 */
export function depthwiseOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvolutionAttributes,
): ConvolutionInfo {
  if (filterShape[3] !== 1) throw new RangeError(`Every channel has one filter of its own, not ${filterShape[3]}.`);
  return convolutionOf(inputShape, filterShape, attrs, true);
}
