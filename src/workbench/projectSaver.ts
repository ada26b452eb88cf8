import { clonePlanes } from '../labels/planes.ts';
import { learnerStateStep } from '../project/learnerState.ts';
import { Autosave } from '../project/storage/autosave.ts';
import { requestPersistence } from '../project/storage/browserStorage.ts';
import type { ProjectLock } from '../project/storage/projectLock.ts';
import type { NewPicture, ProjectStorage } from '../project/storage/projectStorage.ts';
import { type StorageError, toStorageError } from '../project/storage/storageError.ts';
import type { Bench } from './bench.ts';
import { type EncodedPatch, type OpenProject, projectStateOf } from './openProject.ts';
import type { ProjectPicture } from './projectPicture.ts';
import type { TrainingLink } from './trainingLink.ts';

/**
 * Keeps the open project's stored copy up to date: every gesture within a moment, facts and learner as they change.
 *
 * A built-in picture becomes a stored project with the first thing that a person does to it. A project whose lock
 * another tab has is not saved at all.
 */
export class ProjectSaver {
  readonly #bench: Bench;
  readonly #storage: ProjectStorage;
  readonly #training: TrainingLink;
  readonly #autosave: Autosave;
  readonly #offerDownload: () => void;
  #project: OpenProject | null = null;
  #lock: ProjectLock | null = null;
  /** Resolves when the project is in the storage; `null`: it is not, and nobody has asked for it. */
  #stored: Promise<boolean> | null = null;
  /** Step of the learner that was handed to the autosave last; `null`: none was. */
  #savedStep: number | null = null;

  /** `offerDownload` saves the project as a file, for when the disk is full. */
  constructor(bench: Bench, storage: ProjectStorage, training: TrainingLink, offerDownload: () => void) {
    this.#bench = bench;
    this.#storage = storage;
    this.#training = training;
    this.#offerDownload = offerDownload;
    this.#autosave = new Autosave(
      storage,
      (error) => this.#tell(error),
      () => this.#bench.store.setState({ saving: 'saved', storedStep: this.#savedStep }),
    );
  }

  /** Saves `project` from now on. `lock` is released when it is left; `null`: another tab has it. */
  attach(
    project: OpenProject,
    { isStored, lock }: { readonly isStored: boolean; readonly lock: ProjectLock | null },
  ): void {
    this.#project = project;
    this.#savedStep = isStored ? stepOf(project) : null;
    this.#lock = lock;
    this.#stored = isStored ? Promise.resolve(true) : null;
    this.#bench.store.setState({ saving: isStored ? 'saved' : 'none', storedStep: this.#savedStep });
  }

  /** Writes what is left, the learner too, and gives the lock back. Never rejects: what went wrong is told. */
  async detach(): Promise<void> {
    const project = this.#project;
    if (project === null) return;
    if (this.#stored !== null && this.#lock !== null) {
      if (this.#bench.store.getState().step > 0) await this.#copyLearner(project);
      await this.#stored;
      await this.#autosave.flush();
      await this.#storage
        .purgePictures(project.id, new Set(projectStateOf(project).pictures.map(({ id }) => id)))
        .catch((error: unknown) => this.#tell(toStorageError(error, 'write')));
    }
    this.#project = null;
    this.#lock?.release();
    this.#lock = null;
    this.#stored = null;
  }

  /** Stores a project that came from elsewhere as it is. */
  keep(project: OpenProject): void {
    this.#begin(project);
  }

  /** Notes a change of the open project's labels. */
  labelsChanged(project: OpenProject, { pictureId, labelRevision, bytes }: EncodedPatch): void {
    const isNew = this.#stored === null;
    if (!this.#begin(project)) return;
    // The first edit is in the planes that the project is created with.
    if (!isNew) {
      const { planes } = project.document.picture(pictureId);
      const standing = () => (project.document.isPainting ? null : planes);
      this.#autosave.patch(project.id, pictureId, labelRevision, standing, bytes);
    }
    this.#autosave.state(project.id, () => projectStateOf(project));
  }

  /** Notes that something was done to the open project's classes or pictures, the first thing perhaps. */
  documentChanged(project: OpenProject): void {
    if (this.#begin(project)) this.#autosave.state(project.id, () => projectStateOf(project));
  }

  /** Notes that the project's name, settings or open picture changed; of an untouched example that stores nothing. */
  factsChanged(): void {
    if (this.#project !== null && this.#stored !== null) this.documentChanged(this.#project);
  }

  /** Notes that the learner has come to rest: it is copied and stored. */
  async learnerRested(): Promise<void> {
    const project = this.#project;
    if (project === null || this.#lock === null || this.#bench.store.getState().step === 0) return;
    await this.#copyLearner(project);
  }

  /** Notes a newer copy of the learner. */
  learnerCopied(project: OpenProject): void {
    const { learner } = project;
    if (learner === null || !this.#begin(project)) return;
    this.#savedStep = stepOf(project);
    this.#autosave.learner(project.id, learner);
    // What the state says of a learner that was lost is over.
    this.#autosave.state(project.id, () => projectStateOf(project));
  }

  /** Notes that a person had the weights cleared: nothing else takes a stored learner away. */
  learnerCleared(project: OpenProject): void {
    if (this.#stored === null || !this.#begin(project)) return;
    this.#savedStep = null;
    this.#autosave.learner(project.id, null);
    this.#autosave.state(project.id, () => projectStateOf(project));
  }

  /** Stores a picture that was added. Resolves when it is stored, or what went wrong was told. */
  async pictureAdded(project: OpenProject, picture: ProjectPicture): Promise<void> {
    if (this.#stored === null) {
      this.#begin(project);
      await this.#stored;
      return;
    }
    if (this.#lock === null) return;
    await this.#stored;
    await this.#storage
      .addPicture(projectStateOf(project), newPicture(picture))
      .catch((error: unknown) => this.#tell(toStorageError(error, 'write')));
  }

  /** Whether the project may be saved; it is created in the storage if it is not there. */
  #begin(project: OpenProject): boolean {
    if (project !== this.#project || this.#lock === null) return false;
    this.#bench.store.setState({ saving: 'saving' });
    this.#stored ??= this.#create(project);
    return true;
  }

  async #create(project: OpenProject): Promise<boolean> {
    try {
      await this.#storage.createProject(projectStateOf(project), project.shown.map(newPicture));
      void requestPersistence();
      this.#autosave.state(project.id, () => projectStateOf(project));
      return true;
    } catch (error) {
      this.#tell(toStorageError(error, 'write'));
      // The next change tries again, with all there is by then.
      if (project === this.#project) this.#stored = null;
      return false;
    }
  }

  /** Copies the learner; where that cannot be, which the worker tells, what is stored stays as it is. */
  async #copyLearner(project: OpenProject): Promise<void> {
    const learner = await this.#training.saveLearner().catch(() => null);
    if (learner !== null && project === this.#project) this.learnerCopied(project);
  }

  #tell(error: StorageError): void {
    this.#bench.store.setState({ saving: 'failed' });
    this.#bench.messages.error(error.message, { label: 'Download the project', run: this.#offerDownload });
  }
}

function newPicture({ id, file, thumbnail, labels }: ProjectPicture): NewPicture {
  return { id, file, thumbnail, planes: clonePlanes(labels.planes) };
}

function stepOf({ learner }: OpenProject): number | null {
  return learner && learnerStateStep(learner.state);
}
