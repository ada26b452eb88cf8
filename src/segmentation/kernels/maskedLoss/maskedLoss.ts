import * as tf from '@tensorflow/tfjs-core';
import { partOf } from '../../recording/tensorViews.ts';
import { withGradient } from '../../withGradient.ts';

export const MASKED_LOSS = 'MaskedSoftmaxLoss';
export const MASKED_LOSS_GRADIENT = 'MaskedSoftmaxLossGradient';

/**
 * Least `1 − p` in the focal cost: keeps the derivative of `(1 − p)^γ` finite at `p = 1` for γ < 1. Below float32's step
 * at 1.
 */
export const MIN_MISS = 1e-8;

/** What the kernels compute; the same for every pixel of a call. */
export interface MaskedLossAttributes {
  /** Of `p = softmax(logits)`: its logarithm's cost, as in cross-entropy and focal loss, or the squared error. */
  readonly cost: 'logarithmic' | 'squaredError';
  /** γ of the focal loss; 0 is cross-entropy. Of the logarithmic cost only, as is the smoothing. */
  readonly gamma: number;
  /** ε in [0, 1]. */
  readonly labelSmoothing: number;
  /** What a pixel labeled 255 is: nothing, a pixel of logits 0 and label 0, or a pixel labeled with this channel. */
  readonly unlabeledAs: 'ignored' | 'zeroed' | number;
  /** Whether the mean is over pixels that count, each with its label's weight, or over all there are. */
  readonly meanOver: 'counted' | 'allPixels';
}

export interface MaskedLossOptions extends MaskedLossAttributes {
  /** `[C]`, or `null` for weights of 1. The squared error has none. */
  readonly weight: tf.Tensor1D | null;
  /** Of the labels' shape, finite and ≥ 0, or `null` for weights of 1: of a pixel's cost and in the sum of weights. */
  readonly pixelWeight: tf.Tensor | null;
  /** In place of the one that `meanOver` names. */
  readonly denominator: tf.Scalar | null;
  /** Called once with `[loss, denominator, correct, labeled]`, which survives the tidy: the callee disposes it. */
  readonly onStats: ((stats: tf.Tensor1D) => void) | null;
}

/** Whether the backend in use has the kernels. */
export function hasMaskedLoss(): boolean {
  return tf.getKernel(MASKED_LOSS, tf.getBackend()) !== undefined;
}

/**
 * Cross-entropy, focal loss or squared error of softmax(logits) against labels, as one kernel: a pass over the logits
 * makes the sums and the gradient up to a factor, so that nothing else of their size is written or kept.
 *
 * `logits` is float32 `[..., C]`, `labels` int32 `[...]` of channel index or 255. Where the denominator is not positive,
 * loss and gradient are exactly 0; so is the gradient at an unlabeled pixel that is `ignored` or `zeroed`, whatever its
 * logits. `correct` counts the labeled pixels (not 255) whose largest logit is the label's, the lowest index among
 * equals. Sums are added in a fixed order. The formulas are those of `losses/`. The caller disposes the scalar.
 */
export function maskedSoftmaxLoss(
  logits: tf.Tensor,
  labels: tf.Tensor,
  { weight, pixelWeight, denominator, onStats, ...attributes }: MaskedLossOptions,
): tf.Scalar {
  const inputs = {
    logits,
    labels,
    ...(weight !== null && { weight }),
    ...(pixelWeight !== null && { pixelWeight }),
    ...(denominator !== null && { denominator }),
  };
  return withGradient([logits], () => {
    const [unscaled, stats] = tf
      .engine()
      .runKernel<tf.Tensor[]>(MASKED_LOSS, inputs, attributes as unknown as tf.NamedAttrMap) as [
      tf.Tensor,
      tf.Tensor1D,
    ];
    // A handle of its own: the gradient needs the stats after the callee has disposed them.
    onStats?.(tf.keep(tf.clone(stats)));
    return {
      value: partOf<tf.Scalar>(stats, 0, []),
      saved: [unscaled, stats],
      gradient: (dy, [keptUnscaled = unscaled, keptStats = stats]) => {
        const given = { unscaled: keptUnscaled, stats: keptStats, dy };
        return [tf.engine().runKernel<tf.Tensor>(MASKED_LOSS_GRADIENT, given, { shape: logits.shape })];
      },
    };
  });
}
