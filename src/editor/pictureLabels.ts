import { applyPatch, applyPatchToCounts, type LabelPatch } from '../labels/patch.ts';
import { countByClass, createPlanes, type LabelPlanes } from '../labels/planes.ts';
import type { StrokeOrigin } from '../labels/strokeOrigin.ts';
import type { PictureUse } from '../settings/pictureUse.ts';
import { type GestureNature, type PaintTarget, RefusedEditError, type StrokeGesture } from './paintTarget.ts';

const MAX_STROKE_ID = 0xffff;

/** What {@link PictureLabels} start from. */
export interface PictureLabelsInit {
  readonly id: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Taken over, not copied; all unlabeled when left out. Another size than the picture's is a `RangeError`. */
  readonly planes?: LabelPlanes;
  readonly strokeOrigins?: Iterable<readonly [strokeId: number, origin: StrokeOrigin]>;
  /** `train` when left out. */
  readonly use?: PictureUse;
  readonly done?: boolean;
  /** Label revision to continue from, for planes restored from storage; 0 when left out. */
  readonly labelRevision?: number;
}

/** Begins a gesture on a picture; the project does it, for its classes, locks and history are shared. */
export type BeginStroke = (picture: PictureLabels, classId: number, nature: GestureNature) => StrokeGesture;

/**
 * One picture's labels within a project: live planes, their counts, and where the strokes came from.
 *
 * Everything that writes goes through the `ProjectDocument` that made it; there are no setters here for others.
 */
export class PictureLabels implements PaintTarget {
  readonly id: string;
  readonly planes: LabelPlanes;
  /** Pixels per class id: 256 counts, the last of the unlabeled ones. Up to date during a gesture, too. */
  readonly counts: Uint32Array<ArrayBuffer>;
  /** Origin by stroke id, for strokes that were not painted by hand. */
  readonly strokeOrigins: Map<number, StrokeOrigin>;
  name: string;
  use: PictureUse;
  done: boolean;
  readonly #begin: BeginStroke;
  readonly #projectNextStrokeId: () => number;
  #labelRevision: number;
  #freeStrokeId: number;

  /** `projectNextStrokeId`: above all stroke ids of all pictures. */
  constructor(init: PictureLabelsInit, begin: BeginStroke, projectNextStrokeId: () => number) {
    const { id, name, width, height, planes = createPlanes(width, height) } = init;
    if (planes.width !== width || planes.height !== height) {
      throw new RangeError(
        `Labels of ${planes.width} × ${planes.height} pixels do not fit a picture of ${width} × ${height}.`,
      );
    }
    this.id = id;
    this.name = name;
    this.planes = planes;
    this.counts = countByClass(planes);
    this.use = init.use ?? 'train';
    this.done = init.done ?? false;
    this.#labelRevision = init.labelRevision ?? 0;
    this.#begin = begin;
    this.#projectNextStrokeId = projectNextStrokeId;
    const freeStrokeId = planes.strokeIds.reduce((highest, strokeId) => Math.max(highest, strokeId), 0) + 1;
    this.#freeStrokeId = freeStrokeId;
    // Strokes that are painted over hand their numbers on; what is known of them must not stay behind.
    this.strokeOrigins = new Map([...(init.strokeOrigins ?? [])].filter(([strokeId]) => strokeId < freeStrokeId));
  }

  get width(): number {
    return this.planes.width;
  }

  get height(): number {
    return this.planes.height;
  }

  get classIds(): Uint8Array {
    return this.planes.classIds;
  }

  /** Grows by one with every patch, undo and redo included. */
  get labelRevision(): number {
    return this.#labelRevision;
  }

  /** Smallest stroke id that is above all those used in this picture. */
  get freeStrokeId(): number {
    return this.#freeStrokeId;
  }

  /** The id that the next stroke gets. In the whole project a higher id means a later stroke. */
  get nextStrokeId(): number {
    const next = this.#projectNextStrokeId();
    // A project that has used them all goes on with what its pictures have left, out of order.
    return next <= MAX_STROKE_ID ? next : this.#freeStrokeId;
  }

  beginStroke(classId: number, nature: GestureNature): StrokeGesture {
    return this.#begin(this, classId, nature);
  }

  /** Takes the next stroke id. Throws a {@link RefusedEditError} when all are used. */
  takeStrokeId(): number {
    this.requireStrokeIds(1);
    const strokeId = this.nextStrokeId;
    this.#freeStrokeId = strokeId + 1;
    return strokeId;
  }

  /** Gives back the stroke ids, and drops the origins, that were taken since {@link freeStrokeId} had this value. */
  returnStrokeIds(freeStrokeId: number): void {
    for (let strokeId = freeStrokeId; strokeId < this.#freeStrokeId; strokeId++) this.strokeOrigins.delete(strokeId);
    this.#freeStrokeId = freeStrokeId;
  }

  /** Throws a {@link RefusedEditError} unless that many stroke ids are left. */
  requireStrokeIds(count: number): void {
    if (this.nextStrokeId + count - 1 > MAX_STROKE_ID) {
      throw new RefusedEditError(
        `This picture has used all ${MAX_STROKE_ID} stroke numbers: what is painted stays, but no new stroke can begin.`,
      );
    }
  }

  /** Applies a patch to planes and counts. */
  apply(patch: LabelPatch): void {
    applyPatch(this.planes, patch);
    applyPatchToCounts(this.counts, patch);
  }

  /** Counts an applied patch; returns the new label revision. */
  revise(): number {
    this.#labelRevision++;
    return this.#labelRevision;
  }
}
