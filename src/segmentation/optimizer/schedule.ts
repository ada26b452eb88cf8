import type { Schedule } from '../../settings/learner.ts';
import { floorShareAt, positionAt, type StepBudget, wholeBudget } from './stepBudget.ts';

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
  /** Share of the learning rate that training goes on with past its budget, and that new labels get at least. */
  readonly continueRate: number;
}

/** From `from` (at progress 0) to `to` (at progress 1) along half a cosine. */
function cosineBetween(from: number, to: number, progress: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * progress));
}

/**
 * Learning rate of the step that follows `step` finished ones.
 *
 * `cosine` falls to 0 over the budget (Loshchilov & Hutter, SGDR, eq. 5, one cycle); `oneCycle` rises and falls (Smith &
 * Topin 2017; the constants of PyTorch's `OneCycleLR`). Past the budget both continue at the continue rate: low enough
 * to keep what was learned, high enough for new strokes to show within a few steps. Where new labels stretched the
 * budget, the rest of the schedule is spread over it, and is not below the continue rate while they are new.
 */
export function learningRateAt(
  step: number,
  config: ScheduleConfig,
  budget: StepBudget = wholeBudget(config.stepBudget),
): number {
  const { schedule, learningRate, continueRate } = config;
  if (schedule === 'constant') return learningRate;
  if (step >= budget.end) return learningRate * continueRate;
  return Math.max(
    scheduledRate(positionAt(step, budget, config.stepBudget), config),
    learningRate * floorShareAt(step, budget, config),
  );
}

/** The rate at a place of the schedule, in steps of an untouched run. */
function scheduledRate(position: number, { schedule, learningRate, stepBudget }: ScheduleConfig): number {
  if (schedule === 'cosine') return cosineBetween(learningRate, 0, Math.min(1, position / stepBudget));
  const start = learningRate / START_DIVISOR;
  const peakStep = Math.max(0, RISE_FRACTION * stepBudget - 1);
  if (position < peakStep) return cosineBetween(start, learningRate, position / peakStep);
  const fall = stepBudget - 1 - peakStep;
  return cosineBetween(learningRate, start / END_DIVISOR, fall > 0 ? Math.min(1, (position - peakStep) / fall) : 0);
}
