import { clonePlanes } from '../labels/planes.ts';
import { safeFileName } from '../project/archive/fileName.ts';
import { openProjectFile, saveProjectFile } from '../project/archive/projectFile.ts';
import { learnerStateStep } from '../project/learnerState.ts';
import type { SharedLink } from '../project/link/sharedLink.ts';
import type { ProjectContents, SavedLearnerState } from '../project/projectState.ts';
import { storageEstimate } from '../project/storage/browserStorage.ts';
import { acquireProjectLock, type ProjectLock, waitForProjectLock } from '../project/storage/projectLock.ts';
import type { ProjectStorage } from '../project/storage/projectStorage.ts';
import { SAMPLES } from '../samples/samples.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import type { ProjectEntry } from '../state/store.ts';
import type { Bench } from './bench.ts';
import { keepText, readText } from './browserText.ts';
import { downloadBlob } from './download.ts';
import { openFirstPicture, setAsideSentence } from './firstPicture.ts';
import { createLinkedProject } from './linkedProject.ts';
import { type OpenProject, projectStateOf } from './openProject.ts';
import {
  createEmptyProject,
  createExampleProject,
  exampleId,
  newId,
  projectFromContents,
  restoreStoredProject,
} from './projectFactory.ts';
import { ProjectSaver } from './projectSaver.ts';
import { tellFailure } from './tellFailure.ts';
import type { TrainingLink } from './trainingLink.ts';

/** What the desk needs of the rest of the workbench. */
export interface ProjectDeskHost {
  /** Puts a project in the place of the open one, which has been saved; its active picture is decoded. */
  adopt(project: OpenProject): void;
  /** Finishes the gesture under way, and takes the tool away until the next project is adopted. */
  restPainting(): void;
  /** Settings that a new project starts with. */
  newSettings(): LearnerSettings;
}

/** Where a project that is opened comes from; `new` ones take the settings that new projects start with. */
type Origin = 'new' | 'link' | 'file' | 'stored' | 'kept';

const READ_ONLY =
  'This project is open in another tab: here it can be looked at, not changed. Close it there, and this tab takes over.';
const LAST_PROJECT_KEY = 'unlabeled.project';

/** A built-in picture as the gallery shows it. */
export const EXAMPLES = SAMPLES.map(({ id, title, domain, picture, truth }) => ({
  sampleId: id,
  title,
  domain,
  thumbnail: picture,
  hasTruth: truth !== null,
}));

/** Projects: the open one, those that are stored, and those that come and go as files. */
export class ProjectDesk {
  readonly #bench: Bench;
  readonly #training: TrainingLink;
  readonly #host: ProjectDeskHost;
  readonly #workingSizePx: number;
  #storage: ProjectStorage | null = null;
  #saver: ProjectSaver | null = null;
  #waiting: AbortController | null = null;
  readonly #thumbnails = new Set<string>();
  /** Projects of this page's life, where the browser stores none. */
  readonly #kept = new Map<string, OpenProject>();

  constructor(bench: Bench, training: TrainingLink, workingSizePx: number, host: ProjectDeskHost) {
    this.#bench = bench;
    this.#training = training;
    this.#workingSizePx = workingSizePx;
    this.#host = host;
  }

  readonly examples = EXAMPLES;

  /** Keeps the open project's stored copy up to date; `null` where this browser stores nothing. */
  get saver(): ProjectSaver | null {
    return this.#saver;
  }

  /** The stored projects, from now on saved to as well. `storage` is `null` where this browser has none to offer. */
  connect(storage: ProjectStorage | null): void {
    this.#storage = storage;
    this.#saver = storage && new ProjectSaver(this.#bench, storage, this.#training, () => void this.saveFile());
  }

  /** The project that was open at the last visit, if it is still stored. */
  async lastProjectId(): Promise<string | null> {
    const id = readText(() => localStorage, LAST_PROJECT_KEY);
    if (id === null || this.#storage === null) return null;
    const projects = await this.#storage.list().catch(() => []);
    return projects.some((project) => project.id === id) ? id : null;
  }

  /** Reads the list of stored projects into the store. */
  async refresh(): Promise<void> {
    if (this.#storage === null) {
      this.#bench.store.setState({ projects: [...this.#kept.values()].map(entryOf) });
      return;
    }
    try {
      const summaries = await this.#storage.list();
      for (const url of this.#thumbnails) URL.revokeObjectURL(url);
      this.#thumbnails.clear();
      const projects = summaries.map(({ id, name, modifiedMs, pictureCount, sampleId, thumbnail }): ProjectEntry => {
        const url = thumbnail === null ? null : URL.createObjectURL(thumbnail);
        if (url !== null) this.#thumbnails.add(url);
        return { projectId: id, name, modifiedMs, pictureCount, sampleId, thumbnail: url };
      });
      const storedBytes = (await storageEstimate())?.usedBytes ?? null;
      this.#bench.store.setState({ projects, storedBytes });
    } catch (error) {
      this.#bench.messages.error(error instanceof Error ? error.message : String(error));
    }
  }

  /** Opens a stored project. */
  open(projectId: string): Promise<void> {
    return this.#bench.inTurn(async () => {
      if (projectId === this.#bench.project?.id) return;
      const kept = this.#kept.get(projectId);
      if (kept !== undefined) await this.#switch(kept, 'kept');
      else if (!(await this.#openStored(projectId)))
        throw new Error('This project is no longer stored in this browser.');
    });
  }

  /** Opens a built-in picture's or a generated scene's project: as it was left, where it was changed before. */
  openExample(sampleId: string): Promise<void> {
    return this.#bench.inTurn(async () => {
      if (exampleId(sampleId) !== this.#bench.project?.id) await this.#openExample(sampleId);
    });
  }

  /** Opens what a link carries, as a project of its own; false when that cannot be, which was told. */
  async openLink(link: SharedLink): Promise<boolean> {
    let isOpen = false;
    await this.#bench.inTurn(async () => {
      await this.#switch(await createLinkedProject(link), 'link');
      isOpen = true;
    });
    return isOpen;
  }

