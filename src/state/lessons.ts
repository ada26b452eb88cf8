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

export const FIRST_LESSONS: LessonSlice = {
  lesson: null,
  lessonsDone: new Set<string>(),
  isLessonOffered: false,
};
