import { learnerStateStep } from '../../project/learnerState.ts';
import { requestPersistence } from '../../project/storage/browserStorage.ts';
import type { ProjectLock } from '../../project/storage/projectLock.ts';
import type { ProjectStorage } from '../../project/storage/projectStorage.ts';
import type { StorageError } from '../../project/storage/storageError.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import type { EncodedPatch, OpenProject } from './openProject.ts';
import { StoredCopy, type StoredCopyListener } from './storedCopy.ts';

/** What the saver needs of whoever opens and leaves projects. */
export interface ProjectSaverHost {
  /** Saves a project as a file, for when the disk is full. */
  download(project: OpenProject): void;
  /** A project that was left unsaved is stored now. Returns false when it is to be gone on with all the same. */
  letGo(project: OpenProject): boolean;
  /** The browser had cleared its storage, and the project is there again. */
  storedAgain(project: OpenProject): void;
}

/**
 * Keeps the open project's stored copy up to date: every gesture within a moment, facts and learner as they change; and
 * goes on with those that could not be stored before they were left.
 *
 * A built-in picture becomes a stored project with the first thing that a person does to it. A project whose lock
 * another tab has is not saved at all.
 */
export class ProjectSaver {
  readonly #context: WorkbenchContext;
  readonly #storage: ProjectStorage;
  readonly #training: TrainingLink;
  readonly #host: ProjectSaverHost;
  #project: OpenProject | null = null;
  /** Of the open project; `null`: another tab has its lock. */
  #copy: StoredCopy | null = null;
  /** By project id, of those that were left and are not wholly stored. */
  readonly #left = new Map<string, StoredCopy>();
  /** Step of the open project's learner that was handed to its copy last; `null`: none was. */
  #savedStep: number | null = null;
  #hasAskedForPersistence = false;

