import type * as tf from '@tensorflow/tfjs-core';
import type { LossKind, Treatment } from '../../settings/learner.ts';
import type { ClassWeight, PixelWeight } from './maskedReduction.ts';

/** What a training step minimises on the labels: a loss, and what it does with unlabeled pixels. */
export interface LabelLossConfig {
  loss: LossKind;
  treatment: Treatment;
  /** C: channels without the extra one. */
  classCount: number;
  /**
   * Per channel, finite and not negative. A list has C entries, and the extra class weighs 1; a tensor, which stays the
   * caller's, has one for the extra class, too. Dice and MSE have no class weights.
   */
  weight: ClassWeight;
  /**
   * `[B, H, W]`: what every pixel's cost, and its share of what the costs are divided by, are multiplied by; what a
   * treatment trains unlabeled pixels with has their weights, too. The mean over all pixels stays a mean over their number.
   */
  pixelWeight?: PixelWeight;
  /** ε in [0, 1]. Dice and MSE compare with a plain one-hot target. */
  labelSmoothing: number;
  /** Channel that unlabeled pixels are trained as under `asBackground`; read there only. */
  backgroundChannel: number;
  /**
   * Divides the summed costs in place of what the treatment would divide by: for crops that share one picture's. Loss
   * and gradient are 0 where it is not positive. Dice, a ratio of sums, has none and leaves it unread.
   */
  denominator?: tf.Scalar;
  /**
   * Called once, before the loss is returned, with `[loss, denominator, correct, labeled]`, which the callee disposes: it
   * outlives a tidy. `labeled` counts the pixels not 255 and `correct` those of them whose label has the largest logit,
   * the lowest index among equals. The denominator is 0 for Dice and, unless it was given, on WebGL.
   */
  onStats?: (stats: tf.Tensor1D) => void;
}

/** The configuration of a label loss without its weights and its report. */
export type LossTerms = Omit<LabelLossConfig, 'weight' | 'pixelWeight' | 'denominator' | 'onStats'>;
