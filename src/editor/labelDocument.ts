import { History } from '../labels/history.ts';
import {
  applyPatch,
  applyPatchToCounts,
  invertPatch,
  type LabelPatch,
  patchBounds,
  patchByteLength,
} from '../labels/patch.ts';
import { countByClass, createPlanes, type LabelPlanes, UNLABELED } from '../labels/planes.ts';
import type { PixelRect } from '../labels/rect.ts';
import { StrokeTransaction } from '../labels/strokeTransaction.ts';
import { nextClassId, type SegmentationClass } from '../settings/classes.ts';
import { paintSegment } from './paintSegment.ts';
import { nextClassColor } from './palette.ts';

/** What a listener hears about. */
export type DocumentChange =
  /** Live painting: pixels in `rect` changed and may change again. */
  | { readonly type: 'pixels'; readonly rect: PixelRect }
  /** An edit stands, or was undone or redone: `patch` is what to apply to a replica, inside `rect`. */
  | { readonly type: 'patch'; readonly patch: LabelPatch; readonly rect: PixelRect; readonly labelRevision: number }
  | { readonly type: 'classes' }
  | { readonly type: 'history' };

/** A stroke as a list of points, in image pixels. `classId` may be UNLABELED. */
export interface Polyline {
  readonly classId: number;
  readonly radiusPx: number;
  readonly points: readonly (readonly [imageX: number, imageY: number])[];
}

/** One stroke being painted. After `commit` or `cancel`, its own or the document's, further calls do nothing. */
export interface StrokeGesture {
  /** Paints a segment of the stroke; a dot where both ends are the same point. */
  paint(fromX: number, fromY: number, toX: number, toY: number, radiusPx: number): void;
  /** Makes the stroke one undoable edit. */
  commit(): void;
  /** Puts every pixel back. */
  cancel(): void;
}

/** All stroke ids of a picture are used up; the message is one sentence for a person. */
export class StrokeLimitError extends Error {
  override name = 'StrokeLimitError';
}

interface HistoryEntry {
  readonly patch: LabelPatch | null;
  readonly classes: {
    readonly before: readonly SegmentationClass[];
    readonly after: readonly SegmentationClass[];
  } | null;
  /** Class whose colour alone this entry changed; a drag through a colour picker is one edit. */
  readonly recolored: number | null;
  readonly byteLength: number;
}

const HISTORY_BUDGET_BYTES = 32 * 1024 * 1024;
const CLASS_EDIT_BYTES = 4096;
const MAX_STROKE_ID = 0xffff;
const MAX_NAME_LENGTH = 40;

/** What a {@link LabelDocument} starts from. */
export interface LabelDocumentInit {
  readonly id: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** No id twice. */
  readonly classes: readonly SegmentationClass[];
  /** Taken over, not copied; all unlabeled when left out. Another size than the picture's is a `RangeError`. */
  readonly planes?: LabelPlanes;
}

/**
 * One picture's labels and classes, with every edit on one line of undo and redo.
 *
 * The planes are live: they change while a stroke is painted. Every method is synchronous and tells listeners before
 * it returns. Class ids that do not exist are a `RangeError`.
 */
export class LabelDocument {
  readonly id: string;
  readonly name: string;
  readonly planes: LabelPlanes;
  /** Pixels per class id, 256 of them, the last the unlabeled ones; true at any time, during a stroke too. */
  readonly counts: Uint32Array<ArrayBuffer>;

  #classes: readonly SegmentationClass[];
  #labelRevision = 0;
  #nextStrokeId: number;
  #gesture: { readonly transaction: StrokeTransaction } | null = null;
  #history = new History<HistoryEntry>(HISTORY_BUDGET_BYTES);
  readonly #listeners = new Set<(change: DocumentChange) => void>();

  constructor({ id, name, width, height, classes, planes = createPlanes(width, height) }: LabelDocumentInit) {
    if (planes.width !== width || planes.height !== height) {
      throw new RangeError(
        `Labels of ${planes.width} × ${planes.height} pixels do not fit a picture of ${width} × ${height}.`,
      );
    }
    this.id = id;
    this.name = name;
    this.planes = planes;
    this.counts = countByClass(planes);
    this.#classes = classes;
    this.#nextStrokeId = planes.strokeIds.reduce((highest, strokeId) => Math.max(highest, strokeId), 0) + 1;
  }

  get width(): number {
    return this.planes.width;
  }

  get height(): number {
    return this.planes.height;
  }

  /** In list order; a new array after every change. */
  get classes(): readonly SegmentationClass[] {
    return this.#classes;
  }

  /** Grows by one with every patch, undo and redo included. */
  get labelRevision(): number {
    return this.#labelRevision;
  }

