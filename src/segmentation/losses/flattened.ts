import * as tf from '@tensorflow/tfjs-core';
import { type CrossEntropyOptions, crossEntropy } from './crossEntropy.ts';
import type { Reduction } from './maskedReduction.ts';

export interface FlattenOptions {
  /** Axis of the input that holds the classes, negative from the end; default −1. PyTorch's logits have it at 1. */
  readonly axis?: number;
  /** Flatten the input to `[N, C]`, the default; otherwise to `[N]`, as binary and regression losses want it. */
  readonly is2d?: boolean;
  /** Cast the target to float32; default false. */
  readonly floatify?: boolean;
}

/** A loss over flat tensors: input `[N, C]` or `[N]`, target `[N]`. */
export type FlatLoss = (
  input: tf.Tensor,
  target: tf.Tensor,
  settings: { readonly weight: readonly number[] | null; readonly reduction: Reduction },
) => tf.Tensor;

/** A loss over tensors of any shape. `weight` and `reduction` may be set at any time, as on fast.ai's losses. */
export interface FlattenedLoss {
  (input: tf.Tensor, target: tf.Tensor): tf.Tensor;
  /** Per class; `null`, as it begins, is all 1. */
  weight: readonly number[] | null;
  /** `mean` at first. */
  reduction: Reduction;
}

/**
 * Makes a loss over flat tensors one over tensors of any shape: fast.ai's `FlattenedLoss` (`BaseLoss` in version 2).
 *
 * In input and target `axis` is swapped with the last one, then the input is flattened to `[N, C]` or `[N]` and the
 * target to `[N]`. The target has the input's rank (its class axis is then 1 long, or it has the input's shape) or lacks
 * the class axis. Rows come in fast.ai's order, which shows under reduction `none`: for `[B, C, H, W]` and axis 1 it is
 * `[B, W, H]`. Where fast.ai's own swap leaves a target without class axis out of step with the input (axis 1 of rank
 * five, say) this one does not.
 *
 * The caller disposes what the loss returns. It throws a `RangeError` for an axis or a target that does not fit.
 */
export function flattened(
  loss: FlatLoss,
  { axis = -1, is2d = true, floatify = false }: FlattenOptions = {},
): FlattenedLoss {
  const flattenedLoss: FlattenedLoss = Object.assign(
    (input: tf.Tensor, target: tf.Tensor) =>
      tf.tidy(() => {
        const classAxis = axis < 0 ? axis + input.rank : axis;
        if (!Number.isInteger(classAxis) || classAxis < 0 || classAxis >= input.rank) {
          throw new RangeError(`An input of shape [${input.shape}] has no axis ${axis}.`);
        }
        const swapped = swapWithLast(input, classAxis);
        const flatInput = tf.reshape(swapped, is2d ? [-1, swapped.shape[swapped.rank - 1] ?? 1] : [-1]);
        const flatTarget = flattenTarget(target, input, classAxis);
        if (flatTarget.size !== flatInput.shape[0]) {
          throw new RangeError(`A target of shape [${target.shape}] does not fit an input of shape [${input.shape}].`);
        }
        const { weight, reduction } = flattenedLoss;
        return loss(flatInput, floatify ? tf.cast(flatTarget, 'float32') : flatTarget, { weight, reduction });
      }),
    { weight: null, reduction: 'mean' as const },
  );
  return flattenedLoss;
}

/** fast.ai's `CrossEntropyFlat`: cross-entropy, flattened. `axis: 1` takes PyTorch's `[B, C, H, W]`. */
export function crossEntropyFlat({
  axis = -1,
  weight = null,
  reduction = 'mean',
  ...options
}: CrossEntropyOptions & Pick<FlattenOptions, 'axis'> = {}): FlattenedLoss {
  const loss = flattened((input, target, settings) => crossEntropy(input, target, { ...options, ...settings }), {
    axis,
  });
  return Object.assign(loss, { weight, reduction });
}

/**
 * The published `FlattenedLossWithUnlabeled`, faults included, for the lesson that takes it apart: `loss(input·h, target·h)`
 * with `h = (target != unlabeled)`. (As published it reads an undefined `t`; it means the target.)
 *
 * The products broadcast as PyTorch's do, from the last axis. With logits `[B, C, H, W]` and a target `[B, H, W]` that
 * throws in general, is right by luck for B = 1, and for B = C silently masks *channel* b by the mask of *picture* b. With a
 * target `[B, 1, H, W]` it is right. A product also turns a NaN or infinite logit under an unlabeled pixel into NaN.
 * Training uses `zeroedInput`, which has neither fault. The caller disposes what the loss returns.
 */
export function flattenedWithUnlabeled(
  loss: FlattenedLoss,
  unlabeled: number,
): (input: tf.Tensor, target: tf.Tensor) => tf.Tensor {
  return (input, target) =>
    tf.tidy(() => {
      const h = tf.notEqual(target, tf.scalar(unlabeled, target.dtype));
      return loss(tf.mul(input, tf.cast(h, 'float32')), tf.mul(target, tf.cast(h, target.dtype)));
    });
}

function swapWithLast(x: tf.Tensor, axis: number): tf.Tensor {
  const permutation = x.shape.map((_, i) => i);
  permutation[axis] = x.rank - 1;
  permutation[x.rank - 1] = axis;
  return tf.transpose(x, permutation);
}

function flattenTarget(target: tf.Tensor, input: tf.Tensor, classAxis: number): tf.Tensor {
  const lacksClassAxis = target.rank === input.rank - 1;
  const aligned = lacksClassAxis ? tf.expandDims(target, classAxis) : target;
  const fits =
    aligned.rank === input.rank && aligned.shape.every((side, i) => i === classAxis || side === input.shape[i]);
  if (!fits) {
    throw new RangeError(`A target of shape [${target.shape}] does not fit an input of shape [${input.shape}].`);
  }
  return tf.reshape(swapWithLast(aligned, classAxis), [-1]);
}
