import type { NetworkSettings } from '../../settings/learner.ts';
import type { BackendInfo } from '../../training/backendMessages.ts';
import type { TrainingWorker } from '../../training/client.ts';
import type { Event } from '../../training/protocol.ts';
import type { OpenProject } from '../project/openProject.ts';
import type { LearnerNewsListener } from './learnerNews.ts';

/** Where training workers come from. */
export interface TrainingWorkers {
  /** The learner's; what it lacks is told. */
  readonly connect: () => TrainingWorker;
  /** One beside it, which can be done without. */
  readonly another: () => TrainingWorker;
}

export type InspectionEvent = Extract<Event, { type: 'inspection' }>;

export type RateSearchEvent = Extract<Event, { type: 'rateSearch' }>;

/** What the learner says of a picture as it is now: a class id per pixel, row-major. */
export interface LivePrediction {
  readonly step: number;
  readonly width: number;
  readonly height: number;
  readonly classMap: Uint8Array;
}

/** What the link tells the page beyond the store's facts. */
export interface TrainingLinkListener extends LearnerNewsListener {
  /** A search for a learning rate came further, or ended. */
  rateSearched(event: RateSearchEvent): void;
  /** A picture's loss was taken apart. */
  inspected(event: InspectionEvent): void;
  /** The worker keeps the learner of these steps. */
  snapshotsTaken(steps: readonly number[]): void;
  /** The learner is that of a step before again. */
  wentBack(step: number): void;
  /** The learner has come to rest in another state than before: it may be saved. */
  learnerRested(): void;
  /** The project has a newer copy of its learner. */
  learnerCopied(project: OpenProject): void;
  /** A person had the weights cleared. */
  learnerCleared(project: OpenProject): void;
  /** A loss is no number any more. */
  learnerDiverged(project: OpenProject): void;
  /** The learner runs on this backend; called once. */
  backendStarted(backend: BackendInfo): void;
  /** A person chose another network in place of one that did not fit the device: it is to be in the settings. */
  networkChosen(network: NetworkSettings): void;
}
