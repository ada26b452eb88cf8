import type { LearnerSettings } from '../settings/learner.ts';
import type { ScoredCheckpoint } from './trainedScores.ts';

export type Mode = 'single' | 'multi';

/** One training and its scores. */
export interface QualityRow {
  /** Name of the settings: `default`, `plain`, or what was tried. */
  readonly configuration: string;
  readonly settings: LearnerSettings;
  readonly backend: string;
  readonly set: string;
  readonly mode: Mode;
  /** Longest side. */
  readonly sizePx: number;
  /** `null`: the test pictures of the set together. */
  readonly picture: string | null;
  readonly seed: number;
  readonly checkpoints: readonly ScoredCheckpoint[];
}
