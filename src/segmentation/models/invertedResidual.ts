import type * as tf from '@tensorflow/tfjs-core';
import {
  fusesInvertedResidual,
  INVERTED_RESIDUAL,
  type InvertedResidualAttributes,
  type InvertedResidualInputs,
} from '../kernels/invertedResidual/invertedResidual.ts';
import { withGradient } from '../withGradient.ts';
import { runKernel } from './convolution.ts';
import { type InvertedResidualShape, isExpanded, isResidual } from './networkOps.ts';

/** Whether the backend in force runs such a block in one kernel; else, and where it learns, layer by layer. */
export function isFused({ inputs, wide, outputs }: InvertedResidualShape): boolean {
  return fusesInvertedResidual([inputs, wide, outputs]);
}

/**
 * An inverted residual block whose weights do not learn, in one kernel, where {@link isFused} says so: `x [B, H, W, Cin]`,
 * result `[B, ⌈H/stride⌉, ⌈W/stride⌉, Cout]`. `parameter` gives `expand/kernel`, `expand/bias` and so on, as
 * `layerByLayer` names them. Throws an `Error` when a gradient is asked for, for `x` must not depend on what learns.
 */
export function fusedInvertedResidual(
  x: tf.Tensor4D,
  parameter: (name: string) => tf.Tensor,
  shape: InvertedResidualShape,
): tf.Tensor4D {
  const inputs: InvertedResidualInputs<tf.Tensor> = {
    x,
    ...(isExpanded(shape) ? { expand: parameter('expand/kernel'), expandBias: parameter('expand/bias') } : {}),
    depthwise: parameter('depthwise/kernel'),
    depthwiseBias: parameter('depthwise/bias'),
    project: parameter('project/kernel'),
    projectBias: parameter('project/bias'),
  };
  const attrs: InvertedResidualAttributes = { stride: shape.stride, isResidual: isResidual(shape) };
  return withGradient([x], () => ({
    value: runKernel(INVERTED_RESIDUAL, { ...inputs }, attrs),
    saved: [],
    gradient: () => {
      throw new Error('A pretrained block has no gradient.');
    },
  }));
}
