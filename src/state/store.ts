import { createStore } from 'zustand/vanilla';
import type { LayerLook } from '../canvas/layers/layerLook.ts';
import type { ToolId } from '../editor/tools/toolbox.ts';
import { UNLABELED } from '../labels/planes.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../settings/learner.ts';
import type { LabPanelId, PanelId } from '../settings/panels.ts';
import type { PictureUse } from '../settings/pictureUse.ts';
import type { BackendInfo } from '../training/backendMessages.ts';
import type { BestLearner, HeldOutScores, PredictionScores } from '../training/learnerMessages.ts';
import type { Phase } from '../training/protocol.ts';
import { type ComparisonSlice, NO_COMPARED_FIGURES, NO_COMPARISON } from './comparison.ts';
import { type FewestPixels, NO_GAME } from './fewestPixels.ts';
import { FIRST_INSPECTION, type InspectionSlice } from './inspection.ts';
import { type MatrixSlice, NO_MATRIX } from './matrix.ts';
import { NO_TIMELINE, type TimelineSlice } from './timeline.ts';

/** The open project. */
export interface ProjectSlice {
  readonly projectId: string | null;
  readonly projectName: string;
  /** The built-in picture that the project is, if it is one. */
  readonly sampleId: string | null;
  /** Why nothing can be changed here, as a sentence; `null`: it can. */
  readonly readOnlyBecause: string | null;
  /** `none`: there is nothing to save yet. `failed`: what was painted last is in this page alone. */
  readonly saving: 'none' | 'saving' | 'saved' | 'failed';
  /** Step of the learner that is stored; `null`: none is. */
  readonly storedStep: number | null;
  /** How much of the strokes was predicted right before they were painted; `null` before there is one to tell of. */
  readonly corrections: CorrectionFacts | null;
  /** In the strip's order. */
  readonly pictures: readonly PictureEntry[];
  /** Strokes of the training pictures, and how many of them are held out; `null` where none are to be. */
  readonly holdOut: HoldOutCount | null;
  /** Projects that are not wholly stored, or not yet: what is missing is in this page alone. */
  readonly unsavedProjectIds: readonly string[];
  /** Saved projects, and those that are in this page alone, the newest first. */
  readonly projects: readonly ProjectEntry[];
  /** Rough size of all projects in the browser's storage; `null` where it is not known. */
  readonly storedBytes: number | null;
  /** Whether the browser promised to keep stored data until a person deletes it; `null` where it is not known. */
  readonly isPersistent: boolean | null;
  /** A project or a picture is being opened. */
  readonly opening: boolean;
  /** Pictures opened of those that were asked for; `null` while none are being added. */
  readonly adding: Progress | null;
  /** Pictures exported of all; `null` while nothing is being exported. */
  readonly exporting: Progress | null;
}

export interface HoldOutCount {
  readonly heldOut: number;
  readonly strokes: number;
}

