import type { PictureLabels } from '../../editor/pictureLabels.ts';
import type { ProjectDocument } from '../../editor/projectDocument.ts';
import { chooseHeldOut, classBitsByStroke, type PictureStrokes } from '../../metrics/holdOut.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

const NONE: ReadonlySet<number> = new Set();

/** What was found in labels as they were at a revision: of all pictures, one was painted on since the last time. */
const lastFound = new WeakMap<PictureLabels, { readonly revision: number; readonly bits: Map<number, number> }>();

/**
 * Which strokes of the open project are kept out of training. They are chosen anew whenever labels, pictures or settings
 * change, and nothing of it is saved: the same strokes under the same seed give the same choice.
 */
export class HoldOut {
  readonly #context: WorkbenchContext;
  readonly #link: TrainingLink;

  constructor(context: WorkbenchContext, link: TrainingLink) {
    this.#context = context;
    this.#link = link;
  }

  /** Chooses anew, and tells learner, view and store what is different. To be called before the labels are passed on. */
  update(): void {
    const { store, project } = this.#context;
    if (project === null) return;
    const { heldOutShare: share, seed } = store.getState().settings;
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
    const former = store.getState().holdOut;
    if (share === 0) store.setState({ holdOut: null });
    else if (former?.heldOut !== heldOut || former.strokes !== count) {
      store.setState({ holdOut: { heldOut, strokes: count } });
    }
    if (changed.length === 0) return;
    this.#link.holdOut(project, changed);
    const { picture } = this.#context;
    if (picture !== null && changed.includes(picture)) this.#context.stage?.showHeldOut(picture);
  }
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
