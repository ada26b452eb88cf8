import { UNLABELED } from '../../labels/planes.ts';
import type { DocumentSlice } from '../../state/document.ts';
import type { PictureEntry } from '../../state/project.ts';
import type { AppState, Facts } from '../../state/store.ts';
import { strokeGuide } from '../painting/strokeGuide.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { OpenProject } from './openProject.ts';

/** The project's facts for the store: its classes, its history, its pictures. */
export function projectFacts(project: OpenProject, former: AppState) {
  const { document } = project;
  const { classes, hiddenClassIds, lockedClassIds, canUndo, canRedo, historyPosition, readOnlyBecause } = document;
  const { activeClassId } = former.painting;
  const stillThere = activeClassId === UNLABELED || classes.some((c) => c.id === activeClassId);
  return {
    project: {
      projectId: project.id,
      projectName: project.name,
      sampleId: project.sample?.id ?? null,
      readOnlyBecause,
      pictures: sameOrNew(project.shown.map(pictureEntry), former.project.pictures),
    },
    document: {
      classes,
      trainedClassCount: classes.filter(({ id }) => isTrained(project, id)).length,
      hiddenClassIds,
      lockedClassIds,
      canUndo,
      canRedo,
      historyPosition,
    },
    painting: { activeClassId: stillThere ? activeClassId : (classes[0]?.id ?? UNLABELED) },
  } satisfies Facts;
}

/** What the store says of the picture on the screen. */
export function pictureFacts(picture: ProjectPicture): Partial<DocumentSlice> {
  const { labels, sample, originalWidth, originalHeight } = picture;
  return {
    pictureId: labels.id,
    width: labels.width,
    height: labels.height,
    originalWidth,
    originalHeight,
    hasStarterStrokes: sample !== null && sample.strokes.length > 0,
    blurb: sample?.blurb ?? null,
  };
}

/** Labels of the picture on the screen, counted, and what they lack. */
export function labelFacts(picture: ProjectPicture, project: OpenProject): Partial<DocumentSlice> {
  const { counts } = picture.labels;
  const labeledByClass: Record<number, number> = {};
  for (const { id } of project.document.classes) labeledByClass[id] = counts[id] ?? 0;
  return {
    labeledByClass,
    strokeGuide: strokeGuide(picture.labels, project.document.classes, (id) => isTrained(project, id)),
  };
}

function pictureEntry(picture: ProjectPicture): PictureEntry {
  const { labels, thumbnailUrl, truth, scores } = picture;
  return {
    pictureId: labels.id,
    title: labels.name,
    thumbnail: thumbnailUrl,
    labeledShare: labeledPixels(picture) / (labels.width * labels.height),
    use: labels.use,
    done: labels.done,
    hasTruth: truth !== null,
    scores,
  };
}

function isTrained({ document }: OpenProject, classId: number): boolean {
  return document.pictures.some(({ use, counts }) => use === 'train' && (counts[classId] ?? 0) > 0);
}

function labeledPixels({ labels }: ProjectPicture): number {
  return labels.width * labels.height - (labels.counts[UNLABELED] ?? 0);
}

/** Entries that say the same keep their identity, and so does a list of the same entries. */
function sameOrNew(entries: readonly PictureEntry[], former: readonly PictureEntry[]): readonly PictureEntry[] {
  const kept = entries.map((entry, i) => {
    const old = former[i];
    return old !== undefined && isSame(entry, old) ? old : entry;
  });
  return kept.length === former.length && kept.every((entry, i) => entry === former[i]) ? former : kept;
}

function isSame(a: PictureEntry, b: PictureEntry): boolean {
  return (
    a.pictureId === b.pictureId &&
    a.title === b.title &&
    a.thumbnail === b.thumbnail &&
    a.labeledShare === b.labeledShare &&
    a.use === b.use &&
    a.done === b.done &&
    a.hasTruth === b.hasTruth &&
    a.scores === b.scores
  );
}
