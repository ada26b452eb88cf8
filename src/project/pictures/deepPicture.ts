import { decodeDeepPng, isDeepPng } from '../formats/deepPng.ts';
import type { DecodedPicture } from '../formats/raster.ts';
import { isTiff } from '../formats/tiffDirectory.ts';
import { decodeTiff } from '../formats/tiffPicture.ts';

/** Bytes of a file that {@link isDeepPicture} looks at. */
export const DEEP_START_BYTES = 32;

/** Whether a file is one that is decoded here and not by the browser: a TIFF or a PNG with 16 bits a sample. */
export function isDeepPicture(start: Uint8Array): boolean {
  return isTiff(start) || isDeepPng(start);
}

/**
 * Decodes a file that {@link isDeepPicture}, upright; `notice` is one sentence about what of the file was left out.
 * Throws a `PictureFileError` with one sentence for a person.
 */
export function decodeDeepPicture(bytes: Uint8Array): DecodedPicture & { readonly notice: string | null } {
  return isTiff(bytes) ? decodeTiff(bytes) : { ...decodeDeepPng(bytes), notice: null };
}
