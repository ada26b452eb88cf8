import { decodeMaskPng, type Mask } from '../project/masks/maskPng.ts';
import { missingPageFile, PageFileError } from '../project/page/pageFileError.ts';
import { parseSceneId, type SceneSettings, sceneId } from '../settings/scene.ts';
import type { BuiltInSample, Sample, StarterStroke } from './sample.ts';
import { findSample } from './samples.ts';
import { sceneClasses } from './scenes/generateScene.ts';
import { makeScene } from './scenes/makeScene.ts';

/** A sample, and what is known of every pixel. */
export interface SampleKnowledge {
  readonly sample: Sample;
  /** Class ids at the file's size, 255 where unknown; `null` where there is no truth. */
  readonly truth: Mask | null;
}

/** A sample with its picture. */
export interface LoadedSample extends SampleKnowledge {
  readonly file: Blob;
}

/** Whether `id` names a built-in picture or a generated scene. */
export function isSampleId(id: string): boolean {
  return findSample(id) !== undefined || parseSceneId(id) !== null;
}

/**
 * Fetches a built-in picture or generates a scene, with its exact mask where one is known. Throws an `Error` with one
 * sentence for a person where there is no such sample or one of its files cannot be read, a `PageFileError` where one
 * does not arrive.
 */
export async function loadSample(id: string): Promise<LoadedSample> {
  const scene = parseSceneId(id);
  if (scene !== null) return loadScene(scene);
  const sample = builtIn(id);
  const [file, truth] = await Promise.all([fetchBlob(sample.picture), loadTruth(sample)]);
  return { sample, file, truth };
}

/**
 * What is known of a sample whose picture is here already; `null` where no sample is called `id` (any more). A built-in
 * picture's mask that does not arrive is left out, and `tellMissing` called. Throws as {@link loadSample} does.
 */
export async function sampleKnowledge(
  id: string,
  tellMissing: (error: PageFileError) => void,
): Promise<SampleKnowledge | null> {
  if (!isSampleId(id)) return null;
  const scene = parseSceneId(id);
  if (scene !== null) return loadScene(scene);
  const sample = builtIn(id);
  const truth = await loadTruth(sample).catch((error: unknown) => {
    if (!(error instanceof PageFileError)) throw error;
    tellMissing(error);
    return null;
  });
  return { sample, truth };
}

async function loadScene(settings: SceneSettings): Promise<LoadedSample> {
  const { file, mask, strokes } = await makeScene(settings);
  const { sizePx } = settings;
  return { sample: sceneSample(settings, strokes), file, truth: { width: sizePx, height: sizePx, values: mask } };
}

function sceneSample(settings: SceneSettings, strokes: readonly StarterStroke[]): Sample {
  return {
    id: sceneId(settings),
    title: `Scene ${settings.seed}`,
    blurb: 'Every pixel’s class is known here: train, and compare the two accuracies.',
    classes: sceneClasses(settings),
    strokes,
  };
}

function builtIn(id: string): BuiltInSample {
  const sample = findSample(id);
  if (sample === undefined) throw new Error(`There is no built-in picture called “${id}”.`);
  return sample;
}

async function loadTruth({ truth }: BuiltInSample): Promise<Mask | null> {
  if (truth === null) return null;
  const blob = await fetchBlob(truth);
  return decodeMaskPng(new Uint8Array(await blob.arrayBuffer()));
}

async function fetchBlob(path: string): Promise<Blob> {
  const subject = `The built-in picture file “${path}”`;
  const response = await fetch(new URL(path, document.baseURI)).catch(async (cause: unknown) => {
    throw await missingPageFile(subject, cause);
  });
  if (!response.ok) throw await missingPageFile(subject);
  return response.blob();
}
