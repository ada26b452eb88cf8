import { messageOf } from '../../base/messageOf.ts';
import { createClass } from '../../editor/classes/classEdits.ts';
import { nextClassColor } from '../../editor/classes/palette.ts';
import { clearLabels, importLabels } from '../../editor/labelEdits.ts';
import { movePicture, renamePicture, setPictureDone, setPictureUse } from '../../editor/pictureEdits.ts';
import type { ProjectDocument } from '../../editor/projectDocument.ts';
import { UNLABELED } from '../../labels/planes.ts';
import type { LabelArray } from '../../project/frame/frameMessages.ts';
import { openMaskFile } from '../../project/masks/maskFile.ts';
import {
  applyMapping,
  fitMask,
  type ImportedMask,
  type MappingTarget,
  suggestMapping,
} from '../../project/masks/maskImport.ts';
import { resizeMask } from '../../project/masks/maskPng.ts';
import { openPictureFile } from '../../project/pictures/pictureFile.ts';
import type { OpenedPicture } from '../../project/pictures/pictureMessages.ts';
import { filesFromDrop, takeSnapshot } from '../../project/pictures/pictureSources.ts';
import type { SegmentationClass } from '../../settings/classes.ts';
import type { PictureUse } from '../../settings/pictureUse.ts';
import { nextTask } from '../nextTask.ts';
import type { OpenProject } from '../project/openProject.ts';
import type { ProjectActions } from '../project/projectActions.ts';
import { newId } from '../project/projectFactory.ts';
import type { ProjectFollower } from '../project/projectFollower.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import { ProjectPicture } from './projectPicture.ts';

/** A mask file that waits for a person to say what its values mean. */
export interface PendingMask {
  readonly fileName: string;
  readonly entries: ImportedMask['entries'];
  readonly mapping: readonly MappingTarget[];
}

const MAX_NAME_LENGTH = 80;
const PROJECT_FILE = /\.zip$/i;

/** The open project's pictures: which one is on the screen, adding, ordering, masks. Adding alone is no undoable edit. */
export class PictureActions {
  readonly #context: WorkbenchContext;
  readonly #projects: ProjectActions;
  readonly #follower: ProjectFollower;
  #mask: { readonly pending: PendingMask; readonly mask: ImportedMask; readonly pictureId: string } | null = null;
  /** The picture that was asked for last, until it is on the screen. */
  #wantedId: string | null = null;

  constructor(context: WorkbenchContext, projects: ProjectActions, follower: ProjectFollower) {
    this.#context = context;
    this.#projects = projects;
    this.#follower = follower;
    context.events.on('documentChanged', ({ project, change }) => {
      if (change.type === 'pictures') this.#leaveRemoved(project);
    });
  }

  /** The mask that the dialog `importMask` asks about. */
  get pendingMask(): PendingMask | null {
    return this.#mask?.pending ?? null;
  }

