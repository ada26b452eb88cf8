import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from '../withGradient.ts';
import { attributes, runKernel } from './convolution.ts';
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
  { stride = 1, depthwise = false, activation }: PretrainedShape,
): tf.Tensor4D {
  const fused = depthwise ? tf.FusedDepthwiseConv2D : tf.FusedConv2D;
  return withGradient([x], () => ({
    value: runKernel(fused, { x, filter: kernel, bias }, { ...attributes(stride, 'same', 1), activation }),
    saved: [],
    gradient: () => {
      throw new Error('A pretrained layer has no gradient.');
    },
  }));
}
