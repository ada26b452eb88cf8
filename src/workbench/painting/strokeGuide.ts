import { interiorClasses } from '../../editor/interiorClasses.ts';
import type { PictureLabels } from '../../editor/pictureLabels.ts';
import type { SegmentationClass } from '../../settings/classes.ts';

/** What was found for labels as they were at a revision: facts are asked for far more often than labels change. */
const lastFound = new WeakMap<PictureLabels, { readonly revision: number; readonly ids: ReadonlySet<number> }>();

/**
 * One sentence on the first class whose strokes leave something to wish for, `null` when none do or nothing is painted.
 * `isTrained`: whether a class has a stroke in any picture that is learned from.
 */
export function strokeGuide(
  labels: PictureLabels,
  classes: readonly SegmentationClass[],
  isTrained: (classId: number) => boolean,
): string | null {
  if (!classes.some(({ id }) => isTrained(id))) return null;
  const missing = classes.find(({ id }) => !isTrained(id));
  if (missing !== undefined) return `${missing.name} has no strokes yet: the network cannot know it.`;
  const interior = interiorOf(labels);
  const inside = classes.find(({ id }) => interior.has(id));
  if (inside === undefined) return null;
  return `${inside.name} is painted only in its middle: a stroke along its border shows where it ends.`;
}

function interiorOf(labels: PictureLabels): ReadonlySet<number> {
  const last = lastFound.get(labels);
  if (last?.revision === labels.labelRevision) return last.ids;
  const { planes, width, height } = labels;
  const ids = interiorClasses(planes.classIds, width, height);
  lastFound.set(labels, { revision: labels.labelRevision, ids });
  return ids;
}
