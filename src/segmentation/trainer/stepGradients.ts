import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { type SmoothnessAttributes, withSmoothness } from '../kernels/smoothness/smoothness.ts';
import { labelLoss } from '../losses/labelLoss.ts';
import type { LossTerms } from '../losses/labelLossConfig.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import type { ParameterSpec } from '../models/parameters.ts';
import { applyNetwork, splitParameters } from '../models/tensorOps.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import type { LearnedVector, PretrainedWeights } from '../pretrained/pretrainedWeights.ts';

/** What learns, and what it minimises. */
export interface StepModel {
  readonly network: NetworkDescription;
  readonly specs: readonly ParameterSpec[];
  /** Channels of the logits. */
  readonly outputs: number;
  readonly pretrained: Pick<PretrainedWeights, 'fixed' | 'learned' | 'cut'>;
  /** Whether the pretrained layers learn, too. They must have been unfrozen then. */
  readonly fineTuned: boolean;
  /** Holds the parameters. */
  readonly optimizer: Optimizer;
  /** What is minimised beside the label loss; `null`: nothing. */
  readonly smoothness: SmoothnessAttributes | null;
  readonly loss: LossTerms;
}

/** What one step looks at. */
export interface StepSample {
  /** `[B, H, W, 3]` */
  readonly picture: tf.Tensor4D;
  /** int32 `[B, H, W]`: channel index of every pixel, 255 where unlabeled. */
  readonly labels: tf.Tensor3D;
  /** `[B, H, W]`: how much every pixel counts in the label loss; `null`: all the same. */
  readonly pixelWeight: tf.Tensor3D | null;
  /** int32: what every picture of the batch shows, as `writeItem` wrote it. */
  readonly items: tf.Tensor2D;
  /** int32 `[P]`: the pictures' own colours as `packedColors` gives them; read by the smoothness term alone. */
  readonly colors: tf.Tensor1D | null;
  /** `[C]`: one weight per output. */
  readonly weight: tf.Tensor1D;
  /** `[1]`: factor of the smoothness term; `null` where there is none. */
  readonly smoothnessWeight: tf.Tensor1D | null;
}

/** The vectors that a step updates, and its gradients are by: the network's own and, where they learn, the pretrained. */
export function learnedVectors({ specs, optimizer, pretrained, fineTuned }: StepModel): LearnedVector[] {
  const { learned } = pretrained;
  return [{ specs, optimizer }, ...(fineTuned && learned !== null ? [learned] : [])];
}

/**
 * The label loss's figures of one sample, and a gradient of all that is minimised for every parameter of
 * {@link learnedVectors}, one vector's after the other's. Call it in a `tf.tidy`, which all but the figures, the caller's, end with. Throws an `Error` where the label loss reports no figures.
 */
export function stepGradients(
  model: StepModel,
  sample: StepSample,
): { readonly stats: tf.Tensor; readonly gradients: tf.Tensor[] } {
  const { network, outputs, pretrained, fineTuned } = model;
  const parameters = learnedVectors(model).map(({ specs, optimizer }) => splitParameters(optimizer.parameters, specs));
  const names = parameters.flatMap((vector) => [...vector.keys()]);
  const unlearned = fineTuned ? pretrained.fixed : new Map([...pretrained.fixed, ...pretrained.cut('parameters')]);
  let stats: tf.Tensor | undefined;
  const gradients = tf.grads((...tensors) => {
    const learned = names.map((name, i) => [name, tensors[i] as tf.Tensor] as const);
    const logits = applyNetwork(network, new Map([...unlearned, ...learned]), sample.picture, outputs, fineTuned);
    const { labels, items, colors, smoothnessWeight: weight } = sample;
    const isSmoothed = model.smoothness !== null && colors !== null && weight !== null;
    const judged = isSmoothed ? withSmoothness(logits, { colors, labels, items, weight }, model.smoothness) : logits;
    return labelLoss(judged, labels, {
      ...model.loss,
      weight: sample.weight,
      pixelWeight: sample.pixelWeight,
      onStats: (figures) => {
        stats = figures;
      },
    });
  })(parameters.flatMap((vector) => [...vector.values()]));
  if (stats === undefined) throw new Error('The label loss reported no figures.');
  return { stats, gradients };
}
