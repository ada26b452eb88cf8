import type { ProjectDocument } from '../../editor/projectDocument.ts';
import { clonePlanes } from '../../labels/planes.ts';
import type { PageLife } from '../../project/page/pageLife.ts';
import type { ProjectState } from '../../project/projectState.ts';
import { Autosave, type StoredBase } from '../../project/storage/autosave.ts';
import type { ProjectLock } from '../../project/storage/projectLock.ts';
import type { NewPicture, ProjectStorage } from '../../project/storage/projectStorage.ts';
import type { StorageError } from '../../project/storage/storageError.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import { type EncodedPatch, type OpenProject, projectStateOf } from './openProject.ts';

/** Whom a {@link StoredCopy} tells how it fares. */
export interface StoredCopyListener {
  /** Something could not be stored; a trouble of each kind is told once until all is stored again. */
  onTrouble(copy: StoredCopy, error: StorageError): void;
  /** All of the project is stored. */
  onSaved(copy: StoredCopy): void;
  /** The browser had cleared what was stored: the project is there again, but for its learner. */
  onStoredAgain(copy: StoredCopy): void;
}

/**
 * What the browser stores of one project, kept up to date.
 *
 * It begins with the first thing that a person does to the project: {@link begin}. Its state names only pictures whose
 * files are stored, and gestures are stored only of those, so that what is stored can always be opened. Whoever makes
 * one calls {@link release} in the end.
 */
export class StoredCopy implements StoredBase {
  readonly project: OpenProject;
  readonly lock: ProjectLock;
  readonly #storage: ProjectStorage;
  readonly #listener: StoredCopyListener;
  readonly #autosave: Autosave;
  /** Pictures whose files and labels are stored; removed ones too, for undo brings them back. */
  readonly #heldIds = new Set<string>();
  /** Pictures that are being stored, with the newest gesture in their labels. */
  readonly #comingRevisions = new Map<string, number>();
  #isBegun: boolean;
  #isCreated: boolean;
  /** How often the database was taken away, and how often of these it was looked whether the project is still there. */
  #timesTaken = 0;
  #timesLooked = 0;
  #completing: Promise<void> | null = null;

