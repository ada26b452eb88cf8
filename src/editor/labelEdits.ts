import { UNLABELED } from '../labels/planes.ts';
import { regionWhere } from '../labels/region.ts';
import type { StrokeOrigin } from '../labels/strokeOrigin.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import { paintSegment } from './paintSegment.ts';
import type { ProjectDocument } from './projectDocument.ts';

/** A stroke as a list of points, in image pixels. `classId` may be UNLABELED. */
export interface Polyline {
  readonly classId: number;
  readonly radiusPx: number;
  readonly points: readonly (readonly [imageX: number, imageY: number])[];
}

/**
 * Paints whole strokes as one undoable edit, each with a stroke id of its own, and notes where they came from. Throws a
 * `RefusedEditError`, and changes nothing, when the stroke ids do not suffice or a class is locked.
 */
export function paintStrokes(
  document: ProjectDocument,
  pictureId: string,
  strokes: readonly Polyline[],
  { name, origin }: { readonly name: string; readonly origin?: StrokeOrigin },
): boolean {
  const picture = document.picture(pictureId);
  const labeling = strokes.filter(({ classId }) => classId !== UNLABELED);
  for (const { classId } of labeling) document.unlockedClass(classId);
  picture.requireStrokeIds(labeling.length);
  return document.edit(
    name,
    (draft) => {
      const transaction = draft.paint(picture);
      for (const { classId, radiusPx, points } of strokes) {
        const strokeId = classId === UNLABELED ? picture.nextStrokeId : picture.takeStrokeId();
        for (const [i, [toX, toY]] of points.entries()) {
          const [fromX, fromY] = points[i - 1] ?? [toX, toY];
          paintSegment(transaction, fromX, fromY, toX, toY, radiusPx, classId, strokeId);
        }
        if (classId !== UNLABELED && origin !== undefined) picture.strokeOrigins.set(strokeId, origin);
      }
    },
    { pictureId },
  );
}

/** Makes the pixels unlabeled whose stroke id `matches`. Returns false when nothing changed. */
export function clearStrokes(
  document: ProjectDocument,
  pictureId: string,
  matches: (strokeId: number) => boolean,
): boolean {
  const picture = document.picture(pictureId);
  const clear = (_: number, strokeId: number) => matches(strokeId);
  return document.edit('Clear strokes', (draft) => draft.paint(picture).clear(clear), { pictureId });
}

/** Makes every pixel unlabeled, locked classes apart. Returns false when nothing changed. */
export function clearLabels(document: ProjectDocument, pictureId: string): boolean {
  const picture = document.picture(pictureId);
  return document.edit('Clear all labels', (draft) => draft.paint(picture).clear(() => true), { pictureId });
}

/** Makes a class's pixels unlabeled. Returns false when there are none, or the class is locked. */
export function clearClass(document: ProjectDocument, pictureId: string, classId: number): boolean {
  const picture = document.picture(pictureId);
  const name = `Clear ${document.class(classId).name}`;
  return document.edit(name, (draft) => draft.paint(picture).replace(classId, UNLABELED, null), { pictureId });
}

/**
 * Labels every unlabeled pixel with a class, as one stroke. Returns false when there is none. Throws a
 * `RefusedEditError` for a locked class.
 */
export function fillUnlabeled(document: ProjectDocument, pictureId: string, classId: number): boolean {
  const picture = document.picture(pictureId);
  const name = `Fill the rest with ${document.unlockedClass(classId).name}`;
  return document.edit(name, (draft) => draft.paint(picture).replace(UNLABELED, classId, picture.takeStrokeId()), {
    pictureId,
  });
}

/**
 * Takes a mask over as labels: one edit, one stroke. `values` are class ids, `[H·W]`, UNLABELED where the mask says
 * nothing: there the labels stay, and where it says a class that is not in the list or is locked. `newClasses` are added to
 * the list in the same edit; an id that is there already is a `RangeError`.
 */
export function importLabels(
  document: ProjectDocument,
  pictureId: string,
  values: Uint8Array,
  newClasses: readonly SegmentationClass[] = [],
): boolean {
  const picture = document.picture(pictureId);
  if (values.length !== picture.width * picture.height) {
    throw new RangeError(`A mask of ${values.length} pixels does not fit “${picture.name}”.`);
  }
  const ids = [...document.classes, ...newClasses].map(({ id }) => id);
  const paintable = new Set(ids.filter((id) => !document.lockedClassIds.has(id)));
  if (new Set(ids).size < ids.length) throw new RangeError('Two classes cannot have the same id.');
  const region = regionWhere(picture.width, picture.height, (i) => values[i] !== UNLABELED);
  return document.edit(
    'Import a mask',
    (draft) => {
      const transaction = draft.paint(picture);
      const strokeId = picture.takeStrokeId();
      picture.strokeOrigins.set(strokeId, 'imported');
      transaction.paintFrom(region, values, strokeId, (id) => paintable.has(id));
      if (newClasses.length > 0) draft.classes = [...draft.classes, ...newClasses];
    },
    { pictureId },
  );
}
