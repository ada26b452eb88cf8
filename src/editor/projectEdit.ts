import { type LabelPatch, patchByteLength } from '../labels/patch.ts';
import { StrokeTransaction } from '../labels/strokeTransaction.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import type { PictureLabels } from './pictureLabels.ts';

/** One undoable edit: what changed in label planes, in the class list, in the list of pictures. */
export interface ProjectEdit {
  /** As it stands in the history. */
  readonly name: string;
  /** Where a person would look for it; `null`: it belongs to no single picture. */
  readonly pictureId: string | null;
  readonly patches: readonly { readonly picture: PictureLabels; readonly patch: LabelPatch }[];
  readonly classes: {
    readonly before: readonly SegmentationClass[];
    readonly after: readonly SegmentationClass[];
  } | null;
  /** `index`: the place that the picture had when it was last taken away. */
  readonly removed: { readonly picture: PictureLabels; index: number } | null;
  /** Edits of classes alone, in a row and with the same key, are one: a drag through a colour picker, say. */
  readonly mergeKey: string | null;
  readonly byteLength: number;
}

const CLASS_EDIT_BYTES = 4096;
const BYTES_PER_PIXEL = 3;

/** Memory that an edit holds. */
export function editByteLength({ patches, classes, removed }: Omit<ProjectEdit, 'byteLength'>): number {
  const runs = patches.reduce((sum, { patch }) => sum + patchByteLength(patch), 0);
  const planes = removed === null ? 0 : BYTES_PER_PIXEL * removed.picture.width * removed.picture.height;
  return runs + planes + (classes === null ? 0 : CLASS_EDIT_BYTES);
}

/** Two edits in a row as one, with the later one's name; `null` where they are two. */
export function mergeEdits(
  earlier: ProjectEdit,
  later: Omit<ProjectEdit, 'byteLength'>,
): Omit<ProjectEdit, 'byteLength'> | null {
  if (later.mergeKey === null || later.mergeKey !== earlier.mergeKey) return null;
  if (earlier.classes === null || later.classes === null) return null;
  if (earlier.patches.length > 0 || later.patches.length > 0) return null;
  return { ...later, classes: { before: earlier.classes.before, after: later.classes.after } };
}

/** An edit in the making: pictures are painted through it, and it ends as a whole or not at all. */
export class EditDraft {
  /** The class list as it will be. */
  classes: readonly SegmentationClass[];
  readonly #classesBefore: readonly SegmentationClass[];
  readonly #protectedIds: ReadonlySet<number> | null;
  readonly #open = new Map<PictureLabels, { readonly transaction: StrokeTransaction; readonly nextStrokeId: number }>();

  constructor(classes: readonly SegmentationClass[], protectedIds: ReadonlySet<number> | null) {
    this.classes = classes;
    this.#classesBefore = classes;
    this.#protectedIds = protectedIds;
  }

  /** What writes to a picture's planes. */
  paint(picture: PictureLabels): StrokeTransaction {
    let open = this.#open.get(picture);
    if (open === undefined) {
      const { planes, counts, nextStrokeId } = picture;
      open = { transaction: new StrokeTransaction(planes, counts, this.#protectedIds), nextStrokeId };
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
    for (const [picture, { transaction, nextStrokeId }] of this.#open) {
      const patch = transaction.commit();
      if (patch === null) picture.returnStrokeIds(nextStrokeId);
      else patches.push({ picture, patch });
    }
    const before = this.#classesBefore;
    return { patches, classes: isSameList(before, this.classes) ? null : { before, after: this.classes } };
  }

  /** Puts every pixel back. */
  rollback(): void {
    for (const [picture, { transaction, nextStrokeId }] of this.#open) {
      transaction.rollback();
      picture.returnStrokeIds(nextStrokeId);
    }
  }
}

function isSameList(a: readonly SegmentationClass[], b: readonly SegmentationClass[]): boolean {
  const isSame = (x: SegmentationClass, y: SegmentationClass | undefined) =>
    x.id === y?.id && x.name === y.name && x.color === y.color;
  return a.length === b.length && a.every((x, i) => isSame(x, b[i]));
}
