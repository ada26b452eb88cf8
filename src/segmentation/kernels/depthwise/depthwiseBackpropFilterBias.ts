/**
 * Kernel of ours: the filter gradient `[kh, kw, C, 1]` and the bias gradient `[C]` of a convolution whose every channel has
 * a filter of its own; inputs `x` and `dy`, attributes as of `DepthwiseConv2dNativeBackpropFilter`.
 */
export const DEPTHWISE_BACKPROP_FILTER_BIAS = 'DepthwiseConv2dNativeBackpropFilterBias';
