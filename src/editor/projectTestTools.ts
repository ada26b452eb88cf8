import { clonePlanes } from '../labels/planes.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import type { ProjectChange, ProjectDocumentInit } from './projectChange.ts';
import { ProjectDocument } from './projectDocument.ts';

export const SKY: SegmentationClass = { id: 4, name: 'Sky', color: '#2458b4' };
export const EARTH: SegmentationClass = { id: 0, name: 'Earth', color: '#f03c14' };

/** A project with two classes and two pictures, `a` of 20 × 14 and `b` of 9 × 23 pixels. */
export function createProject(init: Partial<ProjectDocumentInit> = {}): ProjectDocument {
  return new ProjectDocument({
    classes: [SKY, EARTH],
    pictures: [
      { id: 'a', name: 'Alp', width: 20, height: 14 },
      { id: 'b', name: 'Bay', width: 9, height: 23 },
    ],
    ...init,
  });
}

/** Paints a dot as a gesture of its own. */
export function paintDot(
  document: ProjectDocument,
  pictureId: string,
  classId: number,
  x: number,
  y: number,
  radiusPx = 2,
): void {
  const gesture = document.picture(pictureId).beginStroke(classId, { name: 'Brush' });
  gesture.paint(x, y, x, y, radiusPx);
  gesture.commit();
}

/** Everything that undo has to restore. */
export function snapshot(document: ProjectDocument) {
  return {
    classes: document.classes,
    pictures: document.pictures.map(({ id, name, use, done, planes }) => {
      return { id, name, use, done, planes: clonePlanes(planes) };
    }),
  };
}

/** Collects what the document tells from now on. */
export function changesOf(document: ProjectDocument): ProjectChange[] {
  const changes: ProjectChange[] = [];
  document.subscribe((change) => changes.push(change));
  return changes;
}
