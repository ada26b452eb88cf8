import type { ImportedMask } from '../masks/maskImport.ts';

/** A picture at its working size. The receiver owns `bitmap` and closes it. */
export interface OpenedPicture {
  readonly bitmap: ImageBitmap;
  /** RGBA bytes, row-major, `4·width·height`, every alpha 255. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  /** Size before it was reduced, upright. */
  readonly originalWidth: number;
  readonly originalHeight: number;
  /** Working pixels per original pixel, at most 1. */
  readonly scale: number;
  /** A small JPEG, at most 160 pixels wide. */
  readonly thumbnail: Blob;
  /** One sentence for a person about what of the file was left out, such as a TIFF's further pages, or `null`. */
  readonly notice: string | null;
}

/** What the page asks the picture worker for. */
export type PictureWorkerRequest =
  | { readonly type: 'openPicture'; readonly blob: Blob; readonly workingSizePx: number }
  | { readonly type: 'readMask'; readonly blob: Blob };

/** The worker's only answer. */
export type PictureWorkerReply =
  | { readonly type: 'opened'; readonly picture: OpenedPicture }
  | { readonly type: 'mask'; readonly mask: ImportedMask }
  | { readonly type: 'refused'; readonly message: string };
