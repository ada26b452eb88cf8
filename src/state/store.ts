import { createStore } from 'zustand/vanilla';
import { UNLABELED } from '../labels/planes.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../settings/learner.ts';
import type { BackendInfo, Phase, PredictionScores } from '../training/protocol.ts';

/** The open picture and its labels, in numbers. */
export interface DocumentSlice {
  readonly documentId: string | null;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly classes: readonly SegmentationClass[];
  /** Labeled pixels per class id. */
  readonly labeledByClass: Readonly<Record<number, number>>;
  readonly labeledPixels: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly hasStarterStrokes: boolean;
  /** One sentence on what to try with a built-in picture. */
  readonly blurb: string | null;
  /** An exact mask is known, so the true accuracy can stand beside the masked one. */
  readonly hasTruth: boolean;
}

export interface PaintSlice {
  /** Class id or UNLABELED. */
  readonly activeClassId: number;
  /** The brush's diameter in picture pixels. */
  readonly brushDiameterPx: number;
}

export interface TrainingSlice {
  readonly backend: BackendInfo | null;
  readonly phase: Phase;
  readonly step: number;
  readonly stepBudget: number;
  readonly stepsPerSecond: number | null;
  readonly loss: number | null;
  readonly scores: PredictionScores | null;
  /** Step of the prediction on the screen, or `null` when there is none. */
  readonly predictionStep: number | null;
  /** `performance.now()` when it arrived. */
  readonly predictionAtMs: number;
  /** Labels have changed since the learner last took a step. */
  readonly labelsChangedSinceStep: boolean;
  readonly parameterCount: number | null;
  readonly receptiveFieldPx: number | null;
  /** Why training cannot go on as asked. */
  readonly trainingNotice: string | null;
}

export interface ViewSlice {
  readonly labelOpacity: number;
  readonly predictionOpacity: number;
  readonly theme: 'system' | 'light' | 'dark';
}

/** One line for the person: what happened, what was kept, and the button that mends it. */
export interface Message {
  readonly id: number;
  readonly tone: 'info' | 'error';
  readonly text: string;
  readonly actionLabel: string | null;
}

export interface PictureEntry {
  readonly documentId: string;
  readonly title: string;
  readonly domain: string;
  /** URL of a small picture. */
  readonly thumbnail: string;
  /** Share of labeled pixels, `null` before the picture was first opened. */
  readonly labeledShare: number | null;
  readonly hasTruth: boolean;
}

export interface PagesSlice {
  readonly pictures: readonly PictureEntry[];
  /** A picture is being decoded and opened. */
  readonly opening: boolean;
  readonly messages: readonly Message[];
}

export interface AppState extends DocumentSlice, PaintSlice, TrainingSlice, ViewSlice, PagesSlice {
  readonly settings: LearnerSettings;
}

/** What training says before it has begun. */
export const NO_TRAINING = {
  phase: 'ready',
  step: 0,
  stepsPerSecond: null,
  loss: null,
  scores: null,
  predictionStep: null,
  predictionAtMs: 0,
  labelsChangedSinceStep: false,
  trainingNotice: null,
} as const satisfies Partial<TrainingSlice>;

/** The page's small serialisable facts. Pixels, tensors, workers and series live elsewhere. */
export function createAppStore(initial: Partial<AppState> = {}) {
  return createStore<AppState>(() => ({
    documentId: null,
    title: '',
    width: 0,
    height: 0,
    classes: [],
    labeledByClass: {},
    labeledPixels: 0,
    canUndo: false,
    canRedo: false,
    hasStarterStrokes: false,
    blurb: null,
    hasTruth: false,
    activeClassId: UNLABELED,
    brushDiameterPx: 12,
    backend: null,
    stepBudget: DEFAULT_LEARNER_SETTINGS.stepBudget,
    parameterCount: null,
    receptiveFieldPx: null,
    labelOpacity: 0.9,
    predictionOpacity: 0.6,
    theme: 'system',
    pictures: [],
    opening: true,
    messages: [],
    settings: DEFAULT_LEARNER_SETTINGS,
    ...NO_TRAINING,
    phase: 'loading',
    ...initial,
  }));
}

export type AppStore = ReturnType<typeof createAppStore>;
