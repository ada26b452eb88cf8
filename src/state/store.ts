import { createStore } from 'zustand/vanilla';
import { type ComparisonSlice, NO_COMPARISON } from './comparison.ts';
import { type DocumentSlice, FIRST_DOCUMENT } from './document.ts';
import { FIRST_TRUTH_GAME, type TruthGameSlice } from './fewestPixels.ts';
import { FIRST_INSPECTION, type InspectionSlice } from './inspection.ts';
import { FIRST_LESSONS, type LessonSlice } from './lessons.ts';
import { type MatrixSlice, NO_MATRIX } from './matrix.ts';
import { FIRST_PAINTING, type PaintSlice } from './painting.ts';
import { FIRST_PROJECT, type ProjectSlice } from './project.ts';
import { NO_TIMELINE, type TimelineSlice } from './timeline.ts';
import { FIRST_TRAINING, type TrainingSlice } from './training.ts';
import { FIRST_VIEW, type ViewSlice } from './view.ts';

/** The page's small serialisable facts, by subject; who owns each is in the workbench's README. */
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
    LessonSlice {}

/** A store that holds them. Pixels, tensors, workers and series live elsewhere. */
export function createAppStore(initial: Partial<AppState> = {}) {
  return createStore<AppState>(() => ({
    ...FIRST_PROJECT,
    ...FIRST_DOCUMENT,
    ...FIRST_PAINTING,
    ...FIRST_TRAINING,
    ...FIRST_VIEW,
    ...FIRST_INSPECTION,
    ...FIRST_TRUTH_GAME,
    ...NO_COMPARISON,
    ...NO_MATRIX,
    ...NO_TIMELINE,
    ...FIRST_LESSONS,
    ...initial,
  }));
}

export type AppStore = ReturnType<typeof createAppStore>;
