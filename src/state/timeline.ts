/** The learner's life, along which a person may go back. */
export interface TimelineSlice {
  /** Steps at which the learner is kept, in rising order. */
  readonly snapshotSteps: readonly number[];
  /** The step that a person went back to; `null`: it is now. */
  readonly pastStep: number | null;
  /** Of the prediction on the screen, where it is one of then; it follows `pastStep`. */
  readonly shownPastStep: number | null;
}

export const NO_TIMELINE = {
  snapshotSteps: [],
  pastStep: null,
  shownPastStep: null,
} as const satisfies TimelineSlice;
