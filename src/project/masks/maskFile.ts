import { askPictureWorker, refusalOf } from '../pictures/pictureFile.ts';
import type { ImportedMask } from './maskImport.ts';
import { MaskFormatError } from './maskPng.ts';

/**
 * Reads a mask file as `readMaskFile` does, in a worker of its own, so that a large mask does not stall the page.
 *
 * Throws a `MaskFormatError` or a `PageFileError` with one sentence for a person, and `signal`'s reason when that aborts.
 */
export async function openMaskFile(blob: Blob, options: { readonly signal?: AbortSignal } = {}): Promise<ImportedMask> {
  const failure = (message: string) => new MaskFormatError(message);
  const reply = await askPictureWorker({ type: 'readMask', blob }, failure, options.signal);
  if (reply.type === 'mask') return reply.mask;
  throw failure(refusalOf(reply));
}
