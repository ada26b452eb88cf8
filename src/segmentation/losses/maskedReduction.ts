import * as tf from '@tensorflow/tfjs-core';
// tfjs's core has no gradients without this; every loss imports this file.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { withGradient } from '../withGradient.ts';

/** As PyTorch's: the loss's own mean, the sum, or one value per pixel (0 where ignored). */
export type Reduction = 'mean' | 'sum' | 'none';

/**
 * Throws a `RangeError` unless `logits` is `[..., C]` with `C ≥ 1` and `labels` has the same leading shape.
 *
 * tfjs would broadcast many wrong pairs without a word.
 */
export function assertShapes(logits: tf.Tensor, labels: tf.Tensor): void {
  const leading = logits.shape.slice(0, -1);
  const fits = logits.rank === labels.rank + 1 && leading.every((side, axis) => side === labels.shape[axis]);
  if (!fits || channelCountOf(logits) < 1) {
    throw new RangeError(`Logits of shape [${logits.shape}] do not fit labels of shape [${labels.shape}].`);
  }
}

/** Class weights: one per channel, finite and ≥ 0; a tensor `[C]` is not disposed here. `null`: all 1. */
export type ClassWeight = tf.Tensor1D | readonly number[] | null;

/**
 * Throws a `RangeError` unless `weight` is `null` or has `channelCount` entries, finite and not negative. A tensor's
 * values are not read back: of it only the length is checked.
 */
export function assertWeight(weight: ClassWeight, channelCount: number): void {
  if (weight === null) return;
  if (weight instanceof tf.Tensor) {
    if (weight.size === channelCount) return;
    throw new RangeError(`${channelCount} channels need as many weights, not ${weight.size}.`);
  }
  if (weight.length !== channelCount || !weight.every((w) => Number.isFinite(w) && w >= 0)) {
    throw new RangeError(`${channelCount} channels need as many finite weights ≥ 0, not [${weight}].`);
  }
}

/** Pixel weights in the shape of the labels, finite and ≥ 0; not disposed here. `null`: all 1. */
export type PixelWeight = tf.Tensor | null;

/** Throws a `RangeError` unless `pixelWeight` is `null` or of the shape of `labels`. Its values are not read back. */
export function assertPixelWeight(pixelWeight: PixelWeight, labels: tf.Tensor): void {
  if (pixelWeight === null || tf.util.arraysEqual(pixelWeight.shape, labels.shape)) return;
  throw new RangeError(`Pixel weights of shape [${pixelWeight.shape}] do not fit labels of shape [${labels.shape}].`);
}

/** `values` `[..., C]` (or what broadcasts to it), each pixel's times its weight. */
export function weighPixels(values: tf.Tensor, pixelWeight: PixelWeight): tf.Tensor {
  return pixelWeight === null ? values : tf.mul(values, tf.expandDims(pixelWeight, -1));
}

/** The weights as a tensor: the given one, or a new one that the surrounding tidy disposes. */
export function weightTensor(weight: ClassWeight): tf.Tensor1D | null {
  return weight === null || weight instanceof tf.Tensor ? weight : tf.tensor1d([...weight]);
}

/** Throws a `RangeError` unless `labelSmoothing` lies in [0, 1]. */
export function assertLabelSmoothing(labelSmoothing: number): void {
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RangeError(`Label smoothing lies in [0, 1]; ${labelSmoothing} does not.`);
  }
}

/** C of a tensor `[..., C]`. */
export function channelCountOf(tensor: tf.Tensor): number {
  return tensor.shape[tensor.rank - 1] ?? 0;
}

/** The mask `v`: bool, the shape of `labels`, true where a pixel is labeled. */
export function labeledMask(labels: tf.Tensor, ignoreIndex: number): tf.Tensor {
  return tf.notEqual(labels, tf.scalar(ignoreIndex, labels.dtype));
}

/**
 * `mask` `[...]` repeated for each channel: bool `[..., C]`.
 *
 * By a product that broadcasts: several times as fast on WebAssembly as the tiling that `tf.where` would do by itself. For
 * the same reason every select here has operands of one shape.
 */
export function channelMaskOf(mask: tf.Tensor, channelCount: number): tf.Tensor {
  const labeled = tf.expandDims(tf.cast(mask, 'float32'), -1);
  return tf.notEqual(tf.mul(labeled, tf.fill([...mask.shape, channelCount], 1)), 0);
}

/**
 * `values` with 0 wherever `mask`, of the same shape, is false.
 *
 * On logits it has to happen *before* the softmax: the gradient of a select is a product with the mask, and 0 · NaN is
 * NaN. Behind this select nothing of an ignored pixel is left that could be NaN, so its gradient is exactly 0.
 */
export function selectOrZero(mask: tf.Tensor, values: tf.Tensor): tf.Tensor {
  return tf.where(mask, values, tf.fill(values.shape, 0, values.dtype));
}

/**
 * One-hot target `t`, float32 `[..., C]`: a row of zeros where a pixel is ignored, also if `ignoreIndex` is in `[0, C)`.
 *
 * `mask` and `channelMask` are those of `labels`. No ignored label reaches `tf.oneHot`, which leaves indices out of range
 * to the backend.
 */
export function oneHotTarget(labels: tf.Tensor, mask: tf.Tensor, channelMask: tf.Tensor): tf.Tensor {
  const channelCount = channelCountOf(channelMask);
  // tf.oneHot refuses a single channel, whose target is the mask.
  const hits = channelCount === 1 ? channelMask : tf.oneHot(selectOrZero(mask, labels), channelCount);
  // A product, of zeros and ones only, because it makes true floats on every backend: asked for float32, WebAssembly's
  // one-hot kernel writes integers, and a cast on WebGPU renames an integer buffer that some shaders then refuse.
  return tf.mul(tf.cast(hits, 'float32'), tf.cast(channelMask, 'float32'));
}

/** Scalar `numerator / denominator`; 0 with gradient 0 where the denominator is not positive. */
export function ratioOrZero(numerator: tf.Tensor, denominator: tf.Tensor): tf.Scalar {
  const positive = tf.greater(denominator, 0);
  // Two selects: the division must stay finite where it does not count, or its gradient is 0 · Inf.
  return tf.where(positive, tf.div(numerator, tf.where(positive, denominator, 1)), 0);
}

/**
 * `Σ values` over what `mask`, of the same shape, lets through; for `mean` divided by the scalar `denominator`, with 0
 * and gradient 0 where that is not positive.
 */
export function reduceMasked(
  values: tf.Tensor,
  mask: tf.Tensor,
  denominator: () => tf.Tensor,
  reduction: 'mean' | 'sum',
): tf.Scalar {
  const total = maskedSum(values, mask);
  return reduction === 'sum' ? total : ratioOrZero(total, denominator());
}

/**
 * `tf.sum` of a select, whose gradient would upload a tensor of ones at every step and multiply by it. This one is the
 * scalar gradient where `mask` is true, and 0 elsewhere.
 */
function maskedSum(values: tf.Tensor, mask: tf.Tensor): tf.Scalar {
  return withGradient([values], () => ({
    value: tf.sum<tf.Scalar>(selectOrZero(mask, values)),
    saved: [mask],
    gradient: (dy, [kept = mask]) => [tf.mul(tf.cast(kept, 'float32'), dy)],
  }));
}