/** Of the learner that has the newest strokes; another object whenever a point comes or goes. */
export interface CorrectionFacts {
  readonly strokes: number;
  /** Of the newest stroke, 0 to 1. */
  readonly latest: number;
  /** The mean of the newest few. */
  readonly recent: number;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** A picture of the open project, as the strip shows it. */
export interface PictureEntry {
  readonly pictureId: string;
  readonly title: string;
  /** URL of a small picture. */
  readonly thumbnail: string;
  /** Share of labeled pixels, 0 to 1. */
  readonly labeledShare: number;
  readonly use: PictureUse;
  readonly done: boolean;
  /** An exact mask is known, so the true accuracy can stand beside the masked one. */
  readonly hasTruth: boolean;
  /** Of its newest prediction, `null` before there is one. */
  readonly scores: PredictionScores | null;
}

/** A saved project, as the menu shows it. */
export interface ProjectEntry {
  readonly projectId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly pictureCount: number;
  readonly sampleId: string | null;
  /** URL of a small picture, `null` where there is none. */
  readonly thumbnail: string | null;
}

/** The open picture, the classes and their labels, in numbers. */
export interface DocumentSlice {
  /** `null`: the project has no picture yet. */
  readonly pictureId: string | null;
  readonly title: string;
  /** Working size. */
  readonly width: number;
  readonly height: number;
  readonly originalWidth: number;
  readonly originalHeight: number;
  readonly classes: readonly SegmentationClass[];
  readonly hiddenClassIds: ReadonlySet<number>;
  readonly lockedClassIds: ReadonlySet<number>;
  /** Labeled pixels per class id, in the open picture. */
  readonly labeledByClass: Readonly<Record<number, number>>;
  readonly labeledPixels: number;
  /** How many classes have labels in the pictures that are trained on. */
  readonly trainedClassCount: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Number of applied edits, lower after undo; `workbench.history.items` has their names. */
  readonly historyPosition: number;
  readonly hasStarterStrokes: boolean;
  /** One sentence on what to try with a built-in picture. */
  readonly blurb: string | null;
  readonly hasTruth: boolean;
  /** One sentence on a class that lacks strokes, or lacks some along its border. */
  readonly strokeGuide: string | null;
  /** Why the place in the ring is worth a stroke; `null`: there is no ring. */
  readonly suggestion: string | null;
}

export interface PaintSlice {
  readonly toolId: ToolId;
  /** Class id or UNLABELED. */
  readonly activeClassId: number;
  /** The brush's diameter in picture pixels. */
  readonly brushDiameterPx: number;
  /** Largest colour distance that a flood fill bridges, 0 to 100. */
  readonly fillTolerance: number;
  /** Least confidence of pixels that are accepted from the prediction, 0 to 1. */
  readonly acceptConfidence: number;
  /** Painting leaves labeled pixels as they are. */
  readonly paintsOnlyUnlabeled: boolean;
  /** Superpixels of the open picture are being computed. */
  readonly cutting: boolean;
}

/** Why a graphics processor does not train. */
export interface GpuAvoidance {
  /** A sentence. */
  readonly because: string;
  /** It computes what it should, but WASM is quicker. */
  readonly isOnlySlower: boolean;
}

export interface TrainingSlice {
  readonly backend: BackendInfo | null;
  /** Why WASM trains where a graphics processor could; `null`: it does not. */
  readonly avoidsGpu: GpuAvoidance | null;
  /** The worker's phase, or `stopped` where the worker is broken; `trainingNotice` says how. */
  readonly phase: Phase | 'stopped';
  readonly step: number;
  readonly stepBudget: number;
  readonly stepsPerSecond: number | null;
  readonly loss: number | null;
  /** Learning rate of the newest step. */
  readonly learningRate: number | null;
  readonly scores: PredictionScores | null;
  /** Of the held-out strokes of all pictures; `null` where there are none, or not yet. */
  readonly heldOutScores: HeldOutScores | null;
  /** Step of the learner that was scored. */
  readonly heldOutStep: number | null;
  /** The learner that predicted held-out strokes best, kept by the worker. */
  readonly bestLearner: BestLearner | null;
  /** Step of the prediction on the screen, or `null` when there is none. */
  readonly predictionStep: number | null;
  /** `performance.now()` when that prediction arrived. */
  readonly predictionAtMs: number;
  /** Labels have changed since the learner last took a step. */
  readonly labelsChangedSinceStep: boolean;
  readonly parameterCount: number | null;
  readonly receptiveFieldPx: number | null;
  /** Labeled pictures that training draws from. */
  readonly trainingPictures: number;
  /** Why training cannot go on as asked. */
  readonly trainingNotice: string | null;
  /** The newest search for a learning rate; its curve is `workbench.rates`'. */
  readonly rateSearch: RateSearchState | null;
}

export interface RateSearchState {
  readonly isOver: boolean;
  /** Rates tried. */
  readonly tried: number;
  /** What to take, once it is over; `null`: nothing can be suggested. */
  readonly suggestion: number | null;
  /** Why there is no suggestion, or why the search ended before its time. */
  readonly notice: string | null;
}

export interface ViewSlice extends LayerLook {
  readonly theme: 'system' | 'light' | 'dark';
  /** The one dialog that is open. */
  readonly dialog: Dialog | null;
  /** The panel of the teaching lab that is open. */
  readonly labPanel: LabPanelId | null;
  /** The page is in another page's frame: as compact as can be, and apart from what this browser stores. */
  readonly isFramed: boolean;
  /** Parts of the page that a link hides. */
  readonly hiddenPanels: ReadonlySet<PanelId>;
}

/** The game on pictures with an exact mask. */
export interface TruthGameSlice {
  readonly truthGame: FewestPixels;
  /** The best result on the open picture at this size, `null` before there is one. */
  readonly fewestPixels: number | null;
}

export interface LessonSlice {
  /** The lesson that is under way. */
  readonly lesson: LessonState | null;
  /** Ids of those that were gone through. */
  readonly lessonsDone: ReadonlySet<string>;
  /** A first visitor is offered a lesson. */
  readonly isLessonOffered: boolean;
}

export interface LessonState {
  readonly id: string;
  /** Counts from 0; as many as there are: the lesson was gone through. */
  readonly step: number;
  /** The step was done; the next one comes by itself. */
  readonly isDone: boolean;
}

export type Dialog =
  | {
      readonly name:
        | 'commands'
        | 'shortcuts'
        | 'share'
        | 'history'
        | 'projects'
        | 'export'
        | 'camera'
        | 'learningRate'
        | 'scene'
        | 'lessons';
    }
  /** Asks what becomes of the pixels of a class that is removed. */
  | { readonly name: 'removeClass'; readonly classId: number }
  /** Asks which class each value of a mask file stands for. */
  | { readonly name: 'importMask' };

/** One line for the person: what happened, what was kept, and the buttons that mend it. */
export interface Message {
  readonly id: number;
  readonly tone: 'info' | 'error';
  readonly text: string;
  readonly actionLabels: readonly string[];
}

export interface AppState
  extends ProjectSlice,
    DocumentSlice,
    PaintSlice,
    TrainingSlice,
    ViewSlice,
    InspectionSlice,
    TruthGameSlice,
    ComparisonSlice,
    MatrixSlice,
    TimelineSlice,
    LessonSlice {
  readonly messages: readonly Message[];
  readonly settings: LearnerSettings;
}

/** What training says before it has begun. */
export const NO_TRAINING = {
  phase: 'ready',
  step: 0,
  stepsPerSecond: null,
  loss: null,
  learningRate: null,
  scores: null,
  heldOutScores: null,
  heldOutStep: null,
  bestLearner: null,
  predictionStep: null,
  predictionAtMs: 0,
  labelsChangedSinceStep: false,
  trainingNotice: null,
  rateSearch: null,
  ...NO_COMPARED_FIGURES,
} as const satisfies Partial<TrainingSlice & ComparisonSlice>;

/** What is known of the open picture while there is none. */
export const NO_PICTURE = {
  pictureId: null,
  title: '',
  width: 0,
  height: 0,
  originalWidth: 0,
  originalHeight: 0,
  labeledByClass: {},
  labeledPixels: 0,
  hasStarterStrokes: false,
  blurb: null,
  hasTruth: false,
  strokeGuide: null,
  suggestion: null,
} as const satisfies Partial<DocumentSlice>;

/** Layers as they look unless a person chooses. */
export const DEFAULT_LOOK = {
  imageOpacity: 1,
  labelOpacity: 0.9,
  predictionOpacity: 0.6,
  labelStyle: 'fill',
  predictionStyle: 'fill',
  brightness: 0,
  contrast: 0,
  divider: null,
} as const satisfies LayerLook;

/** The page's small serialisable facts. Pixels, tensors, workers and series live elsewhere. */
export function createAppStore(initial: Partial<AppState> = {}) {
  return createStore<AppState>(() => ({
    projectId: null,
    projectName: '',
    sampleId: null,
    readOnlyBecause: null,
    saving: 'none',
    storedStep: null,
    corrections: null,
    pictures: [],
    holdOut: null,
    unsavedProjectIds: [],
    projects: [],
    storedBytes: null,
    isPersistent: null,
    opening: true,
    adding: null,
    exporting: null,
    ...NO_PICTURE,
    classes: [],
    trainedClassCount: 0,
    hiddenClassIds: new Set<number>(),
    lockedClassIds: new Set<number>(),
    canUndo: false,
    canRedo: false,
    historyPosition: 0,
    toolId: 'brush',
    activeClassId: UNLABELED,
    brushDiameterPx: 12,
    fillTolerance: 12,
    acceptConfidence: 0.9,
    paintsOnlyUnlabeled: false,
    cutting: false,
    backend: null,
    avoidsGpu: null,
    stepBudget: DEFAULT_LEARNER_SETTINGS.stepBudget,
    parameterCount: null,
    truthGame: NO_GAME,
    fewestPixels: null,
    lesson: null,
    lessonsDone: new Set<string>(),
    isLessonOffered: false,
    receptiveFieldPx: null,
    trainingPictures: 0,
    ...DEFAULT_LOOK,
    ...FIRST_INSPECTION,
    theme: 'system',
    dialog: null,
    labPanel: null,
    isFramed: false,
    hiddenPanels: new Set<PanelId>(),
    messages: [],
    settings: DEFAULT_LEARNER_SETTINGS,
    ...NO_COMPARISON,
    ...NO_MATRIX,
    ...NO_TIMELINE,
    ...NO_TRAINING,
    phase: 'loading',
    ...initial,
  }));
}

export type AppStore = ReturnType<typeof createAppStore>;
