import { createStore, type StoreApi } from 'zustand/vanilla';
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

/** The page's small serialisable facts, a slice for each subject; who owns each is in the workbench's README. */
export interface AppState {
  readonly project: ProjectSlice;
  readonly document: DocumentSlice;
  readonly painting: PaintSlice;
  readonly training: TrainingSlice;
  readonly view: ViewSlice;
  readonly inspection: InspectionSlice;
  readonly truthGame: TruthGameSlice;
  readonly comparison: ComparisonSlice;
  readonly matrix: MatrixSlice;
  readonly timeline: TimelineSlice;
  readonly lessons: LessonSlice;
}

/** Some facts of some slices. */
export type Facts = { readonly [Subject in keyof AppState]?: Partial<AppState[Subject]> };

/** What holds the facts. Pixels, tensors, workers and series live elsewhere. */
export interface AppStore extends Pick<StoreApi<AppState>, 'getState' | 'getInitialState' | 'subscribe'> {
  /**
   * Changes facts of one slice or of several, and tells of them once. A slice in which nothing is other than it was stays
   * the same object; where that goes for all of them, nobody is told.
   */
  setFacts(facts: Facts): void;
}

const FIRST_STATE: AppState = {
  project: FIRST_PROJECT,
  document: FIRST_DOCUMENT,
  painting: FIRST_PAINTING,
  training: FIRST_TRAINING,
  view: FIRST_VIEW,
  inspection: FIRST_INSPECTION,
  truthGame: FIRST_TRUTH_GAME,
  comparison: NO_COMPARISON,
  matrix: NO_MATRIX,
  timeline: NO_TIMELINE,
  lessons: FIRST_LESSONS,
};

/** A store whose facts are `initial` where that says anything, and the first ones elsewhere. */
export function createAppStore(initial: Facts = {}): AppStore {
  const store = createStore<AppState>(() => withFacts(FIRST_STATE, initial));
  const { getState, getInitialState, subscribe } = store;
  const setFacts = (facts: Facts) => store.setState(withFacts(getState(), facts), true);
  return { getState, getInitialState, subscribe, setFacts };
}

/** The same object where the facts are what they were. */
function withFacts(state: AppState, facts: Facts): AppState {
  const subjects = Object.keys(facts) as (keyof AppState)[];
  const changed = subjects.filter((subject) => !hasFacts(state[subject], facts[subject] ?? {}));
  if (changed.length === 0) return state;
  return {
    ...state,
    ...Object.fromEntries(changed.map((subject) => [subject, { ...state[subject], ...facts[subject] }])),
  };
}

function hasFacts<Slice extends object>(slice: Slice, facts: Partial<Slice>): boolean {
  return (Object.keys(facts) as (keyof Slice)[]).every((name) => Object.is(slice[name], facts[name]));
}
