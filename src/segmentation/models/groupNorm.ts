import * as tf from '@tensorflow/tfjs-core';
import { EPSILON, GROUP_NORM_RELU, GROUP_NORM_RELU_GRADIENT } from '../kernels/groupNorm/groupNormKernels.ts';
import { withGradient } from '../withGradient.ts';

/**
 * Group normalisation followed by ReLU: `x [B, H, W, C]`, `gain` and `offset` `[C]`, result like `x`. `C` must be a
 * multiple of `groups`.
 *
 * Wu & He 2018, with ε = 1e-5. One operation with its own gradient: tfjs would record about thirty, half of them over
 * whole feature maps.
 */
export function groupNormRelu(x: tf.Tensor4D, gain: tf.Tensor1D, offset: tf.Tensor1D, groups: number): tf.Tensor4D {
  if (tf.getKernel(GROUP_NORM_RELU, tf.getBackend()) === undefined) return composed(x, gain, offset, groups);
  return withGradient([x, gain, offset], () => {
    const outputs: tf.Tensor[] = tf.engine().runKernel(GROUP_NORM_RELU, { x, gain, offset }, { groups });
    const [value, statistics] = outputs as [tf.Tensor4D, tf.Tensor3D];
    return {
      value,
      saved: [x, statistics],
      gradient: (dy, saved) => {
        const [input, kept] = saved as [tf.Tensor4D, tf.Tensor3D];
        return tf.engine().runKernel(GROUP_NORM_RELU_GRADIENT, { dy, x: input, statistics: kept }, { groups });
      },
    };
  });
}

/** The same from tfjs's own operations. */
function composed(x: tf.Tensor4D, gain: tf.Tensor1D, offset: tf.Tensor1D, groups: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  /** Means per channel `[B, 1, 1, C]` → the mean over a pixel's group, again per channel. */
  const groupMean = (means: tf.Tensor4D): tf.Tensor4D => {
    const perGroup = channels / groups;
    const mean = tf.mean(tf.reshape(means, [batch, groups, perGroup]), 2, true);
    return tf.reshape(tf.tile(mean, [1, 1, perGroup]), means.shape);
  };
  return withGradient([x, gain, offset], () => {
    const centered = tf.sub<tf.Tensor4D>(x, groupMean(channelMeans(x)));
    const variance = groupMean(channelMeans(tf.square(centered)));
    const deviation = tf.rsqrt(tf.add<tf.Tensor4D>(variance, EPSILON));
    const value = tf.relu(tf.add<tf.Tensor4D>(tf.mul(centered, tf.mul(deviation, gain)), offset));
    return {
      value,
      saved: [centered, deviation, gain, value],
      gradient: (dy, saved) => {
        const [c, d, g, y] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor1D, tf.Tensor4D];
        const passed = tf.mul<tf.Tensor4D>(dy, tf.step(y));
        const meanPassed = channelMeans(passed);
        const meanAligned = tf.mul<tf.Tensor4D>(channelMeans(tf.mul(passed, c)), d);
        // With x̂ = c·d:  dx = d·(g·dy − mean(g·dy) − x̂·mean(g·dy·x̂)), dy where the ReLU passed it.
        const shift = tf.mul(d, groupMean(tf.mul(meanPassed, g)));
        const slope = tf.mul(tf.square(d), groupMean(tf.mul(meanAligned, g)));
        const dx = tf.sub(tf.mul(passed, tf.mul(d, g)), tf.add(tf.mul(c, slope), shift));
        const total = (means: tf.Tensor4D) =>
          tf.mul(tf.reshape(batch === 1 ? means : tf.sum(means, 0), [channels]), height * width);
        return [dx, total(meanAligned), total(meanPassed)];
      },
    };
  });
}

/** Means over the pixels, `[B, H, W, C]` → `[B, 1, 1, C]`. */
export function channelMeans(x: tf.Tensor4D): tf.Tensor4D {
  // XNNPACK pools the whole map in a twentieth of the time of the backend's scalar `Mean`.
  if (tf.getBackend() === 'wasm') return tf.avgPool(x, [x.shape[1], x.shape[2]], 1, 'valid');
  return tf.mean(x, [1, 2], true);
}
