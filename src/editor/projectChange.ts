import type { LabelPatch } from '../labels/patch.ts';
import type { PixelRect } from '../labels/rect.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import type { PictureLabelsInit } from './pictureLabels.ts';

/** What a listener hears about. */
export type ProjectChange =
  /** Live painting: pixels in `rect` changed and may change again. */
  | { readonly type: 'pixels'; readonly pictureId: string; readonly rect: PixelRect }
  /** An edit stands, or was undone or redone: `patch` is what to apply to a replica, inside `rect`. */
  | {
      readonly type: 'patch';
      readonly pictureId: string;
      readonly patch: LabelPatch;
      readonly rect: PixelRect;
      readonly labelRevision: number;
    }
  /** A stroke that a hand painted stands, or was undone; `patch` is what it made of the labels. */
  | {
      readonly type: 'stroke';
      readonly pictureId: string;
      readonly strokeId: number;
      readonly patch: LabelPatch;
      readonly stands: boolean;
    }
  | { readonly type: 'classes' }
  /** Which classes are hidden or locked. */
  | { readonly type: 'classMarks' }
  /** The list of pictures, or a picture's name, use or mark. */
  | { readonly type: 'pictures' }
  | { readonly type: 'history' };

/** What a {@link ProjectDocument} starts from. */
export interface ProjectDocumentInit {
  /** No id twice. */
  readonly classes: readonly SegmentationClass[];
  readonly pictures?: readonly PictureLabelsInit[];
  readonly hiddenClassIds?: Iterable<number>;
  readonly lockedClassIds?: Iterable<number>;
}

/** An edit as the history shows it. */
export interface HistoryItem {
  readonly name: string;
  readonly pictureId: string | null;
}
