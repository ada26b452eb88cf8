import type { GradientTally } from '../metrics/gradientMap.ts';
import type { WeightsChange } from '../metrics/weightsChange.ts';

/** What a whole picture's loss, taken apart pixel by pixel, shows of it. */
export interface InspectionMaps {
  /** Steps that the learner had taken. */
  readonly step: number;
  readonly labelRevision: number;
  readonly width: number;
  readonly height: number;
  /** float32 `[H, W]`: how hard the label loss pulls at a pixel's logits, exactly 0 where it does not at all. */
  readonly labelLoss: ArrayBuffer;
  /** float32 `[H, W]`: the same of the smoothness term; `null` where there is none. */
  readonly smoothness: ArrayBuffer | null;
  readonly tally: GradientTally;
  /** The label loss of the whole picture. */
  readonly loss: number;
}

/** How the newest steps moved the weights. */
export interface StepsWay extends WeightsChange {
  readonly fromStep: number;
  readonly toStep: number;
}

/** One pixel of an inspected picture; lists have one entry per output. */
export interface ProbedPixel {
  readonly step: number;
  readonly labelRevision: number;
  readonly x: number;
  readonly y: number;
  /** Class ids; 254 for the output that stands for "unlabeled". */
  readonly outputs: readonly number[];
  /** Output that it is labeled as, as the learner sees it; `null`: unlabeled. */
  readonly label: number | null;
  /** Output that the label loss compares it with; `null`: it does not count. */
  readonly target: number | null;
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
  /** What it costs, before the sum is divided; `null` where it has no term of its own: it does not count, or under Dice. */
  readonly term: number | null;
  /** What the sum is divided by; 0 under Dice. */
  readonly denominator: number;
  /** Of the class that it is compared with; `null` where it does not count. */
  readonly classWeight: number | null;
  /** Of the label loss by its logits. */
  readonly labelGradient: readonly number[];
  /** `null` where there is no smoothness term. */
  readonly smoothnessGradient: readonly number[] | null;
  /** `null` before a step was taken under inspection. */
  readonly way: StepsWay | null;
}
