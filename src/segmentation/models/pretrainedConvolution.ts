import * as tf from '@tensorflow/tfjs-core';
import { DEPTHWISE_BACKPROP_FILTER_BIAS } from '../kernels/depthwise/depthwiseBackpropFilterBias.ts';
import { relu6Gradient } from '../kernels/relu/reluGradient.ts';
import { withGradient } from '../withGradient.ts';
import { attributes, filterAndBiasGradient, hasOwnKernels, inputGradient, runKernel } from './convolution.ts';
import type { PretrainedShape } from './networkOps.ts';

/**
 * A convolution whose weights do not learn, with `same` padding, bias and activation: `x [B, H, W, Cin]`, `kernel`
 * `[k, k, Cin, Cout]` or depthwise `[k, k, C, 1]`, `bias [Cout]`, result `[B, H/stride, W/stride, Cout]`.
 *
 * One operation without a gradient: nothing of the forward pass is kept for it. Throws an `Error` when a gradient is
 * asked for all the same, for `x` must not depend on what learns.
 */
export function pretrainedConvolution(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  bias: tf.Tensor1D,
  shape: PretrainedShape,
): tf.Tensor4D {
  return withGradient([x], () => ({
    value: forward(x, kernel, bias, shape),
    saved: [],
    gradient: () => {
      throw new Error('A pretrained layer has no gradient.');
    },
  }));
}

/** The same value, with gradients by kernel, bias and, but for a convolution of the picture, `x`. */
export function fineTunedConvolution(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  bias: tf.Tensor1D,
  shape: PretrainedShape,
): tf.Tensor4D {
  const { stride = 1, depthwise = false, ofPicture = false, activation } = shape;
  const attrs = attributes(stride, 'same', 1);
  const config = { stride, dilation: 1, inputGradient: !ofPicture };
  return withGradient([...(ofPicture ? [] : [x]), kernel, bias], () => {
    const value = forward(x, kernel, bias, shape);
    return {
      value,
      saved: [x, kernel, ...(activation === 'relu6' ? [value] : [])],
      gradient: (dy, saved) => {
        const [input, filter, y] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D?];
        const passed = y === undefined ? dy : relu6Gradient(dy, y);
        const byWeights = depthwise
          ? depthwiseFilterAndBiasGradient(input, passed, filter.shape, attrs)
          : filterAndBiasGradient(input, passed, filter.shape, config);
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
): tf.Tensor4D {
  const fused = depthwise ? tf.FusedDepthwiseConv2D : tf.FusedConv2D;
  return runKernel(fused, { x, filter, bias }, { ...attributes(stride, 'same', 1), activation });
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
