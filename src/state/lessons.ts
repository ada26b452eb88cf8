export interface LessonSlice {
  /** The lesson that is under way. */
  readonly current: LessonState | null;
  /** Ids of those that were gone through. */
  readonly done: ReadonlySet<string>;
  /** A first visitor is offered a lesson. */
  readonly isOffered: boolean;
}

export interface LessonState {
  readonly id: string;
  /** Counts from 0; as many as there are: the lesson was gone through. */
  readonly step: number;
  /** The step was done; the next one comes by itself. */
  readonly isDone: boolean;
}

export const FIRST_LESSONS: LessonSlice = {
  current: null,
  done: new Set<string>(),
  isOffered: false,
};