  /** Opens a new, empty project. */
  create(name = 'New project'): Promise<void> {
    return this.#bench.inTurn(() => this.#switch(this.#empty(name), 'new'));
  }

  /** The open project where pictures can be added to it; else, or if they are to be `alone`, a new one in its place. */
  async forPictures(alone: boolean): Promise<OpenProject> {
    const taking = alone ? null : this.#takingPictures;
    if (taking !== null) return taking;
    const created = this.#empty('My pictures');
    await this.#switch(created, 'new');
    return created;
  }

  /** Longest side that pictures of the project that {@link forPictures} gives are reduced to. */
  workingSizeForPictures(alone: boolean): number {
    return (alone ? null : this.#takingPictures)?.workingSizePx ?? this.#workingSizePx;
  }

  get #takingPictures(): OpenProject | null {
    const { project } = this.#bench;
    return project?.sample === null && project.document.readOnlyBecause === null ? project : null;
  }

  rename(name: string): void {
    const { project, store } = this.#bench;
    const renamed = name.trim().slice(0, 80).trim();
    if (project === null || renamed === '' || renamed === project.name) return;
    project.name = renamed;
    store.setState({ projectName: renamed });
    this.#saver?.factsChanged();
  }

  /** Deletes a stored project; where it is the open one, the first example comes in its place. */
  async remove(projectId: string): Promise<void> {
    await this.#bench.inTurn(async () => {
      const storage = this.#storage;
      if (storage === null) return;
      const isOpen = projectId === this.#bench.project?.id;
      const lock = isOpen ? null : await acquireProjectLock(projectId);
      if (!isOpen && lock === null) throw new Error('This project is open in another tab, so it was not deleted.');
      if (isOpen) {
        await this.#leave();
        try {
          await storage.deleteProject(projectId);
        } catch (error) {
          // It is still there, and goes on as it was left.
          await this.#openStored(projectId).catch(() => false);
          throw error;
        }
        await this.#openExample(EXAMPLES[0]?.sampleId ?? '');
      } else {
        await storage.deleteProject(projectId);
        lock?.release();
      }
    });
    await this.refresh();
  }

  /** Downloads the open project as one file. */
  async saveFile(): Promise<void> {
    const { project } = this.#bench;
    if (project === null) return;
    try {
      downloadBlob(await saveProjectFile(await this.#contents(project)), `${safeFileName(project.name)}.zip`);
    } catch (error) {
      tellFailure(this.#bench, error);
    }
  }

  /** Opens a project file as a project of its own; one that cannot be opened at all leaves everything as it is. */
  openFile(file: File): Promise<void> {
    return this.#bench.inTurn(async () => {
      const project = await projectFromContents(await openProjectFile(file));
      await this.#switch(project, 'file');
      if (this.#bench.project === project) this.#saver?.keep(project);
    });
  }

  #empty(name: string): OpenProject {
    return createEmptyProject(name, this.#workingSizePx, this.#host.newSettings());
  }

  async #openExample(sampleId: string): Promise<void> {
    const id = exampleId(sampleId);
    const kept = this.#kept.get(id);
    if (kept !== undefined) {
      await this.#switch(kept, 'kept');
      return;
    }
    let isStored: boolean;
    try {
      isStored = await this.#openStored(id);
    } catch (error) {
      // What is stored stays, and the example is there all the same, as a project of its own.
      const anew = await this.#example(sampleId, newId());
      await this.#switch(anew, 'new');
      this.#bench.messages.error(`${messageOf(error)} Here is “${anew.name}” anew.`);
      return;
    }
    if (!isStored) await this.#switch(await this.#example(sampleId), 'new');
  }

  #example(sampleId: string, id?: string): Promise<OpenProject> {
    return createExampleProject(sampleId, this.#workingSizePx, this.#host.newSettings(), id);
  }

  /** Opens a project as it is stored; false when it is not. */
  async #openStored(projectId: string): Promise<boolean> {
    const storage = this.#storage;
    const stored = await storage?.load(projectId);
    if (storage === null || stored == null) return false;
    const { project, mended } = await restoreStoredProject(storage, stored, (error) => tellFailure(this.#bench, error));
    await this.#switch(project, 'stored');
    for (const { message } of stored.damage) this.#bench.messages.error(message);
    if (stored.state.divergedStep !== null && stored.learner !== null) {
      this.#bench.messages.info(divergedWords(stored.state.divergedStep, stored.learner));
    }
    this.#tellSetAside(project);
    if (project.document.readOnlyBecause === null) {
      // Where it fails, they are made again the next time.
      for (const [pictureId, files] of mended)
        await storage.saveFiles(projectId, pictureId, files).catch(() => undefined);
    }
    return true;
  }

  #tellSetAside(project: OpenProject): void {
    const sentence = setAsideSentence(project);
    if (sentence === null) return;
    this.#bench.messages.error(sentence, {
      label: 'Delete these labels',
      run: () => {
        if (project !== this.#bench.project) return;
        project.setAside = [];
        this.#saver?.factsChanged();
      },
    });
  }

  /** Opens `project` in the place of the open one, once that is saved. */
  async #switch(project: OpenProject, origin: Origin): Promise<void> {
    // Before the open project is left: what cannot be shown leaves everything as it is.
    const shown = await openFirstPicture(project, origin === 'stored');
    await this.#leave();
    const lock = this.#storage === null ? null : await acquireProjectLock(project.id);
    const isReadOnly = this.#storage !== null && lock === null;
    if (isReadOnly) {
      project.document.setReadOnly(READ_ONLY);
      this.#bench.messages.info(READ_ONLY);
      void this.#takeOver(project);
    }
    project.activePictureId = shown?.id ?? null;
    // Only now: which network is the default may have become known while it was made.
    if (origin === 'new') project.settings = this.#host.newSettings();
    const former = this.#bench.project;
    this.#host.adopt(project);
    if (this.#storage !== null) former?.dispose();
    this.#saver?.attach(project, { isStored: origin === 'stored', lock });
    // Where nothing is stored there is nothing to come back to: in a frame on a foreign page, say.
    if (this.#storage !== null) keepText(() => localStorage, LAST_PROJECT_KEY, project.id);
  }

  async #leave(): Promise<void> {
    this.#waiting?.abort();
    this.#waiting = null;
    // What is painted from here on would be stored by nobody.
    this.#host.restPainting();
    await this.#saver?.detach();
    const { project } = this.#bench;
    if (this.#storage !== null || project === null) return;
    // Nothing is stored here: what was done lasts as long as the page.
    await this.#training.newestLearner('This tab');
    this.#kept.set(project.id, project);
    for (const picture of project.shown) picture.release();
  }

  /** Waits for the other tab to let go, then reads what it left. */
  async #takeOver(project: OpenProject): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    let lock: ProjectLock;
    try {
      lock = await waitForProjectLock(project.id, waiting.signal);
    } catch {
      // Another project was opened here meanwhile.
      return;
    }
    lock.release();
    await this.#bench.inTurn(async () => {
      if (this.#bench.project !== project) return;
      const isStored = await this.#openStored(project.id).catch((error: unknown) => {
        // It stays on the screen as it was read before.
        project.document.setReadOnly(messageOf(error));
        throw error;
      });
      if (!isStored) {
        await this.#switch(await this.#example(project.sample?.id ?? EXAMPLES[0]?.sampleId ?? ''), 'new');
      }
      this.#bench.messages.info('The other tab let go of this project: it can be changed here now.');
    });
  }

  async #contents(project: OpenProject): Promise<ProjectContents> {
    const learner = await this.#training.newestLearner('The file');
    const state = projectStateOf(project);
    return {
      // What is set aside has no file to be saved with.
      state: { ...state, pictures: state.pictures.filter(({ id }) => project.pictures.has(id)) },
      pictures: new Map(
        project.shown.map(({ id, file, labels }) => [id, { file, planes: clonePlanes(labels.planes) }]),
      ),
      learner,
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function entryOf({ id, name, shown, sample }: OpenProject): ProjectEntry {
  const thumbnail = shown[0]?.thumbnailUrl ?? null;
  return {
    projectId: id,
    name,
    modifiedMs: Date.now(),
    pictureCount: shown.length,
    sampleId: sample?.id ?? null,
    thumbnail,
  };
}

/** Why an older network than the last one of the visit before was opened. */
function divergedWords(divergedStep: number, { state }: SavedLearnerState): string {
  const step = learnerStateStep(state);
  return `The loss of step ${divergedStep} was no number any more, so the network of step ${step} was opened, the last sound one.`;
}
