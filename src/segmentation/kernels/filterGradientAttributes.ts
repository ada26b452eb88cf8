import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';

/** Attributes of the stock `Conv2DBackpropFilter`, plus the dilation that tfjs leaves out of convolution gradients. */
export interface FilterGradientAttributes {
  readonly strides: [number, number];
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4];
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
  /** 1 unless given. */
  readonly dilations?: [number, number];
}

/** Sizes, strides and padding of the forward convolution. */
export type ConvolutionInfo = ReturnType<typeof backend_util.computeConv2DInfo>;

/** The forward convolution of `x [B, H, W, Cin]` that a filter gradient belongs to. */
export function convolutionInfo(x: TensorInfo, attrs: FilterGradientAttributes): ConvolutionInfo {
  return backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    attrs.filterShape,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
}
