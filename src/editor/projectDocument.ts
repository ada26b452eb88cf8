import { type LabelPatch, patchBounds } from '../labels/patch.ts';
import { UNLABELED } from '../labels/planes.ts';
import type { PixelRect } from '../labels/rect.ts';
import { StrokeTransaction } from '../labels/strokeTransaction.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import { paintSegment } from './paintSegment.ts';
import { type GestureNature, RefusedEditError, type StrokeGesture } from './paintTarget.ts';
import { applyPictureChange, type PictureProperties, pictureChange } from './pictureChange.ts';
import { PictureLabels, type PictureLabelsInit } from './pictureLabels.ts';
import type { HistoryItem, ProjectChange, ProjectDocumentInit } from './projectChange.ts';
import { type EditContents, EditDraft, invertEdit, type ProjectEdit } from './projectEdit.ts';
import { ProjectHistory } from './projectHistory.ts';

interface OpenGesture {
  readonly picture: PictureLabels;
  readonly nature: GestureNature;
  readonly transaction: StrokeTransaction;
}

/** The contents of an edit that changes nothing. */
const NOTHING: EditContents & Pick<ProjectEdit, 'strokeId'> = {
  patches: [],
  classes: null,
  pictureChange: null,
  strokeId: null,
};

/**
 * The labels of a project's pictures and their shared classes, with every edit on one line of undo and redo. A gesture
 * that is under way when something else is done is finished first.
 *
 * Planes are live: they change while a gesture is painted. Every method is synchronous and tells listeners before it
 * returns. Ids of classes or pictures that do not exist are a `RangeError`. Edits of classes, of labels as a whole and of
 * pictures are functions in `classEdits.ts`, `labelEdits.ts` and `pictureEdits.ts`, built on {@link edit} and
 * {@link changePicture}.
 */
export class ProjectDocument {
  #classes: readonly SegmentationClass[];
  #pictures: readonly PictureLabels[];
  #hiddenClassIds: ReadonlySet<number>;
  #lockedClassIds: ReadonlySet<number>;
  #readOnlyBecause: string | null = null;
  #gesture: OpenGesture | null = null;
  #history = new ProjectHistory();
  readonly #listeners = new Set<(change: ProjectChange) => void>();

  /** Whether painting leaves labeled pixels as they are; erasing does not. */
  paintsOnlyUnlabeled = false;

  constructor({ classes, pictures = [], hiddenClassIds = [], lockedClassIds = [] }: ProjectDocumentInit) {
    this.#classes = classes;
    this.#pictures = pictures.map((init) => this.#createPicture(init));
    this.#hiddenClassIds = new Set(hiddenClassIds);
    this.#lockedClassIds = new Set(lockedClassIds);
  }

  /** In list order; a new array after every change. */
  get classes(): readonly SegmentationClass[] {
    return this.#classes;
  }

  /** In the strip's order; a new array after every change. */
  get pictures(): readonly PictureLabels[] {
    return this.#pictures;
  }

  /** Classes that are not drawn. */
  get hiddenClassIds(): ReadonlySet<number> {
    return this.#hiddenClassIds;
  }

  /** Classes whose labels stay as they are: nothing paints over them, and nothing is added. */
  get lockedClassIds(): ReadonlySet<number> {
    return this.#lockedClassIds;
  }

  /** Why nothing can be changed, as a sentence; `null`: it can. */
  get readOnlyBecause(): string | null {
    return this.#readOnlyBecause;
  }

  /** True during a gesture as well: undo then takes it back. False while the project is read-only. */
  get canUndo(): boolean {
    return this.#gesture !== null || (this.#readOnlyBecause === null && this.#history.canUndo);
  }

  /** False while the project is read-only. */
  get canRedo(): boolean {
    return this.#readOnlyBecause === null && this.#history.canRedo;
  }

  /** True while a gesture is open: its pixels may yet be taken back. */
  get isPainting(): boolean {
    return this.#gesture !== null;
  }