  /**
   * Puts a picture of the project on the screen, unless another one is asked for before its turn comes. Resolves with
   * whether it is there.
   */
  async open(pictureId: string): Promise<boolean> {
    this.#wantedId = pictureId;
    await this.#context.inTurn(async () => {
      if (pictureId !== this.#wantedId) return;
      try {
        const { project } = this.#context;
        const picture = project?.pictures.get(pictureId);
        if (project === null || picture === undefined || picture === this.#context.picture) return;
        await picture.open();
        // Neither another project's by now, nor removed meanwhile.
        if (project !== this.#context.project || !project.document.pictures.includes(picture.labels)) return;
        this.#follower.showPicture(picture);
      } finally {
        if (pictureId === this.#wantedId) this.#wantedId = null;
      }
    });
    return this.#context.picture?.id === pictureId;
  }

  next(): void {
    this.#openNeighbour(1);
  }

  previous(): void {
    this.#openNeighbour(-1);
  }

  /** Takes a picture out of the project; undo brings it and its labels back. */
  remove(pictureId: string): void {
    this.#edit((document) => {
      const { name } = document.picture(pictureId);
      document.removePicture(pictureId);
      this.#context.messages.info(`“${name}” was removed from the project.`, {
        label: 'Undo',
        run: () => this.#context.attempt(() => document.undo()),
        until: 'edit',
      });
    });
  }

  move(pictureId: string, index: number): void {
    this.#edit((document) => movePicture(document, pictureId, index));
  }

  rename(pictureId: string, name: string): void {
    this.#edit((document) => renamePicture(document, pictureId, name));
  }

  setUse(pictureId: string, use: PictureUse): void {
    this.#edit((document) => setPictureUse(document, pictureId, use));
  }

  setDone(pictureId: string, done: boolean): void {
    this.#edit((document) => setPictureDone(document, pictureId, done));
  }

  /** Adds picture files; a project file among them is opened instead. The first that is added comes on the screen. */
  async addFiles(files: Iterable<File>): Promise<void> {
    const all = [...files];
    const projectFile = all.find(({ name }) => PROJECT_FILE.test(name));
    if (projectFile !== undefined) {
      await this.#projects.openFile(projectFile);
      return;
    }
    const { store } = this.#context;
    let added = 0;
    for (const [i, file] of all.entries()) {
      if (all.length > 1) store.setFacts({ project: { adding: { done: i, total: all.length } } });
      await this.#context.inTurn(() =>
        this.#add(file, { shows: added === 0, alone: false }).then(() => {
          added++;
        }),
      );
    }
    store.setFacts({ project: { adding: null } });
  }

  /**
   * Opens a picture file in a project of its own. Rejects with a sentence, which was told as well, for one that cannot be
   * opened; that leaves everything as it is.
   */
  async openAlone(file: File): Promise<void> {
    const failure: unknown[] = [];
    await this.#context.inTurn(async () => {
      try {
        await this.#add(file, { shows: true, alone: true });
      } catch (error) {
        failure.push(error);
        throw error;
      }
    });
    if (failure.length > 0) throw failure[0];
  }

  async addFromDrop(data: DataTransfer): Promise<void> {
    // Before anything is awaited: the browser takes what was dropped away again.
    const files = filesFromDrop(data);
    await this.addFiles(await files);
  }

  async addFromPaste(data: DataTransfer): Promise<void> {
    await this.addFiles(data.files);
  }

  async takeSnapshot(video: HTMLVideoElement): Promise<void> {
    await this.addFiles([await takeSnapshot(video)]);
  }

  /** Reads a mask for the open picture and asks what its values mean. */
  importMask(file: File): Promise<void> {
    return this.#context.inTurn(async () => {
      const { project, picture, store } = this.#context;
      if (project === null || picture === null) return;
      const mask = await openMaskFile(file);
      // Refused before a person has mapped thirty colours.
      fitMask(blankMask(mask), sizes(picture));
      const mapping = suggestMapping(mask, project.document.classes);
      this.#mask = { pending: { fileName: file.name, entries: mask.entries, mapping }, mask, pictureId: picture.id };
      store.setFacts({ view: { dialog: { name: 'importMask' } } });
    });
  }

  /** Leaves the pending mask aside. */
  dropMask(): void {
    this.#mask = null;
  }

  /** Takes the pending mask over: `mapping` has a class id, UNLABELED or `new` for each of its entries. */
  applyMask(mapping: readonly MappingTarget[]): void {
    const waiting = this.#mask;
    this.#mask = null;
    const picture = waiting && this.#context.project?.pictures.get(waiting.pictureId);
    if (waiting === null || picture == null) return;
    this.#edit((document) => {
      const { mask, pending } = waiting;
      const added: SegmentationClass[] = [];
      const ids = mapping.map((target, i) => {
        if (target !== 'new') return target;
        const entry = mask.entries[i];
        const wanted = entry === undefined || mask.kind === 'index' ? {} : { color: entry.color };
        const created = createClass([...document.classes, ...added], wanted);
        if (created === null) return UNLABELED;
        added.push(created);
        return created.id;
      });
      if (mapping.filter((target) => target === 'new').length > added.length) {
        this.#context.messages.info('A project can have 32 classes at most; the mask’s other values stay unlabeled.');
      }
      const fitted = fitMask(applyMapping(mask, ids), sizes(picture));
      if (!importLabels(document, picture.id, fitted.values, added)) {
        this.#context.messages.info(`“${pending.fileName}” changed nothing: all of it is mapped to unlabeled.`);
      }
    });
  }

  /**
   * Puts labels, class ids of a whole picture, in the place of the open one's; of another size they are scaled. Classes
   * that are not in the list are added. Throws a sentence where that cannot be done.
   */
  setLabels(labels: LabelArray): void {
    const { picture, project } = this.#context;
    if (project === null || picture === null) throw new Error('No picture is open yet.');
    const { document } = project;
    const { id, width, height } = picture.labels;
    const { values } = resizeMask({ ...labels, values: labels.classIds }, width, height);
    const known = new Set([UNLABELED, ...document.classes.map((each) => each.id)]);
    const added: SegmentationClass[] = [];
    for (const classId of new Set(values)) {
      if (known.has(classId)) continue;
      const color = nextClassColor([...document.classes, ...added]);
      added.push({ id: classId, name: `Class ${classId}`, color });
    }
    clearLabels(document, id);
    importLabels(document, id, values, added);
  }

  /** Decodes first: a file that cannot be opened leaves no empty project behind. */
  async #add(file: File, { shows, alone }: { readonly shows: boolean; readonly alone: boolean }): Promise<void> {
    const workingSizePx = this.#projects.workingSizeForPictures(alone);
    const opened = await openPictureFile(file, { workingSizePx }).catch((cause: unknown) => {
      throw new Error(`“${file.name}”: ${messageOf(cause)}`, { cause });
    });
    if (opened.notice !== null) this.#context.messages.info(opened.notice);
    const project = await this.#projects.forPictures(alone);
    await nextTask();
    const picture = this.#addOpened(project, file, opened);
    await this.#follower.pictureAdded(picture);
    await this.#projects.saver?.pictureAdded(project);
    await nextTask();
    if (shows || this.#context.picture === null) this.#follower.showPicture(picture);
    else picture.release();
  }

  #addOpened(project: OpenProject, file: File, opened: OpenedPicture): ProjectPicture {
    const { width, height, originalWidth, originalHeight, thumbnail } = opened;
    const name =
      file.name
        .replace(/\.[^.]+$/, '')
        .trim()
        .slice(0, MAX_NAME_LENGTH)
        .trim() || 'Picture';
    const { workingSizePx, document } = project;
    const labels = document.addPicture({ id: newId(), name, width, height });
    const picture = new ProjectPicture({
      labels,
      file,
      thumbnail,
      originalWidth,
      originalHeight,
      workingSizePx,
      sample: null,
      truth: null,
    });
    picture.adopt(opened);
    project.add(picture);
    return picture;
  }

  /** Presses in quick succession add up, though the pictures between are not shown. */
  #openNeighbour(direction: 1 | -1): void {
    const { project, picture } = this.#context;
    const pictures = project?.document.pictures ?? [];
    const from = pictures.find(({ id }) => id === this.#wantedId) ?? picture?.labels;
    const index = from === undefined ? -1 : pictures.indexOf(from);
    const neighbour = pictures[(index + direction + pictures.length) % Math.max(1, pictures.length)];
    if (neighbour !== undefined) void this.open(neighbour.id);
  }

  /** A picture that was removed leaves the screen, and the first one takes its place. */
  #leaveRemoved({ document, pictures }: OpenProject): void {
    const { picture } = this.#context;
    if (picture !== null && document.pictures.includes(picture.labels)) return;
    // At once: nobody may paint on what is gone while the next one is decoded.
    if (picture !== null) this.#follower.showPicture(null);
    const next = document.pictures[0];
    if (next !== undefined && pictures.has(next.id)) void this.open(next.id);
  }

  #edit(edit: (document: ProjectDocument) => void): void {
    const { project } = this.#context;
    if (project !== null) this.#context.attempt(() => edit(project.document));
  }
}

function sizes({ labels, originalWidth, originalHeight }: ProjectPicture) {
  return { width: labels.width, height: labels.height, originalWidth, originalHeight };
}

/** A mask of the same size that says nothing. */
function blankMask({ width, height }: ImportedMask) {
  return { width, height, values: new Uint8Array(width * height).fill(UNLABELED) };
}
