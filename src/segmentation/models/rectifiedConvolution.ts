import type * as tf from '@tensorflow/tfjs-core';
import { spreadFilter } from '../kernels/convolution/spreadFilter.ts';
import { reluGradient } from '../kernels/relu/reluGradient.ts';
import { withGradient } from '../withGradient.ts';
import { attributes, filterAndBiasGradient, fusedConvolution, inputGradient } from './convolution.ts';
import { enlargedConvolution, enlargedFilterGradient, enlargedInputGradient } from './enlargedConvolution.ts';

/**
 * `x ∗ filter + bias`, 1×1: `x [B, H, W, Cin]`, `filter [1, 1, Cin, Cout]`, `bias [Cout]`, result `[B, H, W, Cout]`.
 */
export function convolutionBias(x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  const config = { stride: 1, dilation: 1, inputGradient: true };
  return withGradient([x, filter, bias], () => ({
    value: fusedConvolution({ x, filter, bias }, fusedAttributes(1, 'linear'), null),
    saved: [x, filter],
    gradient: (dy, saved) => {
      const [input, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
      return [
        inputGradient(dy, kernel, input.shape, config),
        ...filterAndBiasGradient(input, dy, kernel.shape, config),
      ];
    },
  }));
}

/**
 * `ReLU(x ∗ filter + bias)` with `same` padding, one kernel where the backend has one: `x [B, H, W, Cin]`,
 * `filter [k, k, Cin, Cout]`, `bias [Cout]`, result `[B, H/stride, W/stride, Cout]`. Without `withInputGradient`, `x`
 * gets none: the first layer's is a picture.
 */
export function convolutionRelu(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  stride: number,
  withInputGradient: boolean,
): tf.Tensor4D {
  const config = { stride, dilation: 1, inputGradient: withInputGradient };
  const forward = () => rectified(x, filter, bias, stride, null);
  if (!withInputGradient) {
    return withGradient([filter, bias], () => {
      const value = forward();
      return {
        value,
        saved: [x, value],
        gradient: (dy, saved) => {
          const [input, y] = saved as [tf.Tensor4D, tf.Tensor4D];
          return filterAndBiasGradient(input, reluGradient(dy, y), filter.shape, config);
        },
      };
    });
  }
  return withGradient([x, filter, bias], () => {
    const value = forward();
    return {
      value,
      saved: [x, filter, value],
      gradient: (dy, saved) => {
        const [input, kernel, y] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
        const passed = reluGradient(dy, y);
        return [
          inputGradient(passed, kernel, input.shape, config),
          ...filterAndBiasGradient(input, passed, kernel.shape, config),
        ];
      },
    };
  });
}

/** Weights of a 3×3 convolution over an enlarged map and one beside it. */
export interface JoinWeights {
  /** `[3, 3, Cdeep, Cout]` */
  readonly deep: tf.Tensor4D;
  /** `[3, 3, Cskip, Cout]` */
  readonly skip: tf.Tensor4D;
  /** `[Cout]` */
  readonly bias: tf.Tensor1D;
}

/**
 * `deep [B, H, W, Cdeep]` with every pixel doubled along both axes, laid beside `skip [B, 2H, 2W, Cskip]`, then a 3×3
 * convolution with bias and ReLU: `[B, 2H, 2W, Cout]`. Neither the enlarged nor the joined map is ever made: a
 * convolution of two maps is the sum of a convolution of each, and see {@link enlargedConvolution}.
 */
export function enlargeAndJoinRelu(deep: tf.Tensor4D, skip: tf.Tensor4D, weights: JoinWeights): tf.Tensor4D {
  const config = { stride: 1, dilation: 1, inputGradient: true };
  return withGradient([deep, skip, weights.deep, weights.skip, weights.bias], () => {
    const spread = spreadFilter(weights.deep);
    const addend = enlargedConvolution(deep, spread);
    const value = rectified(skip, weights.skip, weights.bias, 1, addend);
    addend.dispose();
    return {
      value,
      saved: [deep, skip, spread, weights.skip, value],
      gradient: (dy, saved) => {
        const [small, large, deepFilter, skipFilter, y] = saved as tf.Tensor4D[] as [
          tf.Tensor4D,
          tf.Tensor4D,
          tf.Tensor4D,
          tf.Tensor4D,
          tf.Tensor4D,
        ];
        const passed = reluGradient(dy, y);
        const [dSkip, dBias] = filterAndBiasGradient(large, passed, skipFilter.shape, config);
        return [
          enlargedInputGradient(passed, deepFilter),
          inputGradient(passed, skipFilter, large.shape, config),
          enlargedFilterGradient(small, passed),
          dSkip,
          dBias,
        ];
      },
    };
  });
}

/** `ReLU(x ∗ filter + bias + addend)`. */
function rectified(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  stride: number,
  addend: tf.Tensor4D | null,
): tf.Tensor4D {
  return fusedConvolution({ x, filter, bias }, fusedAttributes(stride, 'relu'), addend);
}

function fusedAttributes(stride: number, activation: 'relu' | 'linear') {
  return { ...attributes(stride, 'same', 1), activation };
}
