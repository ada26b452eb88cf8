import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from '../../withGradient.ts';
import type { BatchShape } from '../batch/sampleBatch.ts';

export const GATED_SMOOTHNESS = 'GatedSmoothness';
/** The same kernel's gradient added to another one, `dy` of the logits' shape; of backends that do so in one pass. */
export const GATED_SMOOTHNESS_GRADIENT = 'GatedSmoothnessGradient';

/** What the term is made of; the same for every pixel of a call, and part of the shader. */
export interface SmoothnessAttributes {
  /** Pairs are at most this far apart along either axis, in pixels. */
  readonly radiusPx: number;
  /** Distances along an axis are multiples of this, at most the radius: 1 for every pair within it. */
  readonly stepPx: number;
  /** Width of the kernel over colours, in units of a byte's range. */
  readonly colorWidth: number;
  /** Width of the kernel over distances, in pixels. */
  readonly spaceWidthPx: number;
  /** Whether pairs of two labeled pixels are left out. */
  readonly gated: boolean;
}

/** What the kernels get beside the logits. */
export interface SmoothnessOperands {
  /** int32 `[P]`: bytes of the unaugmented pictures' colours, three from the lowest bits up, laid one after another. */
  readonly colors: tf.Tensor1D;
  /** int32 `[B, H, W]`: channel index of every pixel of the frames, 255 where unlabeled. */
  readonly labels: tf.Tensor3D;
  /** int32 `[B, ITEM_WORDS]`: what every frame shows of the pictures, as `writeItem` wrote it. */
  readonly items: tf.Tensor2D;
  /** `[1]`: factor of the whole term. An operand, so that a recorded step goes on with another one. */
  readonly weight: tf.Tensor1D;
}

/** Whether the backend in use has the kernel. */
export function hasSmoothness(): boolean {
  return tf.getKernel(GATED_SMOOTHNESS, tf.getBackend()) !== undefined;
}

/**
 * How little the class probabilities of neighbours of like colour agree, where at least one of the two is unlabeled:
 *
 *     weight · mean over frames · mean over offsets δ · mean over pairs (i, j = i + δ) of  g_ij · k_ij · (1 − p_i·p_j)
 *     k_ij = exp(−‖colour_i − colour_j‖² / (2·colorWidth²) − ‖δ‖² / (2·spaceWidthPx²)),  p = softmax(logits)
 *
 * Offsets are half of a square window without its centre, or of every `stepPx`-th row and column of it, so that every pair counts once; pairs are those whose pixels
 * both show the picture, and colours are its own, before any augmentation. The gate `g_ij` is 0 where both pixels are
 * labeled, else 1. After Obukhov et al. 2019, "Gated CRF Loss for Weakly Supervised Semantic Image Segmentation", eq. 5–7,
 * with means in place of sums so that the weight means the same at every picture size and radius.
 *
 * `logits` is float32 `[B, H, W, C]`. The caller disposes the scalar.
 */
export function smoothness(
  logits: tf.Tensor4D,
  operands: SmoothnessOperands,
  attributes: SmoothnessAttributes,
): tf.Scalar {
  return withGradient([logits], () => {
    const inputs = { logits, ...operands };
    const [value, unscaled] = tf
      .engine()
      .runKernel<tf.Tensor[]>(GATED_SMOOTHNESS, inputs, attributes as unknown as tf.NamedAttrMap) as [
      tf.Scalar,
      tf.Tensor4D,
    ];
    return { value, saved: [unscaled], gradient: (dy, [kept = unscaled]) => [tf.mul(kept, dy)] };
  });
}

/**
 * `logits` as they are, for a loss to be computed of. Its gradient by them then counts {@link smoothness}, too, as if the
 * term had been added to that loss: what is minimised is the sum, though nobody computes it. The caller disposes the tensor.
 */
export function withSmoothness(
  logits: tf.Tensor4D,
  { colors, labels, items, weight }: SmoothnessOperands,
  attributes: SmoothnessAttributes,
): tf.Tensor4D {
  const attrs = attributes as unknown as tf.NamedAttrMap;
  return withGradient([logits], () => ({
    value: tf.clone(logits),
    saved: [logits, colors, labels, items, weight],
    gradient: (dy, saved) => {
      const [z, keptColors, keptLabels, keptItems, keptWeight] = saved as Five;
      const operands = { colors: keptColors, labels: keptLabels, items: keptItems, weight: keptWeight };
      return [smoothnessGradient({ logits: z, ...operands }, dy, attrs)];
    },
  }));
}

type Five = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

/** The term's gradient by the logits, and `dy`. */
function smoothnessGradient(
  inputs: Readonly<Record<keyof SmoothnessOperands | 'logits', tf.Tensor>>,
  dy: tf.Tensor,
  attrs: tf.NamedAttrMap,
): tf.Tensor {
  if (tf.getKernel(GATED_SMOOTHNESS_GRADIENT, tf.getBackend()) !== undefined) {
    return tf.engine().runKernel(GATED_SMOOTHNESS_GRADIENT, { ...inputs, dy }, attrs);
  }
  const [, gradient] = tf.engine().runKernel<tf.Tensor[]>(GATED_SMOOTHNESS, inputs, attrs) as [tf.Tensor, tf.Tensor];
  return tf.add(gradient, dy);
}

/** A kernel's frames and channels. */
export interface SmoothnessShape extends BatchShape {
  readonly channels: number;
}
