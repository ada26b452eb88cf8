import type { LearnerSettings } from '../../settings/learner.ts';
import { Trainer } from '../trainer/trainer.ts';
import { wavesPicture } from '../wavesTestTools.ts';

/** Classes of {@link wavesTrainer}, in channel order. */
export const WAVES_CHANNELS = [0, 1, 2, 3];

/** A learner of one square picture, "waves", on the backend in force; the caller's to dispose. */
export function wavesTrainer(sizePx: number, settings: LearnerSettings): Trainer {
  const trainer = new Trainer({ channels: WAVES_CHANNELS, settings });
  const { pixels, planes } = wavesPicture(sizePx, WAVES_CHANNELS);
  trainer.addPicture('waves', pixels, planes, 'train');
  return trainer;
}
