import { sameElements } from '../../base/sameElements.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { averagesWeights } from '../optimizer/weightAverage.ts';

/** What a change of a setting costs. */
export type Cost =
  /** Neither steps nor predictions depend on it. */
  | 'nothing'
  /** Every step is handed it anyway, as rates, weights and items of the batch, or it says which step comes next. */
  | 'feed'
  /** What of a picture a step looks at: that is planned anew, and recorded where its shape is another. */
  | 'batch'
  /** It is part of recorded predictions. */
  | 'predictors'
  /** It is part of recorded steps: of a shader, or of which shaders there are. */
  | 'steps'
  /** Steps and predictions read what is learned from other vectors; what was learned is carried over. */
  | 'vectors'
  /** The network is another one and starts untrained. */
  | 'network';

/** What a learner is made for. */
export interface LearnerConfig {
  /** Class ids in channel order. */
  readonly channels: readonly number[];
  readonly settings: LearnerSettings;
}

/** A setting's cost or, where that depends on the values, what gives it for a change of the setting. */
type Row = Cost | ((former: LearnerSettings, next: LearnerSettings) => Cost);

/** A row for every setting, those inside of a setting included; a record by class id is one setting. */
type Rows<Settings> = {
  readonly [Key in keyof Settings]: Settings[Key] extends object
    ? string extends keyof Settings[Key]
      ? Row
      : Rows<Settings[Key]>
    : Row;
};

/** The cost where this holds of the former or of the next settings alone, else a feed. */
function feedUnless(cost: Cost, holds: (settings: LearnerSettings) => boolean): Row {
  return (former, next) => (holds(former) === holds(next) ? 'feed' : cost);
}

/** Part of recorded steps where the smoothness term is on. */
const ofSmoothness: Row = (_, next) => (hasSmoothnessTerm(next) ? 'steps' : 'nothing');

/** What each setting costs: the one place that says so. A setting that is not in it does not compile. */
const COSTS = {
  network: { kind: 'network', width: 'network', depth: 'network', stride: 'network' },
  loss: 'steps',
  unlabeled: (former, next) => (hasExtraOutput(former) === hasExtraOutput(next) ? 'steps' : 'vectors'),
  backgroundClassId: (_, next) => (next.unlabeled === 'asBackground' ? 'steps' : 'nothing'),
  classBalance: 'feed',
  customClassWeights: 'feed',
  strokeBalance: 'steps',
  pictureOrder: 'feed',
  labelSmoothing: 'steps',
  smoothness: {
    weight: feedUnless('steps', hasSmoothnessTerm),
    radiusPx: ofSmoothness,
    colorWidth: ofSmoothness,
    spaceWidthPx: ofSmoothness,
    gated: ofSmoothness,
  },
  // Whether pretrained layers learn depends on the steps taken, too: see `Recordings.stepsAfter`.
  fineTuning: { rate: 'feed', frozenShare: 'feed' },
  optimizer: 'vectors',
  learningRate: 'feed',
  weightDecay: 'feed',
  schedule: 'feed',
  weightAverage: feedUnless('vectors', averagesWeights),
  flipAveraging: 'predictors',
  stepBudget: 'feed',
  continueRate: 'feed',
  heldOutShare: 'nothing',
  earlyStop: { patienceSteps: 'nothing' },
  restoreBest: 'nothing',
  cropAroundLabels: 'batch',
  augmentation: { flip: 'feed', quarterTurns: 'batch', color: 'feed', scale: 'steps' },
  // Of the order of pictures; weights are drawn from it when a network is built.
  seed: 'feed',
} as const satisfies Rows<LearnerSettings>;

/** All that is to be paid for a change of classes and settings. */
export function costsOfChange(former: LearnerConfig, next: LearnerConfig): ReadonlySet<Cost> {
  const costs = new Set<Cost>();
  if (!sameElements(former.channels, next.channels)) costs.add('vectors');
  const compare = (rows: object, ofFormer: object, ofNext: object) => {
    for (const [key, row] of Object.entries(rows) as [string, Row | object][]) {
      const [a, b] = [(ofFormer as Record<string, unknown>)[key], (ofNext as Record<string, unknown>)[key]];
      if (typeof row === 'object') compare(row, a as object, b as object);
      else if (JSON.stringify(a) === JSON.stringify(b)) continue;
      else costs.add(typeof row === 'string' ? row : row(former.settings, next.settings));
    }
  };
  compare(COSTS, former.settings, next.settings);
  return costs;
}

/** Whether something that is recorded, or its batch, is given up: the steps under way must have ended. */
export function isRecordedAnew(costs: ReadonlySet<Cost>): boolean {
  return [...costs].some((cost) => cost !== 'nothing' && cost !== 'feed');
}

/** Whether the learner predicts otherwise, or by other means, without another step. */
export function isPredictedAnew(costs: ReadonlySet<Cost>): boolean {
  return costs.has('predictors') || replacesVectors(costs);
}

/** Whether other vectors are learned. */
export function replacesVectors(costs: ReadonlySet<Cost>): boolean {
  return costs.has('vectors') || costs.has('network');
}

function hasSmoothnessTerm({ smoothness }: LearnerSettings): boolean {
  return smoothness.weight > 0;
}

function hasExtraOutput({ unlabeled }: LearnerSettings): boolean {
  return unlabeled === 'extraClass';
}