  /** All edits that can be undone or redone, oldest first. */
  get history(): readonly HistoryItem[] {
    return this.#history.entries;
  }

  /** How many of them are applied; the rest are undone. */
  get historyPosition(): number {
    return this.#history.position;
  }

  /** Calls `listener` at every change until the returned function is called. */
  subscribe(listener: (change: ProjectChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  picture(id: string): PictureLabels {
    const found = this.#pictures.find((picture) => picture.id === id);
    if (found === undefined) throw new RangeError(`There is no picture with the id “${id}”.`);
    return found;
  }

  class(id: number): SegmentationClass {
    const found = this.#classes.find((c) => c.id === id);
    if (found === undefined) throw new RangeError(`There is no class with id ${id}.`);
    return found;
  }

  /** The class, to be painted, merged or removed; throws a {@link RefusedEditError} when it is locked. */
  unlockedClass(id: number): SegmentationClass {
    const found = this.class(id);
    if (this.#lockedClassIds.has(id)) {
      throw new RefusedEditError(`“${found.name}” is locked: nothing was changed. Unlock it in the class list first.`);
    }
    return found;
  }

  /** Whether labels of a class may be added: it is in the list, and not locked. */
  takesPaint(classId: number): boolean {
    return this.#classes.some((c) => c.id === classId) && !this.#lockedClassIds.has(classId);
  }

  /** From now on every edit is refused with this sentence; `null`: edits are possible again. A gesture under way stands. */
  setReadOnly(because: string | null): void {
    this.#finishGesture();
    this.#readOnlyBecause = because;
    this.#emit({ type: 'history' });
  }

  /**
   * Makes one undoable edit: `build` paints pictures and sets classes through the draft; when it throws, nothing has
   * happened. Returns false when nothing changed. Throws a {@link RefusedEditError} when the project is read-only.
   */
  edit(
    name: string,
    build: (draft: EditDraft) => void,
    {
      pictureId = null,
      mergeKey = null,
    }: { readonly pictureId?: string | null; readonly mergeKey?: string | null } = {},
  ): boolean {
    this.#requireWritable();
    this.#finishGesture();
    const draft = new EditDraft(this.#classes, this.#lockedClassIds.size === 0 ? null : this.#lockedClassIds);
    try {
      build(draft);
    } catch (error) {
      draft.rollback();
      throw error;
    }
    const { patches, classes } = draft.commit();
    if (patches.length === 0 && classes === null) return false;
    return this.#make({ ...NOTHING, name, pictureId, patches, classes, mergeKey });
  }

  /**
   * Makes one undoable edit of a picture's place or of what is known of it; a place beyond the list is its nearest end.
   * Returns false when nothing changed. Throws a {@link RefusedEditError} when the project is read-only.
   */
  changePicture(
    id: string,
    name: string,
    wanted: Partial<PictureProperties>,
    { mergeKey = null }: { readonly mergeKey?: string | null } = {},
  ): boolean {
    this.#requireWritable();
    const change = pictureChange(this.#pictures, this.picture(id), wanted);
    if (change === null) return false;
    const isRemoval = change.after.index === null;
    // A gesture on labels that stay need not end: what is known of a picture is none of its business.
    if (isRemoval) this.#finishGesture();
    return this.#make({ ...NOTHING, name, pictureId: isRemoval ? null : id, pictureChange: change, mergeKey });
  }

  setClassHidden(id: number, hidden: boolean): void {
    this.class(id);
    this.#hiddenClassIds = withMember(this.#hiddenClassIds, id, hidden);
    this.#emit({ type: 'classMarks' });
  }

  setClassLocked(id: number, locked: boolean): void {
    this.class(id);
    this.#finishGesture();
    this.#lockedClassIds = withMember(this.#lockedClassIds, id, locked);
    this.#emit({ type: 'classMarks' });
  }

  /**
   * Adds a picture at the end. No edit: it is taken away by {@link removePicture}. Throws a `RangeError` for the id of
   * another picture, one that undo could bring back among them.
   */
  addPicture(init: PictureLabelsInit): PictureLabels {
    this.#requireWritable();
    if (this.#pictures.some(({ id }) => id === init.id) || this.#history.knowsPicture(init.id)) {
      throw new RangeError(`Two pictures cannot be “${init.id}”.`);
    }
    const picture = this.#createPicture(init);
    this.#setPictures([...this.#pictures, picture]);
    return picture;
  }

  /** Takes a picture and its labels away; undo brings both back to their place. */
  removePicture(id: string): void {
    this.changePicture(id, `Remove ${this.picture(id).name}`, { index: null });
  }

  /** Takes the latest edit back; a gesture under way is finished first, and is the latest. `null`: there is none. */
  undo(): HistoryItem | null {
    this.#finishGesture();
    if (this.#readOnlyBecause !== null) return null;
    const edit = this.#history.undo();
    if (edit === undefined) return null;
    this.#replay(invertEdit(edit), edit, false);
    return edit;
  }

  /** Makes the edit again that was undone last, and returns it; `null`: there is none, or a gesture comes after it. */
  redo(): HistoryItem | null {
    this.#finishGesture();
    if (this.#readOnlyBecause !== null) return null;
    const edit = this.#history.redo();
    if (edit === undefined) return null;
    this.#replay(edit, edit, true);
    return edit;
  }

  /** Commits an open gesture and clears the history: there is nothing to undo. */
  forgetHistory(): void {
    this.#finishGesture();
    this.#history = new ProjectHistory();
    this.#emit({ type: 'history' });
  }

  #createPicture(init: PictureLabelsInit): PictureLabels {
    return new PictureLabels(
      init,
      (picture, classId, nature) => this.#beginStroke(picture, classId, nature),
      () => this.#pictures.reduce((highest, { freeStrokeId }) => Math.max(highest, freeStrokeId), 1),
    );
  }

  #beginStroke(picture: PictureLabels, classId: number, nature: GestureNature): StrokeGesture {
    this.#requireWritable();
    this.picture(picture.id);
    if (classId !== UNLABELED) {
      this.unlockedClass(classId);
      picture.requireStrokeIds(1);
    }
    this.#finishGesture();
    const { planes, counts } = picture;
    const open: OpenGesture = {
      picture,
      nature,
      transaction: new StrokeTransaction(planes, counts, this.#protectedFrom(classId)),
    };
    this.#gesture = open;
    this.#emit({ type: 'history' });
    const strokeId = picture.nextStrokeId;
    const write = (paint: (transaction: StrokeTransaction) => PixelRect | null) => {
      if (this.#gesture !== open) return;
      const rect = paint(open.transaction);
      if (rect !== null) this.#emit({ type: 'pixels', pictureId: picture.id, rect });
    };
    return {
      paint: (fromX, fromY, toX, toY, radiusPx) =>
        write((transaction) => paintSegment(transaction, fromX, fromY, toX, toY, radiusPx, classId, strokeId)),
      fill: (region) => write((transaction) => transaction.paintRegion(region, classId, strokeId)),
      fillFrom: (region, classMap) =>
        write((transaction) => {
          // A gesture that takes labels away could begin without one.
          picture.requireStrokeIds(1);
          return transaction.paintFrom(region, classMap, strokeId, (id) => this.takesPaint(id));
        }),
      commit: () => {
        if (this.#gesture === open) this.#finishGesture();
      },
      cancel: () => {
        if (this.#gesture === open) this.#cancelGesture();
      },
    };
  }

  #makeGesture(picture: PictureLabels, patch: LabelPatch, { name, origin }: GestureNature): void {
    let byHand: number | null = null;
    if (patch.strokeAfter.includes(picture.nextStrokeId)) {
      const strokeId = picture.takeStrokeId();
      if (origin === undefined) byHand = strokeId;
      else picture.strokeOrigins.set(strokeId, origin);
    }
    const patches = [{ picture, patch }];
    this.#make({ ...NOTHING, name, pictureId: picture.id, patches, strokeId: byHand, mergeKey: null });
  }

  /** Classes whose pixels a gesture with this class leaves alone; `null`: none. */
  #protectedFrom(classId: number): ReadonlySet<number> | null {
    if (this.paintsOnlyUnlabeled && classId !== UNLABELED) return new Set(this.#classes.map(({ id }) => id));
    return this.#lockedClassIds.size === 0 ? null : this.#lockedClassIds;
  }

  /** Records an edit whose pixels are already in the planes, and applies the rest of it. */
  #make(edit: Omit<ProjectEdit, 'byteLength'>): true {
    this.#history.record(edit);
    this.#perform(edit);
    this.#tellStroke(edit, true);
    this.#emit({ type: 'history' });
    return true;
  }

  #tellStroke({ strokeId, patches }: Pick<ProjectEdit, 'strokeId' | 'patches'>, stands: boolean): void {
    const [painted] = patches;
    if (strokeId === null || painted === undefined) return;
    const { picture, patch } = painted;
    this.#emit({ type: 'stroke', pictureId: picture.id, strokeId, patch, stands });
  }

  /** Applies an edit of the history, or its inverse, to the document as it is. */
  #replay(contents: EditContents, edit: ProjectEdit, stands: boolean): void {
    for (const { picture, patch } of contents.patches) picture.apply(patch);
    this.#perform(contents);
    this.#tellStroke(edit, stands);
    this.#emit({ type: 'history' });
  }

  /**
   * Tells of patches that the planes already show, changes classes and pictures, and tells of them; a class is there
   * before its pixels and goes after them.
   */
  #perform({ patches, classes, pictureChange }: EditContents): void {
    const loses = classes?.before.some(({ id }) => !classes.after.some((c) => c.id === id)) ?? false;
    if (classes !== null && !loses) this.#setClasses(classes.after);
    for (const { picture, patch } of patches) {
      const labelRevision = picture.revise();
      this.#emit({ type: 'patch', pictureId: picture.id, patch, rect: patchBounds(patch), labelRevision });
    }
    if (classes !== null && loses) this.#setClasses(classes.after);
    if (pictureChange !== null) this.#setPictures(applyPictureChange(this.#pictures, pictureChange));
  }

  #setClasses(classes: readonly SegmentationClass[]): void {
    this.#classes = classes;
    // A class that comes later under the same id is another one.
    const isThere = (id: number) => classes.some((c) => c.id === id);
    this.#hiddenClassIds = new Set([...this.#hiddenClassIds].filter(isThere));
    this.#lockedClassIds = new Set([...this.#lockedClassIds].filter(isThere));
    this.#emit({ type: 'classes' });
  }

  #setPictures(pictures: readonly PictureLabels[]): void {
    this.#pictures = pictures;
    this.#emit({ type: 'pictures' });
  }

  /** Commits the gesture under way, if there is one, so that whatever follows comes after it in the history. */
  #finishGesture(): void {
    if (this.#gesture === null) return;
    const { picture, nature, transaction } = this.#gesture;
    this.#gesture = null;
    const patch = transaction.commit();
    if (patch === null) this.#emit({ type: 'history' });
    else this.#makeGesture(picture, patch, nature);
  }

  #cancelGesture(): void {
    if (this.#gesture === null) return;
    const { picture, transaction } = this.#gesture;
    this.#gesture = null;
    transaction.rollback();
    if (transaction.bounds !== null) this.#emit({ type: 'pixels', pictureId: picture.id, rect: transaction.bounds });
    this.#emit({ type: 'history' });
  }

  #requireWritable(): void {
    if (this.#readOnlyBecause !== null) throw new RefusedEditError(this.#readOnlyBecause);
  }

  #emit(change: ProjectChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function withMember(set: ReadonlySet<number>, member: number, isIn: boolean): ReadonlySet<number> {
  const others = [...set].filter((other) => other !== member);
  return new Set(isIn ? [...others, member] : others);
}
