import { RateCurve, type RatePoint, TRIED_RATES, triedRate } from '../../metrics/learningRateCurve.ts';
import type { Trainer } from '../trainer/trainer.ts';

/**
 * Steps at rising learning rates, from a learner's weights and moments as they are: what each costs says which rate to
 * take. They are the learner's own training steps, and {@link end} puts it back, bit for bit; until then nothing else may
 * be asked of it.
 */
export class RateTrial {
  readonly #curve = new RateCurve();
  #taken = 0;

  readonly #trainer: Trainer;
  readonly #startStep: number;
  readonly #restore: () => void;

  private constructor(trainer: Trainer, startStep: number, restore: () => void) {
    this.#trainer = trainer;
    this.#startStep = startStep;
    this.#restore = restore;
  }

  /** Requires a trainer with labels to learn from and no step under way. */
  static async begin(trainer: Trainer): Promise<RateTrial> {
    return new RateTrial(trainer, trainer.step, await trainer.snapshot());
  }

  get points(): readonly RatePoint[] {
    return this.#curve.points;
  }

  /** Whether every rate was tried, or the loss has blown up. */
  get isOver(): boolean {
    return this.#curve.isOver;
  }

  /** Takes `count` steps, or as many as are left, and adds what they cost to the points. */
  async take(count: number): Promise<void> {
    const steps = Math.min(count, TRIED_RATES - this.#taken);
    this.#taken += steps;
    const results = await this.#trainer.trainSteps(steps, (step) => triedRate(step - this.#startStep));
    for (const { loss } of results) this.#curve.push(loss);
  }

  /** Restores the learner as it was before the trial. */
  end(): void {
    this.#restore();
  }
}
