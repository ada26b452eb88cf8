import { paintStrokes } from '../../editor/labelEdits.ts';
import { ProjectDocument } from '../../editor/projectDocument.ts';
import { Corrections } from '../../metrics/corrections.ts';
import { type Mask, resizeMask } from '../../project/masks/maskPng.ts';
import type { PageFileError } from '../../project/page/pageFileError.ts';
import { openPictureFile } from '../../project/pictures/pictureFile.ts';
import type { OpenedPicture } from '../../project/pictures/pictureMessages.ts';
import type { PictureState, ProjectContents, ProjectState } from '../../project/projectState.ts';
import type { PictureFiles } from '../../project/storage/database.ts';
import type { ProjectStorage, StoredProject } from '../../project/storage/projectStorage.ts';
import { StorageError } from '../../project/storage/storageError.ts';
import { loadSample, type SampleKnowledge, sampleKnowledge } from '../../samples/loadSample.ts';
import type { Sample } from '../../samples/sample.ts';
import { scaleStrokes } from '../../samples/samples.ts';
import type { SegmentationClass } from '../../settings/classes.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { ProjectPicture } from '../pictures/projectPicture.ts';
import { OpenProject } from './openProject.ts';

/** Classes that a person's own project starts with. */
const FIRST_CLASSES: readonly SegmentationClass[] = [
  { id: 0, name: 'Background', color: '#5b83f7' },
  { id: 1, name: 'Object', color: '#f55f6e' },
];

/** An id that no other project or picture of this browser has. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Under which id the project of a built-in picture or a generated scene is stored. */
export function exampleId(sampleId: string): string {
  return `example-${sampleId}`;
}

/** A project without pictures. */
export function createEmptyProject(name: string, workingSizePx: number, settings: LearnerSettings): OpenProject {
  return new OpenProject({
    id: newId(),
    name,
    sample: null,
    document: new ProjectDocument({ classes: FIRST_CLASSES }),
    workingSizePx,
    pictures: [],
    settings,
    activePictureId: null,
  });
}

/**
 * The project of a built-in picture or a generated scene, with its starter strokes painted; they are where the history
 * begins, not an edit in it. Rejects with a sentence when its files cannot be had. `id` is another one where something
 * is stored under the usual one that has to stay.
 */
export async function createExampleProject(
  sampleId: string,
  workingSizePx: number,
  settings: LearnerSettings,
  id = exampleId(sampleId),
): Promise<OpenProject> {
  const opened = await openSample(sampleId, workingSizePx);
  return exampleProject(opened, id, exampleDocument(opened.sample, opened), workingSizePx, settings);
}

/** A built-in picture or a generated scene as it is opened. */
export interface OpenedSample extends OpenedPicture {
  readonly sample: Sample;
  readonly file: Blob;
  /** At the file's size; `null` where nobody knows. */
  readonly truth: Mask | null;
}

/** Rejects with a sentence when its files cannot be had, or there is none of this name. */
export async function openSample(sampleId: string, workingSizePx: number): Promise<OpenedSample> {
  const loaded = await loadSample(sampleId);
  return { ...(await openPictureFile(loaded.file, { workingSizePx })), ...loaded };
}

/** A built-in picture of this size, `scale` times its file's, with its starter strokes and no history. */
export function exampleDocument(
  sample: Sample,
  { width, height, scale }: Pick<OpenedPicture, 'width' | 'height' | 'scale'>,
): ProjectDocument {
  const document = new ProjectDocument({
    classes: sample.classes,
    pictures: [{ id: sample.id, name: sample.title, width, height }],
  });
  const strokes = scaleStrokes(sample.strokes, scale);
  paintStrokes(document, sample.id, strokes, { name: 'Starter strokes', origin: 'starter' });
  document.forgetHistory();
  return document;
}

/** The project of an opened sample, which it takes over, with the labels that `document` has of it. */
export function exampleProject(
  opened: OpenedSample,
  id: string,
  document: ProjectDocument,
  workingSizePx: number,
  settings: LearnerSettings,
): OpenProject {
  const { sample, file, truth, thumbnail, width, height, originalWidth, originalHeight } = opened;
  const picture = new ProjectPicture({
    labels: document.picture(sample.id),
    file,
    thumbnail,
    originalWidth,
    originalHeight,
    workingSizePx,
    sample,
    truth: truth === null ? null : resizeMask(truth, width, height).values,
  });
  picture.adopt(opened);
  return new OpenProject({
    id,
    name: sample.title,
    sample,
    document,
    workingSizePx,
    pictures: [picture],
    settings,
    activePictureId: sample.id,
  });
}

/** A project as it was stored, and what could not be read of it. */
export interface RestoredProject {
  /** Pictures whose files cannot be read are set aside. */
  readonly project: OpenProject;
  /** Files of pictures whose stored thumbnails cannot be read, with others made of the pictures; by picture id. */
  readonly mended: ReadonlyMap<string, PictureFiles>;
}

/**
 * Rejects with a {@link StorageError} or another sentence when nothing can be made of what is stored. An example whose exact
 * mask does not arrive is opened without it, and `tellMissing` called.
 */
