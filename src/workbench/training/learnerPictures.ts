import type { TrainingClient } from '../../training/client.ts';
import { chooseHeldOutStrokes } from '../painting/holdOut.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { EncodedPatch, OpenProject } from '../project/openProject.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import { requestOf } from './pictureRequest.ts';

/** The worker's copies of the open project's pictures: which it has, and what of them changes. */
export class LearnerPictures {
  readonly #context: WorkbenchContext;
  readonly #client: () => TrainingClient;
  readonly #known = new Set<string>();
  #project: OpenProject | null = null;

  /** @param client The line to the worker of now. */
  constructor(context: WorkbenchContext, client: () => TrainingClient) {
    this.#context = context;
    this.#client = client;
  }

  /** The pictures of another project, which is learned from now: those that are decoded, to be handed over with it. */
  open(project: OpenProject): ReturnType<typeof requestOf>[] {
    this.#project = project;
    this.#known.clear();
    chooseHeldOutStrokes(this.#context, project);
    const decoded = project.shown.filter(({ opened }) => opened !== null);
    for (const { id } of decoded) this.#known.add(id);
    return decoded.map((picture) => requestOf(picture));
  }

  close(): void {
    this.#project = null;
  }

  /** Whether the worker has this picture. */
  knows(pictureId: string): boolean {
    return this.#known.has(pictureId);
  }

  /** Hands a decoded picture over, unless the worker has it or it is no longer in the project. */
  add(picture: ProjectPicture): void {
    const project = this.#project;
    if (project === null || this.#known.has(picture.id) || !project.document.pictures.includes(picture.labels)) return;
    this.#known.add(picture.id);
    this.#client().addPicture(project.id, requestOf(picture));
  }

  /** Chooses which strokes are held out, and tells the worker where that is different. */
  holdOut(): void {
    const project = this.#project;
    const changed = project === null ? [] : chooseHeldOutStrokes(this.#context, project);
    if (project === null || changed.length === 0) return;
    // What was scored was scored with other strokes.
    this.#context.store.setFacts({ training: { heldOutScores: null, heldOutStep: null, bestLearner: null } });
    const known = changed.filter(({ id }) => this.#known.has(id));
    if (known.length === 0) return;
    this.#client().holdOut(
      project.id,
      known.map(({ id, heldOut }) => ({ pictureId: id, strokeIds: [...heldOut] })),
    );
  }

  labelsChanged({ pictureId, labelRevision, bytes }: EncodedPatch): void {
    // Before the labels: a stroke that is held out is never learned from.
    this.holdOut();
    const { store } = this.#context;
    store.setFacts({ training: { labelsChangedSinceStep: store.getState().training.step > 0 } });
    if (this.#project === null || !this.#known.has(pictureId)) return;
    this.#client().patch(this.#project.id, pictureId, bytes, labelRevision);
  }

  /** The list of pictures, or what they are used for, changed. */
  listChanged(): void {
    const project = this.#project;
    if (project === null) return;
    this.holdOut();
    const shown = new Set(project.document.pictures.map(({ id }) => id));
    for (const id of this.#known) {
      if (shown.has(id)) continue;
      this.#known.delete(id);
      this.#client().removePicture(project.id, id);
    }
    for (const { id, use } of project.document.pictures) {
      if (this.#known.has(id)) this.#client().setUse(project.id, id, use);
    }
  }
}
