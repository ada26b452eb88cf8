import * as tf from '@tensorflow/tfjs-core';
import { foldFilter } from '../kernels/convolution/spreadFilter.ts';
import { addingUpNow } from '../kernels/webgpu/webgpuDeferredSums.ts';
import { attributes, runKernel } from './convolution.ts';

/**
 * A 3×3 convolution of a map whose every pixel was doubled along both axes, without making that map: `x [B, H, W, Cin]`,
 * `spread` the filter `[3, 3, Cin, Cout]` as `spreadFilter` makes it over, result `[B, 2H, 2W, Cout]`.
 *
 * Along an axis an output pixel sees two pixels of the small map, not three: the taps that fall on the same one are
 * added up beforehand. What is left is a transposed convolution of stride 2 with four taps, 4/9 of the products ("sub-
 * pixel" decomposition, as in Shi et al. 2016).
 */
export function enlargedConvolution(x: tf.Tensor4D, spread: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const inputShape = [batch, 2 * height, 2 * width, spread.shape[2]];
  return runKernel(tf.Conv2DBackpropInput, { dy: x, filter: spread }, { ...STRIDE_2, inputShape });
}

/** Its gradient by `x`. */
export function enlargedInputGradient(dy: tf.Tensor4D, spread: tf.Tensor4D): tf.Tensor4D {
  return runKernel(tf.Conv2D, { x: dy, filter: spread }, STRIDE_2);
}

/** Its gradient by the filter, `[3, 3, Cin, Cout]`. */
export function enlargedFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D {
  const filterShape = [4, 4, dy.shape[3], x.shape[3]];
  // The large map takes the input's part, the small one the gradient's.
  const gradient = () => runKernel(tf.Conv2DBackpropFilter, { x: dy, dy: x }, { ...STRIDE_2, filterShape });
  return tf.tidy(() => foldFilter(addingUpNow(gradient)));
}

const STRIDE_2 = attributes(2, 'same', 1);
