import type { ConfusionCell } from '../metrics/confusionCell.ts';

/** What a prediction is counted against. */
export type MatrixReference = 'labels' | 'truth';

/** The confusion matrix of the lab. */
export interface MatrixSlice {
  readonly reference: MatrixReference;
  /** The cell whose pixels are lit while somebody points at it; `null`: the pinned one's are. */
  readonly pointedCell: ConfusionCell | null;
  readonly pinnedCell: ConfusionCell | null;
}

export const NO_MATRIX = {
  reference: 'labels',
  pointedCell: null,
  pinnedCell: null,
} as const satisfies MatrixSlice;
