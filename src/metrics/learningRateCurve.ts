/** Learning rates that a search tries, in equal ratios from the lowest to the highest that there may be. */
export const TRIED_RATES = 100;
const LOWEST_RATE = 1e-6;
const HIGHEST_RATE = 1;

/** Weight of what came before in the running mean of the losses. */
const SMOOTHING = 0.98;
/** A search ends where the smoothed loss is this many times its lowest. */
const BLOWN_UP = 4;

/** Points that a suggestion leaves out: the running mean has hardly begun, or is blowing up. */
const SKIPPED = { first: 10, last: 5 } as const;
/** Fewer points than these say nothing. */
const FEWEST_POINTS = 10;
/** The rates are so low here that the losses differ by chance alone. */
const QUIET_POINTS = 20;
/** A smoothed loss has fallen when it lost this share of itself, … */
const MIN_FALL = 0.05;
/** … and this many standard deviations of the quiet losses, which noise alone does in one search of several hundred. */
const MIN_FALL_DEVIATIONS = 0.5;

/** What a step at a learning rate cost. */
export interface RatePoint {
  readonly learningRate: number;
  /** The step's label loss. */
  readonly loss: number;
  /** Its running mean. */
  readonly smoothed: number;
}

export type RateSuggestion =
  | { readonly learningRate: number }
  /** Why there is none, as a sentence. */
  | { readonly reason: string };

/** The rate that is tried after `tried` others. */
export function triedRate(tried: number): number {
  return LOWEST_RATE * (HIGHEST_RATE / LOWEST_RATE) ** (tried / (TRIED_RATES - 1));
}

/**
 * The points of a search, one after another: losses are smoothed by a running mean that is corrected for its start, and
 * the search is over where it blows up (Smith 2017, "Cyclical learning rates", 3.3; constants of fast.ai's `lr_find`).
 */
export class RateCurve {
  readonly points: RatePoint[] = [];
  #mean = 0;
  #lowest = Number.POSITIVE_INFINITY;
  #blewUp = false;

  get isOver(): boolean {
    return this.#blewUp || this.points.length === TRIED_RATES;
  }

  /** Takes the loss at the next rate. One that is no number ends the search and is no point; so is all that follows. */
  push(loss: number): void {
    if (this.isOver) return;
    this.#mean = SMOOTHING * this.#mean + (1 - SMOOTHING) * loss;
    const smoothed = this.#mean / (1 - SMOOTHING ** (this.points.length + 1));
    if (Number.isFinite(smoothed)) this.points.push({ learningRate: triedRate(this.points.length), loss, smoothed });
    this.#lowest = Math.min(this.#lowest, smoothed);
    this.#blewUp = !(smoothed <= BLOWN_UP * this.#lowest);
  }
}

/**
 * The learning rate half-way down the longest valley: the points before the end of the longest falling sequence of
 * smoothed losses, neighbours or not, as many as it has (fast.ai's `valley`). None where the loss fell by no more than
 * chance.
 */
export function suggestRate(points: readonly RatePoint[]): RateSuggestion {
  const judged = points.slice(SKIPPED.first, -SKIPPED.last);
  if (judged.length < FEWEST_POINTS) {
    return { reason: 'The loss blew up before it had fallen: there is no rate to suggest.' };
  }
  const { start, end } = longestValley(judged.map(({ smoothed }) => smoothed));
  const top = judged[Math.max(0, start)]?.smoothed ?? 0;
  const fall = top - (judged[end]?.smoothed ?? 0);
  const chance = MIN_FALL_DEVIATIONS * deviation(points.slice(0, QUIET_POINTS).map(({ loss }) => loss));
  if (fall <= Math.max(MIN_FALL * top, chance)) {
    return { reason: 'The loss fell at no rate by more than chance: what is labeled may be learned already.' };
  }
  const third = (end - start) / 3;
  const middle = Math.max(0, start + Math.floor(third) + Math.floor(third / 2));
  return { learningRate: (judged[middle] as RatePoint).learningRate };
}

/** `end` is the last point of the longest falling sequence, the first of several; `start` may be one before all points. */
function longestValley(losses: readonly number[]): { start: number; end: number } {
  // Length of the longest falling sequence that ends at each point.
  const lengths: number[] = [];
  let end = 0;
  for (const [i, loss] of losses.entries()) {
    const before = lengths.filter((_, j) => (losses[j] as number) > loss);
    lengths.push(1 + Math.max(0, ...before));
    if ((lengths[i] as number) > (lengths[end] as number)) end = i;
  }
  return { start: end - (lengths[end] as number), end };
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
