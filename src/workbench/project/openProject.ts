import type { PictureLabels } from '../../editor/pictureLabels.ts';
import type { ProjectDocument } from '../../editor/projectDocument.ts';
import { clonePlanes } from '../../labels/planes.ts';
import { Corrections } from '../../metrics/corrections.ts';
import {
  type PictureState,
  PROJECT_VERSION,
  type ProjectContents,
  type ProjectState,
  type SavedCurves,
  type SavedLearnerState,
} from '../../project/projectState.ts';
import type { Sample } from '../../samples/sample.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { CURVE_NAMES, TrainingCurves } from '../../training/curves.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';

/** A project that is open: its document, its pictures, and what was learned from them. */
export class OpenProject {
  readonly id: string;
  readonly sample: Sample | null;
  readonly document: ProjectDocument;
  /** Longest side that its pictures are reduced to. */
  readonly workingSizePx: number;
  /** By id; removed pictures too, for undo brings them back. */
  readonly pictures: ReadonlyMap<string, ProjectPicture>;
  name: string;
  settings: LearnerSettings;
  activePictureId: string | null;
  curves = new TrainingCurves();
  /** Learner B's, while two are compared. */
  comparedCurves = new TrainingCurves();
  /** What its strokes were worth. */
  readonly corrections: Corrections;
  /**
   * The newest copy of its learner that the page has: as it was left at the last visit, then each that the worker hands
   * over. `null`: it never took a step since it began, or began anew.
   */
  learner: SavedLearnerState | null = null;
  /** The step whose loss was no number, until a sound learner is handed over again. */
  divergedStep: number | null = null;
  /** Pictures whose files cannot be read from storage: what is stored of them, their labels above all, stays as it is. */
  setAside: readonly PictureState[] = [];
  readonly #pictures: Map<string, ProjectPicture>;

  constructor(init: {
    readonly id: string;
    readonly name: string;
    readonly sample: Sample | null;
    readonly document: ProjectDocument;
    readonly workingSizePx: number;
    readonly pictures: Iterable<ProjectPicture>;
    readonly settings: LearnerSettings;
    readonly activePictureId: string | null;
    readonly corrections?: Corrections;
  }) {
    this.id = init.id;
    this.name = init.name;
    this.sample = init.sample;
    this.document = init.document;
    this.workingSizePx = init.workingSizePx;
    this.#pictures = new Map([...init.pictures].map((picture) => [picture.id, picture]));
    this.pictures = this.#pictures;
    this.settings = init.settings;
    this.activePictureId = init.activePictureId;
    this.corrections = init.corrections ?? new Corrections();
  }

  /** The pictures that are not removed, in the strip's order. */
  get shown(): ProjectPicture[] {
    return this.document.pictures.flatMap(({ id }) => this.#pictures.get(id) ?? []);
  }

  add(picture: ProjectPicture): void {
    this.#pictures.set(picture.id, picture);
  }

  dispose(): void {
    for (const picture of this.#pictures.values()) picture.dispose();
  }
}

/** A change of one picture's labels, ready to leave the page's thread. */
export interface EncodedPatch {
  readonly pictureId: string;
  /** The picture's, with this change. */
  readonly labelRevision: number;
  /** What `encodePatch` wrote; whoever gets it copies it or leaves it as it is. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What is saved of a project besides files, planes and weights, as of now; pictures that are set aside are in it. */
export function projectStateOf(project: OpenProject): ProjectState {
  const { document } = project;
  return {
    version: PROJECT_VERSION,
    id: project.id,
    name: project.name,
    sampleId: project.sample?.id ?? null,
    modifiedMs: Date.now(),
    classes: [...document.classes],
    hiddenClassIds: [...document.hiddenClassIds],
    lockedClassIds: [...document.lockedClassIds],
    settings: project.settings,
    workingSizePx: project.workingSizePx,
    activePictureId: project.activePictureId,
    pictures: [...project.shown.map(pictureStateOf), ...project.setAside],
    corrections: project.corrections.save(),
    divergedStep: project.divergedStep,
  };
}

function pictureStateOf({ labels, originalWidth, originalHeight }: ProjectPicture): PictureState {
  const { id, name, width, height, use, done } = labels;
  return { id, name, width, height, originalWidth, originalHeight, use, done, strokeOrigins: strokeOriginsOf(labels) };
}

/** All of a project as a file holds it, as of now, with this copy of its learner; label planes are copies. */
export function contentsOf(project: OpenProject, learner: SavedLearnerState | null): ProjectContents {
  const state = projectStateOf(project);
  return {
    // What is set aside has no file to be saved with.
    state: { ...state, pictures: state.pictures.filter(({ id }) => project.pictures.has(id)) },
    pictures: new Map(project.shown.map(({ id, file, labels }) => [id, { file, planes: clonePlanes(labels.planes) }])),
    learner,
  };
}

/** Curves as plain numbers. */
export function savedCurves(curves: TrainingCurves): SavedCurves {
  return Object.fromEntries(CURVE_NAMES.map((name) => [name, curves[name].pairs()])) as SavedCurves;
}

/** Curves from the numbers that {@link savedCurves} gave. */
export function restoredCurves(saved: SavedCurves): TrainingCurves {
  const curves = new TrainingCurves();
  for (const name of CURVE_NAMES) for (const [step, value] of saved[name]) curves[name].push(step, value);
  return curves;
}

function strokeOriginsOf({ strokeOrigins }: PictureLabels): ProjectState['pictures'][number]['strokeOrigins'] {
  return [...strokeOrigins].map(([strokeId, origin]) => ({ strokeId, origin }));
}
