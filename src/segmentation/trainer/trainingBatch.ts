import type { LearnerSettings } from '../../settings/learner.ts';
import { drawAugmentation } from '../augmentation/augmentation.ts';
import { type CropPlan, planCrops, writeCropItems } from '../augmentation/crops.ts';
import { type PyramidLevel, pyramidLevels } from '../augmentation/scalePyramid.ts';
import { type BatchShape, ITEM_WORDS, writeItem } from '../kernels/batch/sampleBatch.ts';
import { normalizations } from '../models/groupStatistics.ts';
import type { NetworkDescription } from '../models/networkOps.ts';
import { haloPx } from '../models/receptiveField.ts';
import type { Random } from '../random.ts';

/**
 * What a training step looks at: the whole picture, or crops around the labels where these give the same gradients for
 * less work. That is so for a network without normalisation under a loss that leaves unlabeled pixels out; all crops are
 * in one batch, so the loss's own mean is over all labels.
 */
export class TrainingBatch {
  #plan: CropPlan | null = null;
  #items = new Int32Array(ITEM_WORDS);

  readonly #width: number;
  readonly #height: number;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
  }

  /** Shape of the batch that {@link draw} describes. */
  get shape(): BatchShape {
    const plan = this.#plan;
    if (plan === null) return { batch: 1, height: this.#height, width: this.#width };
    return { batch: plan.batchSize, height: plan.height, width: plan.width };
  }

  /**
   * Plans anew for these labels, `[H, W]` with 255 where unlabeled. True when the shape is another one than before.
   */
  update(classIds: Uint8Array, network: NetworkDescription, settings: LearnerSettings): boolean {
    const before = this.shape;
    this.#plan = cropsAreExact(network, settings)
      ? planCrops(classIds, this.#width, this.#height, {
          sizeMultiple: network.sizeMultiple,
          haloPx: haloPx(network),
          square: settings.augmentation.quarterTurns,
          previous: this.#plan,
        })
      : null;
    const { batch, height, width } = this.shape;
    this.#items = new Int32Array(batch * ITEM_WORDS);
    return batch !== before.batch || height !== before.height || width !== before.width;
  }

  /** The parameters of a batch with an augmentation drawn for each of its items; they change with the next call. */
  draw({ augmentation }: LearnerSettings, random: Random): Int32Array<ArrayBuffer> {
    const { width, height } = this.shape;
    const levels = this.levels(augmentation.scale);
    const source = levels[levels.length === 1 ? 0 : random.integer(0, levels.length - 1)] as PyramidLevel;
    const next = () =>
      drawAugmentation(augmentation, width, height, random, this.#plan === null ? source : { width, height });
    if (this.#plan === null) writeItem(this.#items, 0, next(), source);
    else writeCropItems(this.#items, this.#plan, source, next);
    return this.#items;
  }

  /** The sizes that the picture is shown at; what {@link draw} describes is cut out of them, one after another. */
  levels(scale: number): PyramidLevel[] {
    return pyramidLevels(this.#width, this.#height, scale);
  }
}

/** Whether crops teach exactly what the whole picture does. */
export function cropsAreExact(network: NetworkDescription, settings: LearnerSettings): boolean {
  // Smoothness learns from unlabeled pixels, too.
  const onlyLabels = settings.unlabeled === 'ignore' && settings.smoothness.weight === 0;
  const oneSize = settings.augmentation.scale === 0;
  return settings.cropAroundLabels && onlyLabels && oneSize && normalizations(network).length === 0;
}
