import type { GradientTally } from '../metrics/gradientMap.ts';
import type { ProbedPixel } from '../training/inspectionMessages.ts';

/** The term of the loss whose gradient a heat map shows. */
export type HeatMapKind = 'labelLoss' | 'smoothness';

/** The newest inspection of the open picture, in numbers. */
export interface InspectionFacts {
  readonly step: number;
  readonly tally: GradientTally;
  /** The largest value of each map; `null` where there is no smoothness term. */
  readonly greatest: { readonly labelLoss: number; readonly smoothness: number | null };
}

/** A pixel with what the newest inspection says of it, and what the one of an earlier step said. */
export interface ProbedFacts {
  readonly now: ProbedPixel;
  /** `null`: the pixel was not looked at before. */
  readonly before: ProbedPixel | null;
}

/** The stages that a step is taken apart into, in their order. */
export const STEP_STAGES = ['image', 'logits', 'softmax', 'loss', 'gradient', 'weights'] as const;

export type StepStage = (typeof STEP_STAGES)[number];

/** How fast steps are shown, from the slowest on; the last is as fast as the device. */
export const STEP_PACES = [6, 4, 3, 2, 1, 'full'] as const;

/** Seconds from one step to the next. */
export type StepPace = (typeof STEP_PACES)[number];

export interface InspectionSlice {
  /** The map that lies over the picture while its panel is open. */
  readonly heatMap: HeatMapKind;
  /** `null`: the open picture is not inspected, or not yet. */
  readonly newest: InspectionFacts | null;
  /** A press on the picture chooses a pixel instead of painting. */
  readonly picksPixel: boolean;
  /** The chosen pixel. */
  readonly pinnedPixel: { readonly x: number; readonly y: number } | null;
  /** The pixel under the pointer or else the chosen one; `null`: there is none, or nothing is known of it. */
  readonly probed: ProbedFacts | null;
  /** Steps are being shown one after another. */
  readonly playsSlowly: boolean;
  readonly stepPace: StepPace;
  /** The highlighted stage; `null`: all are. */
  readonly stepStage: StepStage | null;
}

/** What is known of a picture that is not inspected. */
export const NO_INSPECTION = {
  newest: null,
  pinnedPixel: null,
  probed: null,
} as const satisfies Partial<InspectionSlice>;

export const FIRST_INSPECTION: InspectionSlice = {
  ...NO_INSPECTION,
  heatMap: 'labelLoss',
  picksPixel: false,
  playsSlowly: false,
  stepPace: 6,
  stepStage: null,
};
