/** The steps of the learner that a person may go back to. */
export interface TimelineSlice {
  /** Steps of which the worker keeps a snapshot, in rising order. */
  readonly snapshotSteps: readonly number[];
  /** The past step that is shown; `null`: the present one. */
  readonly pastStep: number | null;
  /** Step of the past prediction on the screen, which follows `pastStep` once it has arrived. */
  readonly shownPastStep: number | null;
}

export const NO_TIMELINE = {
  snapshotSteps: [],
  pastStep: null,
  shownPastStep: null,
} as const satisfies TimelineSlice;
