import { decodeMaskPng, type Mask } from '../project/maskPng.ts';
import type { Sample } from './samples.ts';

/** A built-in picture as it lies beside the page. */
export interface LoadedSample {
  readonly file: Blob;
  /** Class ids at the file's size, 255 where unknown; `null` where there is no truth. */
  readonly truth: Mask | null;
}

/**
 * Fetches a built-in picture, and its exact mask where one is known. Throws an `Error` with one sentence for a person
 * when a file cannot be fetched or read.
 */
export async function loadSample(sample: Sample): Promise<LoadedSample> {
  const [file, truth] = await Promise.all([fetchBlob(sample.picture), loadTruth(sample)]);
  return { file, truth };
}

/** The exact mask of a built-in picture, `null` where none is known. Throws as {@link loadSample} does. */
export async function loadTruth(sample: Sample): Promise<Mask | null> {
  if (sample.truth === null) return null;
  const blob = await fetchBlob(sample.truth);
  return decodeMaskPng(new Uint8Array(await blob.arrayBuffer()));
}

async function fetchBlob(path: string): Promise<Blob> {
  const failure = `The built-in picture file “${path}” could not be loaded.`;
  const response = await fetch(new URL(path, document.baseURI)).catch((cause: unknown) => {
    throw new Error(failure, { cause });
  });
  if (!response.ok) throw new Error(failure);
  return response.blob();
}
