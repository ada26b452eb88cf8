import { paintStrokes } from '../editor/labelEdits.ts';
import { ProjectDocument } from '../editor/projectDocument.ts';
import { Corrections } from '../metrics/corrections.ts';
import { type Mask, resizeMask } from '../project/maskPng.ts';
import { type OpenedPicture, openPictureFile } from '../project/pictureFile.ts';
import type { PictureState, ProjectContents, ProjectState } from '../project/projectState.ts';
import type { ProjectStorage, StoredProject } from '../project/storage/projectStorage.ts';
import { loadSample, sampleKnowledge } from '../samples/loadSample.ts';
import { type Sample, scaleStrokes } from '../samples/samples.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import { OpenProject } from './openProject.ts';
import { ProjectPicture } from './projectPicture.ts';

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
 * begins, not an edit in it. Rejects with a sentence when its files cannot be had.
 */
export async function createExampleProject(
  sampleId: string,
  workingSizePx: number,
  settings: LearnerSettings,
): Promise<OpenProject> {
  const opened = await openSample(sampleId, workingSizePx);
  return exampleProject(opened, exampleId(sampleId), exampleDocument(opened.sample, opened), workingSizePx, settings);
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

/** A project as it was stored. Pictures whose files are gone are left out and named in `lost`. */
export async function restoreStoredProject(
  storage: ProjectStorage,
  stored: StoredProject,
): Promise<{ readonly project: OpenProject; readonly lost: readonly string[] }> {
  const { state } = stored;
  const files = new Map<string, { readonly file: Blob; readonly thumbnail: Blob }>();
  for (const { id } of state.pictures) {
    const found = await storage.files(state.id, id).catch(() => null);
    if (found !== null) files.set(id, found);
  }
  const lost = state.pictures.filter(({ id }) => !files.has(id)).map(({ name }) => name);
  const project = await assemble(
    { ...state, pictures: state.pictures.filter(({ id }) => files.has(id)) },
    (id) => stored.planes.get(id),
    (id) => files.get(id),
  );
  project.learner = stored.learner;
  project.divergedStep = state.divergedStep;
  return { project, lost };
}

/**
 * A project from a file, under a new id, so that one that is stored here already stays as it is. Rejects with a sentence
 * when one of its pictures cannot be opened.
 */
export async function projectFromContents(contents: ProjectContents): Promise<OpenProject> {
  const { state, pictures, learner } = contents;
  const thumbnails = new Map<string, Blob>();
  for (const { id } of state.pictures) {
    const file = pictures.get(id)?.file ?? new Blob();
    const opened = await openPictureFile(file, { workingSizePx: state.workingSizePx });
    opened.bitmap.close();
    thumbnails.set(id, opened.thumbnail);
  }
  const project = await assemble(
    { ...state, id: newId(), sampleId: null },
    (id) => {
      const planes = pictures.get(id)?.planes;
      return planes && { planes, labelRevision: 0 };
    },
    (id) => {
      const file = pictures.get(id)?.file;
      const thumbnail = thumbnails.get(id);
      return file && thumbnail && { file, thumbnail };
    },
  );
  project.learner = learner;
  return project;
}

async function assemble(
  state: ProjectState,
  planesOf: (
    id: string,
  ) =>
    | { readonly planes: OpenProject['document']['pictures'][number]['planes']; readonly labelRevision: number }
    | undefined,
  filesOf: (id: string) => { readonly file: Blob; readonly thumbnail: Blob } | undefined,
): Promise<OpenProject> {
  const known = state.sampleId === null ? null : await sampleKnowledge(state.sampleId);
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
