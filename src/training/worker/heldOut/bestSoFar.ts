import type { BestLearner } from '../../learnerMessages.ts';

/** Patience lasts for at least this many evaluations, however many steps lie between them. */
const MIN_EVALUATIONS = 3;

/**
 * The learner that predicted held-out strokes best so far, and how long ago that was.
 *
 * Best is the highest mean IoU, and the earlier of two alike. It is taken from the predictions that come along with
 * training: it costs nothing, treats classes alike, and is what a mask is wanted for, whereas the loss of a few strokes
 * grows again as soon as the network becomes sure, right or not (Guo et al. 2017, "On Calibration of Modern Neural
 * Networks", 3).
 */
export class BestSoFar {
  #best: (BestLearner & { readonly restore: () => void }) | null = null;
  /** Patience counts from here. */
  #sinceStep = 0;
  #evaluations = 0;

  get learner(): BestLearner | null {
    return this.#best && { step: this.#best.step, meanIou: this.#best.meanIou };
  }

  /** Restores it; `null` where there is none. */
  get restore(): (() => void) | null {
    return this.#best?.restore ?? null;
  }

  /**
   * Notes how the learner at `step` predicts held-out strokes. Where that is better than ever before, `snapshot` is asked
   * for the function that restores this learner.
   */
  async evaluated(step: number, meanIou: number, snapshot: () => Promise<() => void>): Promise<void> {
    this.#evaluations++;
    if (this.#best !== null && meanIou <= this.#best.meanIou) return;
    this.waitFrom(step);
    this.#best = { step, meanIou, restore: await snapshot() };
  }

  /** Whether nothing was better for `patienceSteps` steps and several evaluations; 0 is patience without end. */
  isOverdue(step: number, patienceSteps: number): boolean {
    if (patienceSteps === 0 || this.#best === null) return false;
    return step - this.#sinceStep >= patienceSteps && this.#evaluations >= MIN_EVALUATIONS;
  }

  /** Patience starts over: training goes on, or goes on from other labels. */
  waitFrom(step: number): void {
    this.#sinceStep = step;
    this.#evaluations = 0;
  }

  /** Drops the best learner: other strokes are held out, or another network learns. */
  forget(step: number): void {
    this.#best = null;
    this.waitFrom(step);
  }
}
