import type { LearnerSettings } from '../../settings/learner.ts';
import { hasSmoothness, type SmoothnessAttributes } from '../kernels/smoothness/smoothness.ts';
import { LEVELS_PER_DEVIATION } from '../picture.ts';
import type { SharedParts } from './trainingSteps.ts';

/**
 * What a training step minimises for classes in channel order, as settings ask for it, but for what every step is fed:
 * weights of the classes and of the smoothness term.
 */
export function stepTerms(
  channels: readonly number[],
  settings: LearnerSettings,
): Pick<SharedParts, 'smoothness' | 'weighsPixels' | 'loss'> {
  return {
    smoothness: smoothnessOf(settings),
    weighsPixels: settings.strokeBalance === 'stroke',
    loss: {
      loss: settings.loss,
      treatment: settings.unlabeled,
      classCount: channels.length,
      labelSmoothing: settings.labelSmoothing,
      backgroundChannel: Math.max(0, channels.indexOf(settings.backgroundClassId)),
    },
  };
}

/** The term beside the label loss; `null` where it is off, or the backend has none. */
function smoothnessOf({ smoothness, network }: LearnerSettings): SmoothnessAttributes | null {
  if (smoothness.weight === 0 || !hasSmoothness()) return null;
  const { radiusPx, colorWidth, spaceWidthPx, gated } = smoothness;
  // Logits that are enlarged from a reduced picture hardly differ from one pixel to the next: fewer pairs say as much.
  const stepPx = Math.min(radiusPx, network.stride);
  return { radiusPx, stepPx, colorWidth: (colorWidth * LEVELS_PER_DEVIATION) / 255, spaceWidthPx, gated };
}
