import { classWeights } from '../../settings/classBalance.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { pictureOrder } from './pictureOrder.ts';
import { classCounts, type LearnerPicture } from './pictureSet.ts';

/** The pictures of `count` steps, after `from` were taken; `labeled` are those that can be learned from, at least one. */
export function comingPictures(
  labeled: readonly LearnerPicture[],
  channels: readonly number[],
  settings: LearnerSettings,
  { from, count }: { readonly from: number; readonly count: number },
): LearnerPicture[] {
  const indexAt = pictureOrder(
    labeled.map((picture) => picture.labeledOf(channels)),
    settings,
  );
  return Array.from({ length: count }, (_, i) => labeled[indexAt(from + i)] as LearnerPicture);
}

/** What the label loss weighs every output with, by the labels of all pictures that are learned from. */
export function outputWeights(
  labeled: readonly LearnerPicture[],
  channels: readonly number[],
  settings: LearnerSettings,
): Float32Array<ArrayBuffer> {
  const weights = classWeights(classCounts(labeled, channels, settings), settings) ?? channels.map(() => 1);
  // The extra class weighs 1.
  return Float32Array.from(settings.unlabeled === 'extraClass' ? [...weights, 1] : weights);
}
