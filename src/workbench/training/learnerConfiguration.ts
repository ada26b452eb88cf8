import type { SegmentationClass } from '../../settings/classes.ts';
import type { LearnerSettings } from '../../settings/learner.ts';

/** What the worker is told of a project's classes, and of what was chosen about the learner. */
export interface LearnerConfiguration {
  /** Class ids in the order of the classes. */
  readonly channels: readonly number[];
  /** With a background class that is among them. */
  readonly settings: LearnerSettings;
}

/** Names and colours of classes are not part of it: they change nothing for the learner. */
export function learnerConfiguration(
  classes: readonly SegmentationClass[],
  settings: LearnerSettings,
): LearnerConfiguration {
  const channels = classes.map(({ id }) => id);
  if (channels.includes(settings.backgroundClassId)) return { channels, settings };
  return { channels, settings: { ...settings, backgroundClassId: channels[0] ?? 0 } };
}

export function isSameConfiguration(a: LearnerConfiguration | null, b: LearnerConfiguration | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
