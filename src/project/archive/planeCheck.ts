import { type LabelPlanes, NO_STROKE, UNLABELED } from '../../labels/planes.ts';
import type { PictureState, ProjectState } from '../projectState.ts';

/** Whether planes are those of a picture: its size, only classes of the list, a stroke id exactly where there is one. */
export function arePlanesOf(
  planes: LabelPlanes,
  { width, height }: Pick<PictureState, 'width' | 'height'>,
  classes: ProjectState['classes'],
): boolean {
  const { classIds, strokeIds } = planes;
  const pixelCount = width * height;
  if (planes.width !== width || planes.height !== height) return false;
  if (classIds.length !== pixelCount || strokeIds.length !== pixelCount) return false;
  const isKnown = new Uint8Array(256);
  for (const { id } of classes) isKnown[id] = 1;
  isKnown[UNLABELED] = 1;
  for (let i = 0; i < pixelCount; i++) {
    const classId = classIds[i] ?? UNLABELED;
    if (isKnown[classId] === 0 || (classId === UNLABELED) !== (strokeIds[i] === NO_STROKE)) return false;
  }
  return true;
}
