import { messageOf } from '../../base/messageOf.ts';
import { safeFileName } from '../../project/archive/fileName.ts';
import { openProjectFile, saveProjectFile } from '../../project/archive/projectFile.ts';
import type { SharedLink } from '../../project/link/sharedLink.ts';
import type { ProjectContents } from '../../project/projectState.ts';
import { isPersistent, storageEstimate } from '../../project/storage/browserStorage.ts';
import { acquireProjectLock, type ProjectLock, waitForProjectLock } from '../../project/storage/projectLock.ts';
import type { ProjectStorage, ProjectSummary } from '../../project/storage/projectStorage.ts';
import { keepText, readText } from '../browserText.ts';
import { EXAMPLES } from '../pictures/examples.ts';
import { openFirstPicture } from '../pictures/firstPicture.ts';
import { createLinkedProject } from '../sharing/linkedProject.ts';
import { tellFailure } from '../tellFailure.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import { downloadProjects } from './downloadProjects.ts';
import { contentsOf, type OpenProject } from './openProject.ts';
import {
  createEmptyProject,
  createExampleProject,
  exampleId,
  newId,
  projectFromContents,
  restoreStoredProject,
} from './projectFactory.ts';
import type { ProjectFollower } from './projectFollower.ts';
import { listProjects } from './projectList.ts';
import { ProjectSaver } from './projectSaver.ts';
import { tellRestored } from './restoredNews.ts';
import { storedContents } from './storedContents.ts';

/** Where a project that is opened comes from; `new` ones take the settings that new projects start with. */
type Origin = 'new' | 'link' | 'file' | 'stored' | 'kept';

const READ_ONLY =
  'This project is open in another tab: here it can be looked at, not changed. Close it there, and this tab takes over.';
const LAST_PROJECT_KEY = 'unlabeled.project';

/** Projects: the open one, those that are stored, and those that come and go as files. */
export class ProjectActions {
  readonly #context: WorkbenchContext;
  readonly #training: TrainingLink;
  readonly #follower: ProjectFollower;
  readonly #workingSizePx: number;
  #storage: ProjectStorage | null = null;
  #saver: ProjectSaver | null = null;
  #waiting: AbortController | null = null;
  /** The project that is being opened. */
  #coming: OpenProject | null = null;
  readonly #thumbnails = new Set<string>();
  /** Projects that were left and are in this page alone, wholly or in part; the open one may be among them. */
  readonly #kept = new Map<string, OpenProject>();

  constructor(context: WorkbenchContext, training: TrainingLink, follower: ProjectFollower, workingSizePx: number) {
    this.#context = context;
    this.#training = training;
    this.#workingSizePx = workingSizePx;
    this.#follower = follower;
  }

  readonly examples = EXAMPLES;

  /** Keeps the open project's stored copy up to date; `null` where this browser stores nothing. */
  get saver(): ProjectSaver | null {
    return this.#saver;
  }

