import type { Schedule } from '../settings/learner.ts';

/** Share of the learning rate at which training continues past the budget of a falling schedule. */
export const CONTINUE_FRACTION = 0.1;

/** Share of the budget over which one-cycle's rate rises. */
const RISE_FRACTION = 0.3;
/** One-cycle starts at the learning rate divided by this, … */
const START_DIVISOR = 25;
/** … and ends at its start divided by this. */
const END_DIVISOR = 1e4;

export interface ScheduleConfig {
  readonly schedule: Schedule;
  /** The highest rate of the schedule. */
  readonly learningRate: number;
  readonly stepBudget: number;
}

/** From `from` (at progress 0) to `to` (at progress 1) along half a cosine. */
function cosineBetween(from: number, to: number, progress: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * progress));
}

/**
 * Learning rate of the step that follows `step` finished ones.
 *
 * `cosine` falls to 0 over the budget (Loshchilov & Hutter, SGDR, eq. 5, one cycle); `oneCycle` rises and falls (Smith &
 * Topin 2017; the constants of PyTorch's `OneCycleLR`). Past the budget both continue at a constant
 * {@link CONTINUE_FRACTION} of the learning rate: low enough to keep what was learned, high enough for new strokes to
 * show within a few steps.
 */
export function learningRateAt(step: number, config: ScheduleConfig): number {
  const { schedule, learningRate, stepBudget } = config;
  if (schedule === 'constant') return learningRate;
  if (step >= stepBudget) return learningRate * CONTINUE_FRACTION;
  if (schedule === 'cosine') return cosineBetween(learningRate, 0, step / stepBudget);
  const start = learningRate / START_DIVISOR;
  const peakStep = Math.max(0, RISE_FRACTION * stepBudget - 1);
  if (step < peakStep) return cosineBetween(start, learningRate, step / peakStep);
  const fall = stepBudget - 1 - peakStep;
  return cosineBetween(learningRate, start / END_DIVISOR, fall > 0 ? (step - peakStep) / fall : 0);
}
