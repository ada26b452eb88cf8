import type { PictureLabels } from '../../editor/pictureLabels.ts';
import type { ProjectDocument } from '../../editor/projectDocument.ts';
import { chooseHeldOut, classBitsByStroke, type PictureStrokes } from '../../metrics/holdOut.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { OpenProject } from '../project/openProject.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

const NONE: ReadonlySet<number> = new Set();

/** What was found in labels as they were at a revision: of all pictures, one was painted on since the last time. */
const lastFound = new WeakMap<PictureLabels, { readonly revision: number; readonly bits: Map<number, number> }>();

/**
 * Chooses which strokes of the open project are kept out of training, after its labels, pictures or settings have changed:
 * notes them in its pictures, in the store and on the stage, and returns the pictures where they are others than before.
 * Nothing of it is saved: the same strokes under the same seed give the same choice.
 */
export function chooseHeldOutStrokes(
  { store, stage, picture: open }: WorkbenchContext,
  project: OpenProject,
): ProjectPicture[] {
  const { heldOutShare: share, seed } = store.getState().training.settings;
  const strokes = share === 0 ? [] : strokesOf(project.document);
  const chosen = chooseHeldOut(strokes, { share, seed });
  const changed = [...project.pictures.values()].filter((picture) => {
    const heldOut = chosen.get(picture.id) ?? NONE;
    if (isSame(heldOut, picture.heldOut)) return false;
    picture.heldOut = heldOut;
    return true;
  });
  const heldOut = [...chosen.values()].reduce((sum, { size }) => sum + size, 0);
  const count = strokes.reduce((sum, { classBits }) => sum + classBits.size, 0);
  const former = store.getState().project.holdOut;
  if (share === 0) store.setFacts({ project: { holdOut: null } });
  else if (former?.heldOut !== heldOut || former.strokes !== count) {
    store.setFacts({ project: { holdOut: { heldOut, strokes: count } } });
  }
  if (open !== null && changed.includes(open)) stage?.showHeldOut(open);
  return changed;
}

function strokesOf(document: ProjectDocument): PictureStrokes[] {
  return document.pictures
    .filter(({ use }) => use === 'train')
    .map((labels) => ({
      pictureId: labels.id,
      classBits: classBitsOf(labels, document.isPainting),
      neverHeldOut: new Set([...labels.strokeOrigins].flatMap(([id, origin]) => (origin === 'accepted' ? [id] : []))),
    }));
}

function classBitsOf(labels: PictureLabels, isPainting: boolean): Map<number, number> {
  const last = lastFound.get(labels);
  if (last?.revision === labels.labelRevision) return last.bits;
  const bits = classBitsByStroke(labels.planes);
  // A gesture under way may yet be taken back, at the same revision.
  if (!isPainting) lastFound.set(labels, { revision: labels.labelRevision, bits });
  return bits;
}

function isSame(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return a.size === b.size && [...a].every((strokeId) => b.has(strokeId));
}