  /** True during a stroke as well: undo then cancels the stroke. */
  get canUndo(): boolean {
    return this.#gesture !== null || this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  /** Calls `listener` at every change until the returned function is called. */
  subscribe(listener: (change: DocumentChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Starts a stroke of a class, or one that makes pixels unlabeled. One that is still open is cancelled.
   * Throws a {@link StrokeLimitError} when all stroke ids are used up.
   */
  beginStroke(classId: number): StrokeGesture {
    this.#cancelGesture();
    if (classId !== UNLABELED) this.#requireClass(classId);
    const strokeId = classId === UNLABELED ? 0 : this.#requireStrokeId(this.#nextStrokeId);
    const open = { transaction: new StrokeTransaction(this.planes, this.counts) };
    this.#gesture = open;
    this.#emit({ type: 'history' });
    return {
      paint: (fromX, fromY, toX, toY, radiusPx) => {
        if (this.#gesture !== open) return;
        const rect = paintSegment(open.transaction, fromX, fromY, toX, toY, radiusPx, classId, strokeId);
        if (rect !== null) this.#emit({ type: 'pixels', rect });
      },
      commit: () => {
        if (this.#gesture !== open) return;
        this.#gesture = null;
        const patch = open.transaction.commit();
        if (patch === null) {
          this.#emit({ type: 'history' });
          return;
        }
        if (classId !== UNLABELED) this.#nextStrokeId++;
        this.#record(patch);
      },
      cancel: () => {
        if (this.#gesture === open) this.#cancelGesture();
      },
    };
  }

  /**
   * Paints whole strokes as one undoable edit, each with a stroke id of its own. Returns the ids given out, in order.
   * Throws a {@link StrokeLimitError}, and changes nothing, when the stroke ids do not suffice.
   */
  paintStrokes(strokes: readonly Polyline[]): ReadonlySet<number> {
    const labeling = strokes.filter(({ classId }) => classId !== UNLABELED);
    for (const { classId } of labeling) this.#requireClass(classId);
    this.#requireStrokeId(this.#nextStrokeId + labeling.length - 1);
    const strokeIds = new Set<number>();
    this.#edit((transaction) => {
      for (const { classId, radiusPx, points } of strokes) {
        const strokeId = this.#nextStrokeId + strokeIds.size;
        for (const [i, [toX, toY]] of points.entries()) {
          const [fromX, fromY] = points[i - 1] ?? [toX, toY];
          paintSegment(transaction, fromX, fromY, toX, toY, radiusPx, classId, strokeId);
        }
        if (classId !== UNLABELED) strokeIds.add(strokeId);
      }
    });
    this.#nextStrokeId += strokeIds.size;
    return strokeIds;
  }

  /** Makes the pixels unlabeled whose stroke id `matches`. Returns false when nothing changed. */
  clearStrokes(matches: (strokeId: number) => boolean): boolean {
    return this.#edit((transaction) => transaction.clear((_, strokeId) => matches(strokeId)));
  }

  /** Makes every pixel unlabeled. Returns false when nothing was labeled. */
  clearLabels(): boolean {
    return this.#edit((transaction) => transaction.clear(() => true));
  }

  /** Adds a class with a free id, name and colour at the end of the list; `null` when there are 32. */
  addClass(): SegmentationClass | null {
    const id = nextClassId(this.#classes);
    if (id === undefined) return null;
    this.#cancelGesture();
    const added = { id, name: this.#freeName(), color: nextClassColor(this.#classes) };
    this.#recordClasses([...this.#classes, added]);
    return added;
  }

  /** Gives a class another name, cut to 40 characters. Returns false for an empty name or the one it has. */
  renameClass(id: number, name: string): boolean {
    const current = this.#requireClass(id);
    const renamed = name.trim().slice(0, MAX_NAME_LENGTH).trim();
    if (renamed === '' || renamed === current.name) return false;
    this.#cancelGesture();
    this.#recordClasses(this.#classes.map((c) => (c.id === id ? { ...c, name: renamed } : c)));
    return true;
  }

  /**
   * Gives a class another colour (`#rrggbb`, else a `RangeError`). Changes of the same class's colour in a row are one
   * undoable edit. Returns false for the colour that it has.
   */
  recolorClass(id: number, color: string): boolean {
    const current = this.#requireClass(id);
    if (!/^#[0-9a-f]{6}$/i.test(color)) throw new RangeError(`A class colour is written #rrggbb, not "${color}".`);
    if (color === current.color) return false;
    this.#cancelGesture();
    const before = this.#history.newest?.recolored === id ? this.#history.newest.classes?.before : undefined;
    const after = this.#classes.map((c) => (c.id === id ? { ...c, color } : c));
    const entry = {
      patch: null,
      classes: { before: before ?? this.#classes, after },
      recolored: id,
      byteLength: CLASS_EDIT_BYTES,
    };
    if (before === undefined) this.#history.push(entry);
    else this.#history.replaceNewest(entry);
    this.#setClasses(after);
    this.#emit({ type: 'history' });
    return true;
  }

  /**
   * Removes a class and makes its pixels unlabeled, as one undoable edit that brings pixels, name, colour and place
   * back. Returns false for the last class, which stays.
   */
  removeClass(id: number): boolean {
    this.#requireClass(id);
    if (this.#classes.length === 1) return false;
    this.#cancelGesture();
    const transaction = new StrokeTransaction(this.planes, this.counts);
    transaction.clear((classId) => classId === id);
    const patch = transaction.commit();
    const classes = { before: this.#classes, after: this.#classes.filter((c) => c.id !== id) };
    this.#history.push({
      patch,
      classes,
      recolored: null,
      byteLength: CLASS_EDIT_BYTES + (patch === null ? 0 : patchByteLength(patch)),
    });
    if (patch !== null) this.#publish(patch);
    this.#setClasses(classes.after);
    this.#emit({ type: 'history' });
    return true;
  }

  /** Takes the latest edit back, or cancels the stroke that is being painted. Returns false when there is neither. */
  undo(): boolean {
    if (this.#cancelGesture()) return true;
    const entry = this.#history.undo();
    if (entry === undefined) return false;
    // A class comes back before the pixels that wear it, here, and goes after them in redo.
    if (entry.classes !== null) this.#setClasses(entry.classes.before);
    if (entry.patch !== null) this.#apply(invertPatch(entry.patch));
    this.#emit({ type: 'history' });
    return true;
  }

  /** Makes the edit again that was undone last. Returns false when there is none. */
  redo(): boolean {
    this.#cancelGesture();
    const entry = this.#history.redo();
    if (entry === undefined) return false;
    if (entry.patch !== null) this.#apply(entry.patch);
    if (entry.classes !== null) this.#setClasses(entry.classes.after);
    this.#emit({ type: 'history' });
    return true;
  }

  /** Makes what has been done so far the start: there is nothing to undo. Cancels an open stroke. */
  forgetHistory(): void {
    this.#cancelGesture();
    this.#history = new History(HISTORY_BUDGET_BYTES);
    this.#emit({ type: 'history' });
  }

  #edit(write: (transaction: StrokeTransaction) => void): boolean {
    this.#cancelGesture();
    const transaction = new StrokeTransaction(this.planes, this.counts);
    try {
      write(transaction);
    } catch (error) {
      transaction.rollback();
      throw error;
    }
    const patch = transaction.commit();
    if (patch === null) return false;
    this.#record(patch);
    return true;
  }

  #record(patch: LabelPatch): void {
    this.#history.push({ patch, classes: null, recolored: null, byteLength: patchByteLength(patch) });
    this.#publish(patch);
    this.#emit({ type: 'history' });
  }

  #recordClasses(after: readonly SegmentationClass[]): void {
    const classes = { before: this.#classes, after };
    this.#history.push({ patch: null, classes, recolored: null, byteLength: CLASS_EDIT_BYTES });
    this.#setClasses(after);
    this.#emit({ type: 'history' });
  }

  #apply(patch: LabelPatch): void {
    applyPatch(this.planes, patch);
    applyPatchToCounts(this.counts, patch);
    this.#publish(patch);
  }

  #publish(patch: LabelPatch): void {
    this.#labelRevision++;
    this.#emit({ type: 'patch', patch, rect: patchBounds(patch), labelRevision: this.#labelRevision });
  }

  #setClasses(classes: readonly SegmentationClass[]): void {
    this.#classes = classes;
    this.#emit({ type: 'classes' });
  }

  #cancelGesture(): boolean {
    if (this.#gesture === null) return false;
    const { transaction } = this.#gesture;
    this.#gesture = null;
    transaction.rollback();
    if (transaction.bounds !== null) this.#emit({ type: 'pixels', rect: transaction.bounds });
    this.#emit({ type: 'history' });
    return true;
  }

  #requireClass(id: number): SegmentationClass {
    const found = this.#classes.find((c) => c.id === id);
    if (found === undefined) throw new RangeError(`There is no class with id ${id}.`);
    return found;
  }

  #requireStrokeId(highest: number): number {
    if (highest > MAX_STROKE_ID) {
      throw new StrokeLimitError(
        `This picture has used all ${MAX_STROKE_ID} stroke numbers: what is painted stays, but no new stroke can begin.`,
      );
    }
    return highest;
  }

  #freeName(): string {
    for (let number = this.#classes.length + 1; ; number++) {
      const name = `Class ${number}`;
      if (!this.#classes.some((c) => c.name === name)) return name;
    }
  }

  #emit(change: DocumentChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
