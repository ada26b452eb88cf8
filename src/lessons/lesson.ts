import type { LearnerSettings } from '../settings/learner.ts';
import type { LabPanelId } from '../settings/panels.ts';
import type { AppState } from '../state/store.ts';

/** Parts of the page that a lesson may point at. */
export type LessonTarget = 'picture' | 'classes' | 'train' | 'treatment' | 'scores' | 'holdOut';

/** What a lesson can do for the learner. */
export type LessonAction =
  /** A command of the page, by its id. */
  | { readonly type: 'command'; readonly id: string }
  | { readonly type: 'settings'; readonly change: Partial<LearnerSettings> }
  | { readonly type: 'lab'; readonly panel: LabPanelId };

/** One thing to do, or to read. */
export interface LessonStep {
  /** Two or three short sentences. */
  readonly text: string;
  readonly target?: LessonTarget;
  /**
   * Whether the learner did it, by the page's facts now and as they were when the step began. Without it the step is there
   * to be read, and *Next* goes on.
   */
  isDone?(now: AppState, begun: AppState): boolean;
  /** A button that does it, or a part of it. */
  readonly offer?: { readonly label: string; readonly actions: readonly LessonAction[] };
}

/** A guided walk of about two minutes on the real page. */
export interface Lesson {
  /** Stands in links. */
  readonly id: string;
  readonly title: string;
  /** What one knows afterwards, in one sentence. */
  readonly about: string;
  /** What the page is like when it begins. */
  readonly setUp: {
    /** Name of a built-in picture or of a generated scene. */
    readonly picture: string;
    /** With its starter strokes, or bare. */
    readonly base: 'starter' | 'empty';
    readonly settings: Partial<LearnerSettings>;
    readonly lab: LabPanelId | null;
  };
  readonly steps: readonly LessonStep[];
}
