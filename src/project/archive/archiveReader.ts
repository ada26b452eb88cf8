import type { LabelPlanes } from '../../labels/planes.ts';
import type { PictureState, ProjectContents, ProjectState, SavedLearnerState } from '../projectState.ts';
import {
  MANIFEST_PATH,
  MAX_JSON_BYTES,
  type Manifest,
  type PicturePaths,
  parseLearnerFacts,
  parseManifest,
} from './manifest.ts';
import { arePlanesOf } from './planeCheck.ts';
import { decodeClassPlane, decodeStrokePlane, planePngLimit } from './planePng.ts';
import { damagedFile, notProjectFile, oversizedFile } from './projectFileError.ts';
import { ZipReader } from './zipReader.ts';

/** 100 megapixels, the most that is opened, are at most 400 MB where they are not packed at all. */
const MAX_PICTURE_BYTES = 512 * 1024 * 1024;
const MAX_LEARNER_BYTES = 1024 * 1024 * 1024;
/** Most bytes that all label planes together may take: 500 pictures of 1024 × 1024 pixels fit. */
const MAX_PLANES_BYTES = 2 ** 31;
const PLANE_BYTES_PER_PIXEL = 3;

/**
 * Reads a project archive. Everything is checked before it is believed: the ZIP structure with its checksums and
 * declared sizes, the manifest (migrated from older versions), the planes against manifest and class list. The learner's
 * state is handed over as it is, for the trainer to check.
 *
 * Throws a `ProjectFileError` with one sentence for anything malformed, too large or newer.
 */
export async function readProjectArchive(archive: Blob): Promise<ProjectContents> {
  const zip = await ZipReader.open(archive);
  if (!zip.has(MANIFEST_PATH)) throw notProjectFile();
  const manifest = parseManifest(await zip.read(MANIFEST_PATH, MAX_JSON_BYTES));
  const { state, files } = manifest;
  const pixelCount = state.pictures.reduce((sum, { width, height }) => sum + width * height, 0);
  if (pixelCount * PLANE_BYTES_PER_PIXEL > MAX_PLANES_BYTES) throw oversizedFile();

  const pictures = new Map<string, { readonly file: Blob; readonly planes: LabelPlanes }>();
  for (const [i, picture] of state.pictures.entries()) {
    const paths = files[i];
    if (paths === undefined) throw damagedFile();
    const file = new Blob([await zip.read(paths.picture, MAX_PICTURE_BYTES)], { type: paths.mediaType });
    pictures.set(picture.id, { file, planes: await readPlanes(zip, paths, picture, state.classes) });
  }
  // Only where a person looked: no reason to refuse their labels.
  const activePictureId = pictures.has(state.activePictureId ?? '') ? state.activePictureId : null;
  return { state: { ...state, activePictureId }, pictures, learner: await readLearner(zip, manifest) };
}

async function readPlanes(
  zip: ZipReader,
  { labels, strokes }: PicturePaths,
  { width, height }: PictureState,
  classes: ProjectState['classes'],
): Promise<LabelPlanes> {
  const classPng = await zip.read(labels, planePngLimit(width, height, 'classIds'));
  const strokePng = await zip.read(strokes, planePngLimit(width, height, 'strokeIds'));
  const planes: LabelPlanes = {
    width,
    height,
    classIds: decodeClassPlane(classPng, width, height),
    strokeIds: decodeStrokePlane(strokePng, width, height),
  };
  if (!arePlanesOf(planes, { width, height }, classes)) throw damagedFile();
  return planes;
}

async function readLearner(zip: ZipReader, { learner }: Manifest): Promise<SavedLearnerState | null> {
  if (learner === null) return null;
  const facts = parseLearnerFacts(await zip.read(learner.facts, MAX_JSON_BYTES));
  const state = await zip.read(learner.state, MAX_LEARNER_BYTES);
  return { state: state.buffer, ...facts };
}
