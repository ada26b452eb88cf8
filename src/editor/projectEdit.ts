import { invertPatch, type LabelPatch, patchByteLength } from '../labels/patch.ts';
import { StrokeTransaction } from '../labels/strokeTransaction.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import { type PictureChange, pictureChangeByteLength } from './pictureChange.ts';
import type { PictureLabels } from './pictureLabels.ts';

/** What an edit changes: label planes, the class list, what is known of a picture. */
export interface EditContents {
  readonly patches: readonly { readonly picture: PictureLabels; readonly patch: LabelPatch }[];
  readonly classes: {
    readonly before: readonly SegmentationClass[];
    readonly after: readonly SegmentationClass[];
  } | null;
  readonly pictureChange: PictureChange | null;
}

/** One undoable edit. */
export interface ProjectEdit extends EditContents {
  /** Name in the history. */
  readonly name: string;
  /** The picture it changes; `null` where it is not of a single one. */
  readonly pictureId: string | null;
  /** The stroke that was painted by hand; `null` where it is no stroke, or not by hand. */
  readonly strokeId: number | null;
  /**
   * Edits that painted nothing, in a row and with the same key, are one: a drag through a colour picker, say. Those of
   * different pictures have different keys.
   */
  readonly mergeKey: string | null;
  readonly byteLength: number;
}

const CLASS_EDIT_BYTES = 4096;

/** Bytes of memory that an edit holds. */
export function editByteLength({ patches, classes, pictureChange }: EditContents): number {
  const runs = patches.reduce((sum, { patch }) => sum + patchByteLength(patch), 0);
  const picture = pictureChange === null ? 0 : pictureChangeByteLength(pictureChange);
  return runs + picture + (classes === null ? 0 : CLASS_EDIT_BYTES);
}

/** The inverse edit. */
export function invertEdit({ patches, classes, pictureChange }: EditContents): EditContents {
  return {
    patches: patches.map(({ picture, patch }) => ({ picture, patch: invertPatch(patch) })),
    classes: classes && { before: classes.after, after: classes.before },
    pictureChange: pictureChange && { ...pictureChange, before: pictureChange.after, after: pictureChange.before },
  };
}

/** Merges two successive edits into one, under the earlier one's name; `null` where they do not belong together. */
export function mergeEdits(
  earlier: ProjectEdit,
  later: Omit<ProjectEdit, 'byteLength'>,
): Omit<ProjectEdit, 'byteLength'> | null {
  if (later.mergeKey === null || later.mergeKey !== earlier.mergeKey) return null;
  if (earlier.patches.length > 0 || later.patches.length > 0) return null;
  return {
    ...later,
    name: earlier.name,
    classes: spanOf(earlier.classes, later.classes),
    pictureChange: spanOf(earlier.pictureChange, later.pictureChange),
  };
}

/** An edit in the making: pictures are painted through it, and it ends as a whole or not at all. */
export class EditDraft {
  /** The class list as it will be. */
  classes: readonly SegmentationClass[];
  readonly #classesBefore: readonly SegmentationClass[];
  readonly #protectedIds: ReadonlySet<number> | null;
  readonly #open = new Map<PictureLabels, { readonly transaction: StrokeTransaction; readonly freeStrokeId: number }>();

  constructor(classes: readonly SegmentationClass[], protectedIds: ReadonlySet<number> | null) {
    this.classes = classes;
    this.#classesBefore = classes;
    this.#protectedIds = protectedIds;
  }

  /** What writes to a picture's planes. */
  paint(picture: PictureLabels): StrokeTransaction {
    let open = this.#open.get(picture);
    if (open === undefined) {
      const { planes, counts, freeStrokeId } = picture;
      open = { transaction: new StrokeTransaction(planes, counts, this.#protectedIds), freeStrokeId };
      this.#open.set(picture, open);
    }
    return open.transaction;
  }

  /**
   * Ends the draft with what it changed in each picture and in the class list; stroke numbers of pictures left as they
   * were go back.
   */
  commit(): Pick<ProjectEdit, 'patches' | 'classes'> {
    const patches: { picture: PictureLabels; patch: LabelPatch }[] = [];
    for (const [picture, { transaction, freeStrokeId }] of this.#open) {
      const patch = transaction.commit();
      if (patch === null) picture.returnStrokeIds(freeStrokeId);
      else patches.push({ picture, patch });
    }
    const before = this.#classesBefore;
    return { patches, classes: isSameList(before, this.classes) ? null : { before, after: this.classes } };
  }

  /** Puts every pixel back. */
  rollback(): void {
    for (const [picture, { transaction, freeStrokeId }] of this.#open) {
      transaction.rollback();
      picture.returnStrokeIds(freeStrokeId);
    }
  }
}

/** Joins two successive changes: before the first, after the second. */
function spanOf<Change extends { readonly before: unknown }>(
  earlier: Change | null,
  later: Change | null,
): Change | null {
  return earlier === null || later === null ? (earlier ?? later) : { ...later, before: earlier.before };
}

function isSameList(a: readonly SegmentationClass[], b: readonly SegmentationClass[]): boolean {
  const isSame = (x: SegmentationClass, y: SegmentationClass | undefined) =>
    x.id === y?.id && x.name === y.name && x.color === y.color;
  return a.length === b.length && a.every((x, i) => isSame(x, b[i]));
}
