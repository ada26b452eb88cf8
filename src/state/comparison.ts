import type { Disagreement } from '../metrics/disagreement.ts';
import type { SettingsDifference } from '../settings/difference.ts';
import type { ComparedLearner, PredictionScores } from '../training/learnerMessages.ts';

/** How two predictions are shown: on either side of a line over one picture, or in a pane each. */
export type ComparisonView = 'divider' | 'panes';

/** Two learners side by side: A, the project's own, and B. */
export interface ComparisonSlice {
  /** Learner B; `null`: nothing is compared. */
  readonly learnerB: ComparedLearner | null;
  /** The difference that was last chosen; `null`: none yet. */
  readonly chosenDifference: SettingsDifference | null;
  readonly view: ComparisonView;
  /** As a share of the picture's width: A's prediction on its left, B's on its right. */
  readonly divider: number;
  /** Whether only pixels where the two predictions differ are coloured. */
  readonly showsDifferencesOnly: boolean;
  readonly comparedLoss: number | null;
  /** B's scores on the open picture. */
  readonly comparedScores: PredictionScores | null;
  /** How the newest predictions of the open picture differ. */
  readonly disagreement: Disagreement | null;
}

/** The figures of learner B before its first step. */
export const NO_COMPARED_FIGURES = {
  comparedLoss: null,
  comparedScores: null,
  disagreement: null,
} as const satisfies Partial<ComparisonSlice>;

export const NO_COMPARISON = {
  learnerB: null,
  chosenDifference: null,
  view: 'divider',
  divider: 0.5,
  showsDifferencesOnly: false,
  ...NO_COMPARED_FIGURES,
} as const satisfies ComparisonSlice;
