import type { LossKind, Treatment } from '../../settings/learner.ts';
import type { Reduction } from './maskedReduction.ts';
import text from './pytorchFixture.json?raw';

/** A value, flat, and the gradient of `⟨value, cotangent⟩`, flat. */
interface Expected {
  readonly value: readonly number[];
  readonly gradient: readonly number[];
}

interface WeightAndSmoothing {
  readonly weight: readonly number[] | null;
  readonly labelSmoothing: number;
}

export interface LossCase extends Expected, WeightAndSmoothing {
  readonly loss: LossKind;
  readonly gamma?: number;
  readonly reduction: Reduction;
}

interface LabelLossCase extends Expected, WeightAndSmoothing {
  readonly loss: LossKind;
  readonly treatment: Treatment;
}

/** PyTorch's axes: a case of `CrossEntropyFlat`. */
interface FlattenedCase extends Expected {
  readonly axis: number;
  readonly inputShape: number[];
  readonly input: readonly number[];
  readonly targetShape: number[];
  readonly target: number[];
  readonly weight: readonly number[] | null;
  readonly reduction: Reduction;
}

/** The published zeroed input on logits `[B, C, H, W]` and a target `[B, H, W]`. */
interface PublishedCase extends Expected {
  readonly inputShape: readonly [number, number, number, number];
  readonly input: readonly number[];
  readonly target: number[];
}

/** What makeFixture.py wrote: inputs that the cases share, and PyTorch's answers in float64. */
interface Fixture {
  /** Of `labels`; `logits` have an axis of 3 channels more, `extendedLogits` of 4. */
  readonly shape: [number, number, number];
  readonly logits: readonly number[];
  readonly extendedLogits: readonly number[];
  readonly labels: number[];
  /** As many as `logits`; a value of fewer entries takes the first. */
  readonly cotangent: readonly number[];
  readonly backgroundChannel: number;
  readonly losses: readonly LossCase[];
  readonly labelLosses: readonly LabelLossCase[];
  readonly flattened: readonly FlattenedCase[];
  readonly published: readonly PublishedCase[];
}

// As text: a room's compiler settings do not list JSON files.
export const fixture: Fixture = JSON.parse(text);