  constructor(context: WorkbenchContext, storage: ProjectStorage, training: TrainingLink, host: ProjectSaverHost) {
    this.#context = context;
    this.#storage = storage;
    this.#training = training;
    this.#host = host;
    this.#listen();
    storage.onTakenAway(() => {
      for (const copy of this.#copies) copy.takenAway();
      this.#show(this.hasBegun ? 'saving' : null);
    });
  }

  /** The lock of a project that was left unsaved, for whoever opens it again. */
  lockOf(projectId: string): ProjectLock | null {
    return this.#left.get(projectId)?.lock ?? null;
  }

  /** Whether the open project is or is to be stored; false for an example that nobody has changed. */
  get hasBegun(): boolean {
    return this.#copy?.isBegun ?? false;
  }

  /** Saves `project` from now on. `lock` is released when it is left; `null`: another tab has it. */
  attach(
    project: OpenProject,
    { isStored, lock }: { readonly isStored: boolean; readonly lock: ProjectLock | null },
  ): void {
    this.#project = project;
    const left = this.#left.get(project.id);
    this.#savedStep = isStored || left !== undefined ? stepOf(project) : null;
    this.#left.delete(project.id);
    this.#copy =
      left ?? (lock && new StoredCopy(project, this.#storage, lock, isStored, this.#context.page.life, this.#listener));
    if (left !== undefined) left.begin();
    this.#show(left === undefined ? (isStored ? 'saved' : 'none') : 'saving');
  }

  /**
   * Writes what is left, the learner too, and gives the lock back. Resolves with false when that was not possible: the
   * project must be kept then, and goes on being saved. Never rejects.
   */
  async detach(): Promise<boolean> {
    const project = this.#project;
    const copy = this.#copy;
    if (project === null || copy === null) return true;
    let isStored = true;
    if (copy.isBegun) {
      if (this.#context.store.getState().training.step > 0) await this.#copyLearner(project);
      isStored = await copy.finish();
      if (isStored) await copy.purge();
      else this.#left.set(project.id, copy);
    }
    this.#project = null;
    this.#copy = null;
    if (isStored) copy.release();
    return isStored;
  }

  /** Stores a project that came from elsewhere as it is. */
  keep(project: OpenProject): void {
    if (this.#begin(project) && project.shown.length > 0) void this.#askForPersistence();
  }

  /** Notes a change of the open project's labels. */
  #labelsChanged(project: OpenProject, patch: EncodedPatch): void {
    if (this.#begin(project)) this.#copy?.labelsChanged(patch);
  }

  /** Notes that something was done to the open project's classes or pictures, the first thing perhaps. */
  #documentChanged(project: OpenProject): void {
    // A picture that is coming is stored together with the facts that name it.
    const isPictureComing = project.document.pictures.some(({ id }) => !project.pictures.has(id));
    if (!isPictureComing && this.#begin(project)) this.#copy?.stateChanged();
  }

  /** Notes that the project's name, settings or open picture changed; of an untouched example that stores nothing. */
  factsChanged(): void {
    if (this.#project !== null && this.hasBegun) this.#documentChanged(this.#project);
  }

  /** Notes that the learner has come to rest: it is copied and stored. */
  async #learnerRested(): Promise<void> {
    const project = this.#project;
    if (project === null || this.#copy === null || this.#context.store.getState().training.step === 0) return;
    await this.#copyLearner(project);
  }

  /** Notes a newer copy of the learner. */
  #learnerCopied(project: OpenProject): void {
    const { learner } = project;
    if (learner === null || !this.#begin(project)) return;
    this.#savedStep = stepOf(project);
    this.#copy?.autosave.learner(project.id, learner);
    // What the state says of a learner that diverged is over.
    this.#copy?.stateChanged();
  }

  /** Notes that a person had the weights cleared: nothing else takes a stored learner away. */
  #learnerCleared(project: OpenProject): void {
    if (!this.hasBegun || !this.#begin(project)) return;
    this.#savedStep = null;
    this.#copy?.autosave.learner(project.id, null);
    this.#copy?.stateChanged();
  }

  /** Stores a picture that was added. Resolves when it is stored, or what went wrong was told. */
  async pictureAdded(project: OpenProject): Promise<void> {
    if (!this.#begin(project)) return;
    void this.#askForPersistence();
    this.#copy?.stateChanged();
    await this.#copy?.autosave.idle();
  }

  /** Writes nothing of a project until it is forgotten or {@link resume}d; resolves when nothing is under way. */
  async suspend(projectId: string): Promise<void> {
    await this.#copyOf(projectId)?.autosave.suspend();
  }

  /** Goes on after {@link suspend}. */
  resume(projectId: string): void {
    this.#copyOf(projectId)?.autosave.resume();
  }

  /** A suspended project is deleted: nothing of it is stored any more, and its lock is given back. */
  forget(projectId: string): void {
    this.#copyOf(projectId)?.release();
    this.#left.delete(projectId);
    if (this.#copy?.project.id === projectId) {
      this.#project = null;
      this.#copy = null;
    }
    // There may be room for others now.
    for (const copy of this.#copies) if (copy.isAtRisk) void copy.autosave.flush();
    this.#show(null);
  }

  #listen(): void {
    const { events } = this.#context;
    events.on('labelsChanged', ({ project, patch }) => this.#labelsChanged(project, patch));
    events.on('documentChanged', ({ project, change: { type } }) => {
      if (type === 'classes' || type === 'classMarks' || type === 'pictures') this.#documentChanged(project);
    });
    events.on('pictureShown', () => this.factsChanged());
    events.on('settingsChanged', () => this.factsChanged());
    events.on('learnerChanged', () => this.factsChanged());
    events.on('learnerDiverged', () => this.factsChanged());
    events.on('learnerRested', () => void this.#learnerRested());
    events.on('learnerCopied', (project) => this.#learnerCopied(project));
    events.on('learnerCleared', (project) => this.#learnerCleared(project));
  }

  /** Whether the project may be saved; it is created in the storage if it is not there. */
  #begin(project: OpenProject): boolean {
    const copy = this.#copy;
    if (project !== this.#project || copy === null) return false;
    copy.begin();
    this.#show('saving');
    return true;
  }

  /** Copies the learner; where that cannot be, which the worker tells, what is stored stays as it is. */
  async #copyLearner(project: OpenProject): Promise<void> {
    const learner = await this.#training.saveLearner().catch(() => null);
    if (learner !== null && project === this.#project) this.#learnerCopied(project);
  }

  async #askForPersistence(): Promise<void> {
    if (this.#hasAskedForPersistence || this.#project?.sample !== null) return;
    this.#hasAskedForPersistence = true;
    this.#context.store.setFacts({ project: { isPersistent: await requestPersistence() } });
  }

  get #copies(): StoredCopy[] {
    return this.#copy === null ? [...this.#left.values()] : [this.#copy, ...this.#left.values()];
  }

  #copyOf(projectId: string): StoredCopy | undefined {
    return this.#copies.find(({ project }) => project.id === projectId);
  }

  readonly #listener: StoredCopyListener = {
    onTrouble: (copy, error) => this.#tell(copy, error),
    onSaved: (copy) => {
      if (copy === this.#copy) this.#show('saved');
      else if (this.#left.has(copy.project.id)) this.#letGo(copy);
    },
    onStoredAgain: (copy) => {
      const { project } = copy;
      if (project.learner !== null) copy.autosave.learner(project.id, project.learner);
      this.#host.storedAgain(project);
    },
  };

  #letGo(copy: StoredCopy): void {
    if (!this.#host.letGo(copy.project)) return;
    this.#left.delete(copy.project.id);
    void copy.purge().then(() => copy.release());
    this.#show(null);
  }

  #tell(copy: StoredCopy, error: StorageError): void {
    this.#show(copy === this.#copy ? 'failed' : null);
    const run = () => this.#host.download(copy.project);
    this.#context.messages.error(error.message, { label: 'Download the project', run });
  }

  /** Puts into the store how the open project fares, `null` as before, and which projects would be lost. */
  #show(saving: 'none' | 'saving' | 'saved' | 'failed' | null): void {
    const { store } = this.#context;
    const unsavedProjectIds = this.#copies.filter(({ isAtRisk }) => isAtRisk).map(({ project }) => project.id);
    // A new attempt is no news for a person: what failed is not stored until all is.
    const isFailing = saving === 'saving' && this.#copy?.autosave.isInTrouble === true;
    const storedStep = saving === 'saved' || saving === 'none' ? { storedStep: this.#savedStep } : {};
    store.setFacts({
      project: { unsavedProjectIds, ...storedStep, ...(saving && { saving: isFailing ? 'failed' : saving }) },
    });
  }
}

function stepOf({ learner }: OpenProject): number | null {
  return learner && learnerStateStep(learner.state);
}
