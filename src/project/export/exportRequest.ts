import type { SegmentationClass } from '../../settings/classes.ts';
import type { PictureUse } from '../../settings/pictureUse.ts';

export const EXPORT_KINDS = ['labels', 'predictions', 'final', 'overlays', 'dataset', 'metrics'] as const;

/**
 * What is exported. `labels`: what a person painted. `predictions`: what the network says. `final`: the labels over the
 * prediction. `overlays`: the pictures under the colours of their final masks. `dataset`: pictures and masks in a
 * training library's layout. `metrics`: tables of scores and areas.
 */
export type ExportKind = (typeof EXPORT_KINDS)[number];

/** Folders as mmsegmentation's custom datasets or as fast.ai's CamVid have them. */
export const DATASET_LAYOUTS = ['mmsegmentation', 'fastai'] as const;

export type DatasetLayout = (typeof DATASET_LAYOUTS)[number];

/** How regions of a final mask are tidied up; areas in pixels of the working size. Painted labels are never changed. */
export interface CleanUp {
  /** Smaller regions join the class around them; 1 changes nothing. */
  readonly minAreaPx: number;
  /** Regions enclosed by one class join it up to this area; 0 changes nothing. */
  readonly maxHolePx: number;
}

/** One export of a person's choosing. */
export interface ExportRequest {
  readonly what: ExportKind;
  /** Size of masks, overlays and a data set's pictures. */
  readonly size: 'original' | 'working';
  /** For everything that has final masks; `null` leaves them as they are. */
  readonly cleanUp: CleanUp | null;
  /** How much of an overlay's colour is the class's, 0 to 1. */
  readonly opacity: number;
  /** For `dataset` alone: its layout and which masks it has. */
  readonly layout: DatasetLayout;
  readonly annotations: 'labels' | 'final';
}

/** A picture's scores, measured on whatever labels the page scores it with; `null` where undefined. */
export interface PictureScores {
  readonly maskedAccuracy: number | null;
  readonly meanIou: number | null;
  /** By class id; classes that neither labels nor prediction have are left out. */
  readonly iouByClass: ReadonlyMap<number, number>;
}

/** A picture as it is exported; all planes row-major at working size, `height × width`. */
export interface ExportPicture {
  readonly name: string;
  /** As it was opened. */
  readonly file: Blob;
  /** RGBA bytes, `4·height·width`; may be `null` where not {@link needsPixels}. */
  readonly pixels: Uint8ClampedArray | null;
  readonly width: number;
  readonly height: number;
  readonly originalWidth: number;
  readonly originalHeight: number;
  readonly use: PictureUse;
  /** Painted class ids, 255: unlabeled. */
  readonly classIds: Uint8Array;
  /** Predicted class ids, 254: predicted unlabeled; may be `null` where not {@link needsPrediction}. */
  readonly prediction: { readonly classMap: Uint8Array } | null;
  readonly scores: PictureScores | null;
}

/** Whether an export shows a picture's pixels at working size. */
export function needsPixels({ what, size }: ExportRequest): boolean {
  return size === 'working' && (what === 'overlays' || what === 'dataset');
}

/** Whether an export shows what the network predicts. */
export function needsPrediction({ what, annotations }: ExportRequest): boolean {
  return what !== 'labels' && !(what === 'dataset' && annotations === 'labels');
}

/** A finished export. */
export interface ExportedFile {
  /** With its ending, fit for any file system. */
  readonly name: string;
  readonly blob: Blob;
}

/** The classes in list order: a mask's values are indices of this list. */
export type ExportedClasses = readonly SegmentationClass[];

/** Why an export came to nothing; `message` is one sentence for the person who asked for it. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}
