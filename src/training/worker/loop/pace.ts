/** One burst takes about this long; with another queued behind it, a command waits for twice as long at most. */
const BURST_MS = 20;
const MAX_STEPS = 16;
/** Weight of the newest burst in the running mean. */
const NEWEST = 0.3;

/**
 * How many steps to hand over at once: one where a step is slow, so that a command never waits for more than two, and
 * several where a step is shorter than the way to the processor and back.
 */
export class Pace {
  #msPerStep: number | null = null;
  #endedAtMs: number | null = null;

  /** Steps of the next burst; 1 until something was measured. */
  get steps(): number {
    if (this.#msPerStep === null) return 1;
    return Math.max(1, Math.min(MAX_STEPS, Math.floor(BURST_MS / this.#msPerStep)));
  }

  /** Notes that `steps` steps were computed; what passed since the one before is the time they took. */
  ended(atMs: number, steps: number): void {
    if (this.#endedAtMs !== null) {
      const msPerStep = (atMs - this.#endedAtMs) / steps;
      this.#msPerStep = this.#msPerStep === null ? msPerStep : (1 - NEWEST) * this.#msPerStep + NEWEST * msPerStep;
    }
    this.#endedAtMs = atMs;
  }

  /** To be called when something else ran: the time until the next burst is then not measured. */
  interrupted(): void {
    this.#endedAtMs = null;
  }

  /** Forgets what was measured, for another learner. */
  clear(): void {
    this.#msPerStep = null;
    this.interrupted();
  }
}

/** Predictions come no closer than this … */
const PREDICTION_INTERVAL_MS = 200;
/** … and take at most a third of the time: the pause after one is at least this many times its own length. */
const PREDICTION_PAUSE_RATIO = 2;

/** When the next prediction is due while training goes on. */
export class PredictionPace {
  readonly #pauseRatio: number;
  #dueMs = 0;

  /** `pauseRatio`: how many times its own length the pause after one is at least; 2 unless given. */
  constructor(pauseRatio = PREDICTION_PAUSE_RATIO) {
    this.#pauseRatio = pauseRatio;
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#dueMs;
  }

  /**
   * Notes how long a prediction by `learners` learners took, one unless given. With two of them it is that much longer until
   * the next, so that either keeps the same share of the time for its steps.
   */
  ended(begunMs: number, endedMs: number, learners = 1): void {
    this.#dueMs = endedMs + Math.max(learners * PREDICTION_INTERVAL_MS, this.#pauseRatio * (endedMs - begunMs));
  }

  /** The next one is due at once. */
  clear(): void {
    this.#dueMs = 0;
  }
}
