import { decodeMaskPng, resizeMask } from '../project/maskPng.ts';
import { type OpenedPicture, openPictureFile } from '../project/pictureFile.ts';
import type { Sample } from './samples.ts';

/** A built-in picture at working size, with its truth where one is known. */
export interface LoadedSample {
  /** The caller closes its bitmap. */
  readonly picture: OpenedPicture;
  /** Class id per working pixel, row-major, 255 where unknown; `null` where there is no truth. */
  readonly truth: Uint8Array<ArrayBuffer> | null;
}

/**
 * Fetches a built-in picture from beside the page and opens it with its longest side at most `workingSizePx`. Throws an
 * `Error` with one sentence for a person when a file cannot be fetched or read.
 */
export async function loadSample(sample: Sample, workingSizePx: number): Promise<LoadedSample> {
  const [pictureBlob, truthBlob] = await Promise.all([
    fetchBlob(sample.picture),
    sample.truth === null ? null : fetchBlob(sample.truth),
  ]);
  // Before the picture, which would have to be closed if the mask were damaged.
  const mask = truthBlob === null ? null : decodeMaskPng(new Uint8Array(await truthBlob.arrayBuffer()));
  const picture = await openPictureFile(pictureBlob, { workingSizePx });
  return { picture, truth: mask === null ? null : resizeMask(mask, picture.width, picture.height).values };
}

async function fetchBlob(path: string): Promise<Blob> {
  const failure = `The built-in picture file “${path}” could not be loaded.`;
  const response = await fetch(new URL(path, document.baseURI)).catch((cause: unknown) => {
    throw new Error(failure, { cause });
  });
  if (!response.ok) throw new Error(failure);
  return response.blob();
}