  /** The stored projects, from now on saved to as well. `storage` is `null` where this browser has none to offer. */
  connect(storage: ProjectStorage | null): void {
    this.#storage = storage;
    if (storage === null) return;
    this.#saver = new ProjectSaver(this.#context, storage, this.#training, {
      download: (project) => void this.saveFile(project),
      letGo: (project) => this.#letGo(project),
      storedAgain: (project) => this.#storedAgain(project),
    });
  }

  /** The project that was open at the last visit, if it is still stored. */
  async lastProjectId(): Promise<string | null> {
    const id = readText(this.#context.page.storage, LAST_PROJECT_KEY);
    const projects = (await this.#storage?.list().catch(() => [])) ?? [];
    return projects.some((project) => project.id === id) ? id : null;
  }

  /** Reads the list of projects into the store: those that are stored, and those that are in this page alone. */
  async refresh(): Promise<void> {
    const { store, messages } = this.#context;
    let stored: readonly ProjectSummary[] = [];
    try {
      stored = (await this.#storage?.list()) ?? [];
    } catch (error) {
      messages.error(messageOf(error));
    }
    for (const url of this.#thumbnails) URL.revokeObjectURL(url);
    this.#thumbnails.clear();
    const projects = listProjects(stored, this.#unsaved, (thumbnail) => {
      const url = URL.createObjectURL(thumbnail);
      this.#thumbnails.add(url);
      return url;
    });
    store.setFacts({ project: { projects } });
    if (this.#storage === null) return;
    store.setFacts({
      project: { storedBytes: (await storageEstimate())?.usedBytes ?? null, isPersistent: await isPersistent() },
    });
  }

  /** Opens a stored project. */
  open(projectId: string): Promise<void> {
    return this.#context.inTurn(async () => {
      if (projectId === this.#context.project?.id) return;
      const kept = this.#kept.get(projectId);
      if (kept !== undefined) await this.#switch(kept, 'kept');
      else if (!(await this.#openStored(projectId)))
        throw new Error('This project is no longer stored in this browser.');
    });
  }

  /** Opens a built-in picture's or a generated scene's project: as it was left, where it was changed before. */
  openExample(sampleId: string): Promise<void> {
    return this.#context.inTurn(async () => {
      if (exampleId(sampleId) !== this.#context.project?.id) await this.#openExample(sampleId);
    });
  }

  /** Opens what a link carries, as a project of its own; false when that cannot be, which was told. */
  async openLink(link: SharedLink): Promise<boolean> {
    let isOpen = false;
    await this.#context.inTurn(async () => {
      await this.#switch(await createLinkedProject(link), 'link');
      isOpen = true;
    });
    return isOpen;
  }

  /** Opens a new, empty project. */
  create(name = 'New project'): Promise<void> {
    return this.#context.inTurn(() => this.#switch(this.#empty(name), 'new'));
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
    const { project } = this.#context;
    return project?.sample === null && project.document.readOnlyBecause === null ? project : null;
  }

  rename(name: string): void {
    const { project, store } = this.#context;
    const renamed = name.trim().slice(0, 80).trim();
    if (project === null || renamed === '' || renamed === project.name) return;
    project.name = renamed;
    store.setFacts({ project: { projectName: renamed } });
    this.#saver?.factsChanged();
  }

  /** Deletes a stored project; where it is the open one, the first example comes in its place. */
  async remove(projectId: string): Promise<void> {
    await this.#context.inTurn(async () => {
      const isOpen = projectId === this.#context.project?.id;
      const isReadOnly = isOpen && this.#context.project?.document.readOnlyBecause !== null;
      const isOurs = !isReadOnly && (isOpen || this.#kept.has(projectId));
      const lock = isOurs ? null : await acquireProjectLock(this.#context.page, projectId);
      if (!isOurs && lock === null) throw new Error('This project is open in another tab, so it was not deleted.');
      await this.#saver?.suspend(projectId);
      try {
        await this.#storage?.deleteProject(projectId);
      } catch (error) {
        this.#saver?.resume(projectId);
        throw error;
      } finally {
        lock?.release();
      }
      this.#saver?.forget(projectId);
      const kept = this.#kept.get(projectId);
      this.#kept.delete(projectId);
      if (!isOpen) kept?.dispose();
      else await this.#openExample(EXAMPLES[0]?.sampleId ?? '');
    });
    await this.refresh();
  }

  /** Downloads a project of this page, the open one when left out, as one file. */
  async saveFile(project: OpenProject | null = this.#context.project): Promise<void> {
    if (project === null) return;
    try {
      const file = await saveProjectFile(await this.#contents(project));
      this.#context.page.download(file, `${safeFileName(project.name)}.zip`);
    } catch (error) {
      tellFailure(this.#context, error);
    }
  }

  /** Downloads every project of the list as a file of its own. */
  async saveAllFiles(): Promise<void> {
    await this.refresh();
    await downloadProjects(this.#context, async (projectId) => {
      const { project } = this.#context;
      const inPage = project?.id === projectId ? project : this.#kept.get(projectId);
      if (inPage !== undefined) return { contents: await this.#contents(inPage), damage: [] };
      return this.#storage && (await storedContents(this.#storage, projectId));
    });
  }

  /** Opens a project file as a project of its own; one that cannot be opened at all leaves everything as it is. */
  openFile(file: File): Promise<void> {
    return this.#context.inTurn(async () => {
      const project = await projectFromContents(await openProjectFile(file));
      await this.#switch(project, 'file');
      if (this.#context.project === project) this.#saver?.keep(project);
    });
  }

  #empty(name: string): OpenProject {
    return createEmptyProject(name, this.#workingSizePx, this.#context.newSettings);
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
      this.#context.messages.error(`${messageOf(error)} Here is “${anew.name}” anew.`);
      return;
    }
    if (!isStored) await this.#switch(await this.#example(sampleId), 'new');
  }

  #example(sampleId: string, id?: string): Promise<OpenProject> {
    return createExampleProject(sampleId, this.#workingSizePx, this.#context.newSettings, id);
  }

  /** Opens a project as it is stored; false when it is not. */
  async #openStored(projectId: string): Promise<boolean> {
    const storage = this.#storage;
    const stored = await storage?.load(projectId);
    if (storage === null || stored == null) return false;
    const tell = (error: unknown) => tellFailure(this.#context, error);
    const { project, mended } = await restoreStoredProject(storage, stored, tell);
    await this.#switch(project, 'stored');
    tellRestored(this.#context.messages, project, stored, () => {
      if (project !== this.#context.project) return;
      project.setAside = [];
      this.#saver?.factsChanged();
    });
    if (project.document.readOnlyBecause === null) {
      // Where it fails, they are made again the next time.
      for (const [pictureId, files] of mended)
        await storage.saveFiles(projectId, pictureId, files).catch(() => undefined);
    }
    return true;
  }

  /** Opens `project` in the place of the open one, once that is saved. */
  async #switch(project: OpenProject, origin: Origin): Promise<void> {
    this.#coming = project;
    try {
      await this.#putInPlace(project, origin);
    } finally {
      this.#coming = null;
    }
  }

  async #putInPlace(project: OpenProject, origin: Origin): Promise<void> {
    // Before the open project is left: what cannot be shown leaves everything as it is.
    const shown = await openFirstPicture(project, origin === 'stored');
    await this.#leave();
    const lock = this.#saver?.lockOf(project.id) ?? (await this.#lock(project.id));
    const isReadOnly = this.#storage !== null && lock === null;
    if (isReadOnly) {
      project.document.setReadOnly(READ_ONLY);
      this.#context.messages.info(READ_ONLY);
      void this.#takeOver(project);
    }
    project.activePictureId = shown?.id ?? null;
    // Only now: which network is the default may have become known while it was made.
    if (origin === 'new') project.settings = this.#context.newSettings;
    const former = this.#context.project;
    this.#follower.adopt(project);
    if (former !== null && !this.#kept.has(former.id)) former.dispose();
    this.#saver?.attach(project, { isStored: origin === 'stored', lock });
    // Where nothing is stored there is nothing to come back to: in a frame on a foreign page, say.
    if (this.#storage !== null) keepText(this.#context.page.storage, LAST_PROJECT_KEY, project.id);
  }

  /** `null`: another tab has it, or nothing is stored. */
  async #lock(projectId: string): Promise<ProjectLock | null> {
    return this.#storage && (await acquireProjectLock(this.#context.page, projectId));
  }

  async #leave(): Promise<void> {
    this.#waiting?.abort();
    this.#waiting = null;
    // What is painted from here on would be stored by nobody.
    this.#context.stage?.rest();
    const isStored = (await this.#saver?.detach()) ?? false;
    const { project, messages, store } = this.#context;
    if (project === null) return;
    if (isStored) {
      this.#kept.delete(project.id);
      return;
    }
    // What was done lasts as long as the page, or until there is room for it.
    await this.#training.newestLearner('This tab');
    this.#kept.set(project.id, project);
    for (const picture of project.shown) picture.release();
    void this.refresh();
    if (this.#storage === null) {
      const changed = [...this.#kept.values()].filter(({ document }) => document.canUndo);
      store.setFacts({ project: { unsavedProjectIds: changed.map(({ id }) => id) } });
      return;
    }
    messages.error(`“${project.name}” is not stored: it stays in this page alone until it can be.`, {
      label: 'Download the project',
      run: () => void this.saveFile(project),
    });
  }

  /** A project that was kept is stored. Returns false when it is on its way back onto the screen. */
  #letGo(project: OpenProject): boolean {
    if (project === this.#coming || project === this.#context.project) return false;
    this.#kept.delete(project.id);
    project.dispose();
    this.#context.messages.info(`“${project.name}” is stored in this browser now.`);
    void this.refresh();
    return true;
  }

  #storedAgain(project: OpenProject): void {
    if (project === this.#context.project) keepText(this.#context.page.storage, LAST_PROJECT_KEY, project.id);
    this.#context.messages.info(
      `The browser’s storage was cleared: “${project.name}” is stored again, projects that were not open are gone.`,
    );
    void this.refresh();
  }

  /** Projects that are in this page alone, wholly or in part. */
  get #unsaved(): OpenProject[] {
    const { project, store } = this.#context;
    const isOpenUnsaved = project !== null && store.getState().project.unsavedProjectIds.includes(project.id);
    return [...new Set([...this.#kept.values(), ...(isOpenUnsaved ? [project] : [])])];
  }

  /** Waits for the other tab to let go, then reads what it left. */
  async #takeOver(project: OpenProject): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    const lock = await waitForProjectLock(this.#context.page, project.id, waiting.signal).catch(() => null);
    // Another project was opened here meanwhile.
    if (lock === null) return;
    lock.release();
    await this.#context.inTurn(async () => {
      if (this.#context.project !== project) return;
      const isStored = await this.#openStored(project.id).catch((error: unknown) => {
        // It stays on the screen as it was read before.
        project.document.setReadOnly(messageOf(error));
        throw error;
      });
      const sampleId = project.sample?.id ?? EXAMPLES[0]?.sampleId ?? '';
      if (!isStored) await this.#switch(await this.#example(sampleId), 'new');
      this.#context.messages.info('The other tab let go of this project: it can be changed here now.');
    });
  }

  async #contents(project: OpenProject): Promise<ProjectContents> {
    const isOpen = project === this.#context.project;
    return contentsOf(project, isOpen ? await this.#training.newestLearner('The file') : project.learner);
  }
}