  /** `isStored`: the project is stored as it is. `lock` is this object's from now on. */
  constructor(
    project: OpenProject,
    storage: ProjectStorage,
    lock: ProjectLock,
    isStored: boolean,
    page: PageLife,
    listener: StoredCopyListener,
  ) {
    this.project = project;
    this.lock = lock;
    this.#storage = storage;
    this.#listener = listener;
    this.#isBegun = isStored;
    this.#isCreated = isStored;
    if (isStored) for (const id of [...project.pictures.keys(), ...idsOf(project.setAside)]) this.#heldIds.add(id);
    this.#autosave = new Autosave(
      storage,
      page,
      (error) => listener.onTrouble(this, error),
      () => listener.onSaved(this),
    );
  }

  /** Queues the changes of this project. */
  get autosave(): Autosave {
    return this.#autosave;
  }

  /** Whether the project is or is to be stored; false for one that nobody has changed. */
  get isBegun(): boolean {
    return this.#isBegun;
  }

  get isCreated(): boolean {
    return this.#isCreated && this.#timesLooked === this.#timesTaken;
  }

  /** Whether the project would lose something with the page. */
  get isAtRisk(): boolean {
    return this.#isBegun && (this.#autosave.isInTrouble || !this.#isWhole);
  }

  holds(pictureId: string): boolean {
    return this.isCreated && this.#heldIds.has(pictureId);
  }

  /** Stores the project and its pictures where they are not stored yet. */
  begin(): void {
    this.#isBegun = true;
    if (!this.#isWhole) this.#autosave.base(this.project.id, this);
  }

  /** Notes that classes, pictures, settings or a name changed. */
  stateChanged(): void {
    this.#autosave.state(this.project.id, () => this.#state());
  }

  labelsChanged({ pictureId, labelRevision, bytes }: EncodedPatch): void {
    const { document, id } = this.project;
    // A picture that is not stored is stored with the labels that it has by then.
    const isNews = labelRevision > (this.#comingRevisions.get(pictureId) ?? Number.POSITIVE_INFINITY);
    if (this.#heldIds.has(pictureId) || isNews) {
      const { planes } = document.picture(pictureId);
      const standing = () => (document.isPainting ? null : planes);
      this.#autosave.patch(id, pictureId, labelRevision, standing, bytes);
    }
    this.stateChanged();
  }

  /** The browser took the database away: all is stored again if it is not there any more. */
  takenAway(): void {
    if (!this.#isBegun) return;
    this.#timesTaken++;
    this.#autosave.baseLost(this.project.id, this);
  }

  /** Stores what is missing: the project with all of its pictures, or each picture that came later. */
  complete(): Promise<void> {
    const former = this.#completing;
    // At once where it can be: a page that is about to go hands over what it can.
    const completing = former === null ? this.#completeNow() : former.then(() => this.#completeNow());
    const settled = completing
      .catch(() => undefined)
      .then(() => {
        if (this.#completing === settled) this.#completing = null;
      });
    this.#completing = settled;
    return completing;
  }

  /** Writes what is left. Resolves with whether all of the project is stored. */
  async finish(): Promise<boolean> {
    await this.#autosave.flush();
    return !this.#autosave.hasUnsaved && this.#isWhole;
  }

  /** Forgets the files of removed pictures; only of a project that is wholly stored and that nobody goes on with. */
  async purge(): Promise<void> {
    const { document, id, setAside } = this.project;
    // What stays takes room until the project is left the next time; it does no harm.
    const keepIds = [...document.pictures, ...setAside].map((picture) => picture.id);
    await this.#storage.purgePictures(id, new Set(keepIds)).catch(() => undefined);
  }

  /** Stops, and lets other tabs have the project. */
  release(): void {
    this.#autosave.dispose();
    this.lock.release();
  }

  get #isWhole(): boolean {
    return this.isCreated && this.project.shown.every(({ id }) => this.#heldIds.has(id));
  }

  async #completeNow(): Promise<void> {
    const { project } = this;
    const wasTakenAway = this.#timesLooked < this.#timesTaken;
    if (wasTakenAway) await this.#look();
    if (project.document.isPainting) await endOfGesture(project.document);
    if (!this.#isCreated) {
      await this.#store(project.shown, (pictures) =>
        this.#storage.createProject(this.#state(...idsOf(project.shown)), pictures),
      );
      this.#isCreated = true;
      if (wasTakenAway) this.#listener.onStoredAgain(this);
    }
    const errors: unknown[] = [];
    for (const picture of project.shown) {
      if (this.#heldIds.has(picture.id)) continue;
      if (project.document.isPainting) await endOfGesture(project.document);
      await this.#store([picture], ([stored]) =>
        stored === undefined ? Promise.resolve() : this.#storage.addPicture(this.#state(picture.id), stored),
      ).catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Whether the project outlived the loss of its database. */
  async #look(): Promise<void> {
    const timesTaken = this.#timesTaken;
    const isThere = await this.#storage.has(this.project.id);
    this.#timesLooked = timesTaken;
    if (isThere) return;
    this.#isCreated = false;
    this.#heldIds.clear();
  }

  async #store(
    pictures: readonly ProjectPicture[],
    write: (pictures: readonly NewPicture[]) => Promise<void>,
  ): Promise<void> {
    for (const { id, labels } of pictures) this.#comingRevisions.set(id, labels.labelRevision);
    try {
      await write(pictures.map(newPicture));
      for (const { id } of pictures) this.#heldIds.add(id);
    } finally {
      for (const { id } of pictures) this.#comingRevisions.delete(id);
    }
  }

  /** What is to be stored of the project's facts, pictures that come with them included. */
  #state(...comingIds: readonly string[]): ProjectState {
    const state = projectStateOf(this.project);
    return { ...state, pictures: state.pictures.filter(({ id }) => comingIds.includes(id) || this.#heldIds.has(id)) };
  }
}

function idsOf(pictures: readonly { readonly id: string }[]): string[] {
  return pictures.map(({ id }) => id);
}

function newPicture({ id, file, thumbnail, labels }: ProjectPicture): NewPicture {
  return { id, file, thumbnail, planes: clonePlanes(labels.planes), labelRevision: labels.labelRevision };
}

/** Pixels of an open gesture may yet be taken back: they are not to be stored. */
function endOfGesture(document: ProjectDocument): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = document.subscribe(() => {
      if (document.isPainting) return;
      unsubscribe();
      resolve();
    });
  });
}
