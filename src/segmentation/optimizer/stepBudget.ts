/** New labels are followed by at least this share of the budget's steps. */
const FRESH_SHARE = 0.5;
/** For this share of the budget's steps after new labels the rate is at least the continue rate. */
const YOUNG_SHARE = 0.25;

/** The least rate that new labels get. */
interface Floor {
  /** The step at which they came, and the share of the full learning rate that the rate had then. */
  readonly from: number;
  readonly share: number;
  /** Until this step the rate is at least the floor … */
  readonly until: number;
  /** … which then falls to 0 by this step. */
  readonly gone: number;
}

/** How many steps training has, and how the learning rate's schedule is laid over them. */
export interface StepBudget {
  /** Training stops when this many steps are taken. */
  readonly end: number;
  /** At step `from` the schedule was at its step `position`; the rest of it is laid over the steps up to `end`. */
  readonly from: number;
  readonly position: number;
  readonly floor: Floor | null;
}

interface Spread {
  readonly stepBudget: number;
  readonly continueRate: number;
}

/** The budget of a run without new labels along the way. */
export function wholeBudget(stepBudget: number): StepBudget {
  return { end: stepBudget, from: 0, position: 0, floor: null };
}

/**
 * New labels came at `step`, when the rate was `share` of the learning rate: at least half a budget of steps follows. The
 * schedule goes on where it is, only slower, and for a quarter of a budget its rate is not below the continue rate, to
 * which it climbs as steeply as a cosine falls, and from which it sinks to nothing with the last of those steps.
 */
export function stretchedBudget(budget: StepBudget, step: number, share: number, spread: Spread): StepBudget {
  const { stepBudget } = spread;
  const freshEnd = step + Math.ceil(FRESH_SHARE * stepBudget);
  const floor: Floor = {
    from: step,
    share: Math.fround(share),
    until: Math.max(budget.floor?.until ?? 0, step + Math.ceil(YOUNG_SHARE * stepBudget)),
    gone: Math.max(budget.floor?.gone ?? 0, freshEnd),
  };
  if (freshEnd <= budget.end) return { ...budget, floor };
  return { end: freshEnd, from: step, position: Math.fround(positionAt(step, budget, stepBudget)), floor };
}

/** Another budget's worth of steps at the continue rate, for a learner that has used its own up at `step`. */
export function continuedBudget(step: number, stepBudget: number): StepBudget {
  const end = step + stepBudget;
  return { end, from: step, position: stepBudget, floor: { from: step, share: 1, until: end, gone: end } };
}

/** A budget as numbers that single precision holds exactly, for {@link budgetOf}. */
export function budgetNumbers({ end, from, position, floor }: StepBudget): Float32Array<ArrayBuffer> {
  const bounds = floor === null ? [] : [floor.from, floor.share, floor.until, floor.gone];
  return Float32Array.of(end, from, position, ...bounds);
}

/** The budget of such numbers; `null` where they are none. */
export function budgetOf(numbers: Float32Array): StepBudget | null {
  const [end = 0, from = 0, position = 0, ...bounds] = numbers;
  const [since = 0, share = 0, until = 0, gone = 0] = bounds;
  const isBudget =
    (numbers.length === 3 || numbers.length === 7) &&
    numbers.every((number) => Number.isFinite(number) && number >= 0) &&
    [end, from, since, until, gone].every(Number.isInteger) &&
    from < end &&
    share <= 1 &&
    until <= gone;
  if (!isBudget) return null;
  return { end, from, position, floor: bounds.length === 0 ? null : { from: since, share, until, gone } };
}

/** Where the schedule is after `step` finished steps, in steps of an untouched run. */
export function positionAt(step: number, { end, from, position }: StepBudget, stepBudget: number): number {
  if (step >= end) return stepBudget;
  return position + ((stepBudget - position) * (step - from)) / (end - from);
}

/** The floor, as a share of the learning rate, after `step` finished steps. */
export function floorShareAt(step: number, { floor }: StepBudget, { stepBudget, continueRate }: Spread): number {
  if (floor === null || step >= floor.gone) return 0;
  const climbed = floor.share + (Math.PI / (2 * stepBudget)) * (Math.min(step, floor.until) - floor.from);
  const height = Math.min(continueRate, climbed);
  if (step < floor.until) return height;
  return (height / 2) * (1 + Math.cos((Math.PI * (step - floor.until)) / (floor.gone - floor.until)));
}