export async function restoreStoredProject(
  storage: ProjectStorage,
  stored: StoredProject,
  tellMissing: (error: PageFileError) => void,
): Promise<RestoredProject> {
  const { state } = stored;
  const found = new Map<string, PictureFiles>();
  const mended = new Map<string, PictureFiles>();
  for (const { id } of state.pictures) {
    const files = await storage.files(state.id, id).catch(() => null);
    if (files === null) continue;
    const { file } = files;
    const thumbnail = files.thumbnail ?? (await thumbnailOf(file, state.workingSizePx));
    found.set(id, { file, thumbnail });
    if (files.thumbnail === null) mended.set(id, { file, thumbnail });
  }
  const isFound = ({ id }: PictureState) => found.has(id);
  const project = await assemble(
    { ...state, pictures: state.pictures.filter(isFound) },
    state.sampleId === null ? null : await sampleKnowledge(state.sampleId, tellMissing),
    (id) => stored.planes.get(id),
    (id) => found.get(id),
  ).catch((cause: unknown) => {
    if (!(cause instanceof RangeError)) throw cause;
    const message =
      'This project contradicts itself in storage and cannot be opened; all that is stored of it was kept as it is.';
    throw new StorageError('damaged', message, { cause });
  });
  project.setAside = state.pictures.filter((picture) => !isFound(picture));
  project.learner = stored.learner;
  project.divergedStep = state.divergedStep;
  return { project, mended };
}

/**
 * A project from a file, under a new id, so that one that is stored here already stays as it is. Pictures that cannot be
 * opened in this browser are in it with their files and labels. Rejects with a sentence when not one of them can.
 */
export async function projectFromContents(contents: ProjectContents): Promise<OpenProject> {
  const { state, pictures, learner } = contents;
  const files = new Map<string, PictureFiles>();
  const refusals: unknown[] = [];
  for (const { id } of state.pictures) {
    const file = pictures.get(id)?.file ?? new Blob();
    const thumbnail = await drawThumbnail(file, state.workingSizePx).catch((error: unknown) => {
      refusals.push(error);
      return NO_THUMBNAIL;
    });
    files.set(id, { file, thumbnail });
  }
  if (refusals.length > 0 && refusals.length === state.pictures.length) {
    throw new Error(
      'None of this project’s pictures can be opened in this browser; nothing that is open was changed.',
      {
        cause: refusals[0],
      },
    );
  }
  const project = await assemble(
    { ...state, id: newId(), sampleId: null },
    null,
    (id) => {
      const planes = pictures.get(id)?.planes;
      return planes && { planes, labelRevision: 0 };
    },
    (id) => files.get(id),
  );
  project.learner = learner;
  return project;
}

/** What stands in the strip for a picture that cannot be shown. */
const NO_THUMBNAIL = new Blob(
  [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 36" width="160" height="120"><rect width="48" height="36" ' +
      'fill="#8a8f98"/><path d="M18 12l12 12m0-12-12 12" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>',
  ],
  { type: 'image/svg+xml' },
);

/** Rejects with a sentence when the file cannot be opened. */
async function drawThumbnail(file: Blob, workingSizePx: number): Promise<Blob> {
  const { bitmap, thumbnail } = await openPictureFile(file, { workingSizePx });
  bitmap.close();
  return thumbnail;
}

async function thumbnailOf(file: Blob, workingSizePx: number): Promise<Blob> {
  return await drawThumbnail(file, workingSizePx).catch(() => NO_THUMBNAIL);
}

async function assemble(
  state: ProjectState,
  known: SampleKnowledge | null,
  planesOf: (
    id: string,
  ) =>
    | { readonly planes: OpenProject['document']['pictures'][number]['planes']; readonly labelRevision: number }
    | undefined,
  filesOf: (id: string) => PictureFiles | undefined,
): Promise<OpenProject> {
  const sample = known?.sample ?? null;
  const document = new ProjectDocument({
    classes: state.classes,
    hiddenClassIds: state.hiddenClassIds,
    lockedClassIds: state.lockedClassIds,
    pictures: state.pictures.map((picture) => ({
      ...pick(picture),
      ...planesOf(picture.id),
      strokeOrigins: picture.strokeOrigins.map(({ strokeId, origin }) => [strokeId, origin] as const),
    })),
  });
  const pictures: ProjectPicture[] = [];
  for (const { id, width, height, originalWidth, originalHeight } of state.pictures) {
    const files = filesOf(id);
    if (files === undefined) continue;
    const isSample = sample !== null && id === sample.id;
    const truth = isSample ? (known?.truth ?? null) : null;
    pictures.push(
      new ProjectPicture({
        labels: document.picture(id),
        ...files,
        originalWidth,
        originalHeight,
        workingSizePx: state.workingSizePx,
        sample: isSample ? sample : null,
        truth: truth === null ? null : resizeMask(truth, width, height).values,
      }),
    );
  }
  return new OpenProject({
    id: state.id,
    name: state.name,
    sample,
    document,
    workingSizePx: state.workingSizePx,
    pictures,
    settings: state.settings,
    activePictureId: state.activePictureId,
    corrections: Corrections.restored(state.corrections),
  });
}

function pick({ id, name, width, height, use, done }: PictureState) {
  return { id, name, width, height, use, done };
}
