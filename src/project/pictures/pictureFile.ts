import { exchange } from '../exchange.ts';
import { PageFile } from '../page/pageFile.ts';
import { PictureFileError } from './pictureHeader.ts';
import type { OpenedPicture, PictureWorkerReply, PictureWorkerRequest } from './pictureMessages.ts';
import pictureWorkerUrl from './pictureWorker.ts?worker&url';

const SCRIPT = new PageFile(pictureWorkerUrl);

/**
 * Opens a picture file at working size: longest side `workingSizePx`, never enlarged, upright, in sRGB, transparent
 * pixels over white. TIFF files and PNGs with 16 bits a sample are decoded by code of our own, the others by the
 * browser. All of it happens in a worker of its own, so that a large picture does not stall the page. The same file
 * gives the same pixels in the same browser.
 *
 * The caller closes `bitmap`. Throws a `PictureFileError` with one sentence for a person when the file is empty, not a
 * picture, damaged, larger than 16,384 pixels a side or 100 megapixels (told from its header where possible, before
 * anything is decoded), or smaller than 8 pixels; a `PageFileError` when the worker's script does not arrive; and
 * `signal`'s reason when that aborts, which ends the worker.
 */
export async function openPictureFile(
  blob: Blob,
  options: { readonly workingSizePx: number; readonly signal?: AbortSignal },
): Promise<OpenedPicture> {
  const { workingSizePx, signal } = options;
  const failure = (message: string) => new PictureFileError(message);
  const reply = await askPictureWorker({ type: 'openPicture', blob, workingSizePx }, failure, signal);
  if (reply.type === 'opened') return reply.picture;
  throw failure(refusalOf(reply));
}

/** The sentence of a reply that does not bring what was asked for. */
export function refusalOf(reply: PictureWorkerReply): string {
  return reply.type === 'refused' ? reply.message : 'The part of the page that opens pictures mixed up its answers.';
}

/**
 * Asks a new picture worker and ends it after its answer. Throws a `PageFileError` when its script does not arrive, what
 * `failure` makes of a sentence when it stops, and `signal`'s reason when that aborts.
 */
export async function askPictureWorker(
  request: PictureWorkerRequest,
  failure: (message: string) => Error,
  signal: AbortSignal | undefined,
): Promise<PictureWorkerReply> {
  signal?.throwIfAborted();
  // A worker for each picture: a large one's memory goes back at once.
  const worker = SCRIPT.startWorker();
  const failed = () => failure('The part of the page that opens pictures stopped; nothing was changed.');
  try {
    return await exchange<PictureWorkerReply>(worker, request, failed, signal);
  } finally {
    worker.terminate();
  }
}
