import type { TrainingWorker } from '../../training/client.ts';

/** Where training workers come from. */
export interface TrainingWorkers {
  /** The learner's; what it lacks is told. */
  readonly connect: () => TrainingWorker;
  /** One beside it, which can be done without. */
  readonly another: () => TrainingWorker;
}

/** What the learner says of a picture as it is now: a class id per pixel, row-major. */
export interface LivePrediction {
  readonly step: number;
  readonly width: number;
  readonly height: number;
  readonly classMap: Uint8Array;
}
