import * as tf from '@tensorflow/tfjs-core';
import { DEPTHWISE_BACKPROP_FILTER_BIAS } from '../kernels/depthwise/depthwiseBackpropFilterBias.ts';
import { relu6Gradient } from '../kernels/relu/reluGradient.ts';
import { withGradient } from '../withGradient.ts';
import {
  attributes,
  filterAndBiasGradient,
  fusedConvolution,
  hasOwnKernels,
  inputGradient,
  runKernel,
} from './convolution.ts';
import type { PretrainedShape } from './networkOps.ts';

/**
 * A convolution whose weights do not learn, with `same` padding, bias and activation: `x [B, H, W, Cin]`, `kernel`
 * `[k, k, Cin, Cout]` or depthwise `[k, k, C, 1]`, `bias [Cout]`, result `[B, H/stride, W/stride, Cout]`. `addend`, of the
 * result's shape, is added where there is no activation.
 *
 * One operation without a gradient: nothing of the forward pass is kept for it. Throws an `Error` when a gradient is
 * asked for all the same, for `x` must not depend on what learns.
 */
export function pretrainedConvolution(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  bias: tf.Tensor1D,
  shape: PretrainedShape,
  addend: tf.Tensor4D | null = null,
): tf.Tensor4D {
  return withGradient([x], () => ({
    value: forward(x, kernel, bias, shape, addend),
    saved: [],
    gradient: () => {
      throw new Error('A pretrained layer has no gradient.');
    },
  }));
}

/** The same value, with gradients with respect to kernel, bias, `addend` and, unless it is the picture, `x`. */
export function fineTunedConvolution(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  bias: tf.Tensor1D,
  shape: PretrainedShape,
  addend: tf.Tensor4D | null = null,
): tf.Tensor4D {
  const { stride = 1, depthwise = false, ofPicture = false, activation } = shape;
  const attrs = attributes(stride, 'same', 1);
  const config = { stride, dilation: 1, inputGradient: !ofPicture };
  const added = addend === null ? [] : [addend];
  return withGradient([...(ofPicture ? [] : [x]), kernel, bias, ...added], () => {
    const value = forward(x, kernel, bias, shape, addend);
    return {
      value,
      saved: [x, kernel, ...(activation === 'relu6' ? [value] : [])],
      gradient: (dy, saved) => {
        const [input, filter, y] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D?];
        const passed = y === undefined ? dy : relu6Gradient(dy, y);
        const byWeights = [
          ...(depthwise
            ? depthwiseFilterAndBiasGradient(input, passed, filter.shape, attrs)
            : filterAndBiasGradient(input, passed, filter.shape, config)),
          ...added.map(() => tf.clone(dy)),
        ];
        if (ofPicture) return byWeights;
        const byInput = depthwise
          ? runKernel(
              tf.DepthwiseConv2dNativeBackpropInput,
              { dy: passed, filter },
              { ...attrs, inputShape: input.shape },
            )
          : inputGradient(passed, filter, input.shape, config);
        return [byInput, ...byWeights];
      },
    };
  });
}

function forward(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  { stride = 1, depthwise = false, activation }: PretrainedShape,
  addend: tf.Tensor4D | null,
): tf.Tensor4D {
  const attrs = { ...attributes(stride, 'same', 1), activation };
  const inputs = { x, filter, bias };
  if (addend !== null && (depthwise || activation !== 'linear')) {
    throw new RangeError('Only a linear convolution of all channels adds a map.');
  }
  return depthwise ? runKernel(tf.FusedDepthwiseConv2D, inputs, attrs) : fusedConvolution(inputs, attrs, addend);
}

function depthwiseFilterAndBiasGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: number[],
  attrs: object,
): tf.Tensor[] {
  const withShape = { ...attrs, filterShape };
  if (hasOwnKernels()) {
    return tf.engine().runKernel(DEPTHWISE_BACKPROP_FILTER_BIAS, { x, dy }, withShape as unknown as tf.NamedAttrMap);
  }
  return [runKernel(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, withShape), tf.sum(dy, [0, 1, 2])];
}
