/** Kernel of ours on every backend: the filter gradient and the bias gradient of a convolution, from one pass over `dy`. */
export const CONV_2D_BACKPROP_FILTER_BIAS = 'Conv2DBackpropFilterBias';
