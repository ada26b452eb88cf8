import type { LearnerSettings } from '../../settings/learner.ts';
import { learningRateAt } from '../optimizer/schedule.ts';
import { continuedBudget, type StepBudget, stretchedBudget, wholeBudget } from '../optimizer/stepBudget.ts';

/** How far a learner has come, and how far it is to go: the steps taken, and the budget that its rates are laid over. */
export class TrainingCourse {
  /** Training steps taken. */
  step = 0;
  budget: StepBudget;

  constructor(stepBudget: number) {
    this.budget = wholeBudget(stepBudget);
  }

  /** Step at which training is to stop; never below the steps taken. */
  get end(): number {
    return Math.max(this.budget.end, this.step);
  }

  /** The learning rate of the step that follows `step` of them. */
  rateAt(step: number, settings: LearnerSettings): number {
    return learningRateAt(step, settings, this.budget);
  }

  /** There are new labels: stretches the budget of a learner that took steps, see {@link stretchedBudget}. */
  stretch(settings: LearnerSettings): void {
    if (this.step === 0) return;
    const share = this.rateAt(this.step, settings) / settings.learningRate;
    this.budget = stretchedBudget(this.budget, this.step, share, settings);
  }

  /** Adds another budget's worth of steps where the last one is used up. */
  continue(stepBudget: number): void {
    if (this.step >= this.budget.end) this.budget = continuedBudget(this.step, stepBudget);
  }
}
