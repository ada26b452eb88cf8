import { PictureFileError } from './pictureHeader.ts';

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
}

/** What the page asks the picture worker for. */
export interface PictureRequest {
  readonly blob: Blob;
  readonly workingSizePx: number;
}

/** The worker's only answer. */
export type PictureReply =
  | { readonly type: 'opened'; readonly picture: OpenedPicture }
  | { readonly type: 'refused'; readonly message: string };

/**
 * Opens a picture file at working size: longest side `workingSizePx`, never enlarged, upright, in sRGB, transparent
 * pixels over white. All of it happens in a worker of its own, so that a large picture does not stall the page.
 *
 * The caller closes `bitmap`. Throws a `PictureFileError` with one sentence for a person when the file is empty, not a
 * picture, damaged, larger than 16,384 pixels a side or 100 megapixels (told from its header where possible, before
 * anything is decoded), or smaller than 8 pixels.
 */
export async function openPictureFile(blob: Blob, options: { readonly workingSizePx: number }): Promise<OpenedPicture> {
  const worker = new Worker(new URL('./pictureWorker.ts', import.meta.url), { type: 'module' });
  try {
    const reply = await new Promise<PictureReply>((resolve, reject) => {
      worker.addEventListener('message', (event: MessageEvent<PictureReply>) => resolve(event.data));
      worker.addEventListener('error', () => {
        reject(new PictureFileError('The part of the page that opens pictures did not start; reload the page.'));
      });
      const request: PictureRequest = { blob, workingSizePx: options.workingSizePx };
      worker.postMessage(request);
    });
    if (reply.type === 'refused') throw new PictureFileError(reply.message);
    return reply.picture;
  } finally {
    // A worker for each picture: a large one's memory goes back at once.
    worker.terminate();
  }
}
