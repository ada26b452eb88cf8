import { PredictionPace } from '../loop/pace.ts';
import type { TrainingRun } from '../loop/trainingRun.ts';
import type { LearningProject } from '../replica/learningProject.ts';
import type { Reports } from '../reports/reports.ts';
import type { SessionHost } from '../sessionHost.ts';
import { BestSoFar } from './bestSoFar.ts';

/** Predictions of pictures that are not shown take at most a sixth of the time. */
const PAUSE_RATIO = 5;

/**
 * Scores held-out strokes as the learner goes on, keeps the best learner, and says when training has gone on for too long
 * without a better one.
 */
export class EarlyStopping {
  readonly #reports: Reports;
  readonly #host: SessionHost;
  readonly #pace = new PredictionPace(PAUSE_RATIO);
  readonly #best = new BestSoFar();
  /** Whether something is to be told as soon as all pictures are predicted. */
  #isNew = true;

  constructor(reports: Reports, host: SessionHost) {
    this.#reports = reports;
    this.#host = host;
  }

  /** The step of the best learner. */
  get bestStep(): number {
    return this.#best.learner?.step ?? 0;
  }

  /** A picture was predicted, or its labels are others: there are other scores. */
  changed(): void {
    this.#isNew = true;
  }

  /** Patience is counted from `step` again. */
  waitFrom(step: number): void {
    this.#best.waitFrom(step);
  }

  /** Other strokes are held out, or another network learns. */
  startOver(step: number): void {
    this.#best.forget(step);
    this.#isNew = true;
  }

  /** Whether more steps went by without a better score than the project's settings allow. */
  isOverdue({ trainer, settings }: LearningProject): boolean {
    return this.#best.isOverdue(trainer.step, settings.earlyStop.patienceSteps);
  }

  /**
   * Predicts what is not predicted yet, when it is time to, and tells the scores; leaves off when a command waits. True
   * when they were told.
   */
  async evaluate(project: LearningProject, isInterrupted: () => boolean): Promise<boolean> {
    const begunMs = this.#host.now();
    let picture = project.nextToEvaluate();
    if (picture !== null && !this.#pace.isDue(begunMs)) return false;
    while (picture !== null) {
      if (isInterrupted()) return false;
      this.#reports.scores(project, picture, await project.scoreUnasked(picture, () => this.#host.yieldToEventLoop()));
      await this.#host.yieldToEventLoop();
      picture = project.nextToEvaluate();
      if (picture === null) this.#pace.ended(begunMs, this.#host.now());
    }
    return this.tell(project);
  }

  /**
   * Tells the scores if all pictures are predicted and there is news; true when it did. The steps under way must have
   * ended.
   */
  async tell(project: LearningProject): Promise<boolean> {
    const scores = this.#isNew ? project.heldOutScores : null;
    if (scores === null) return false;
    this.#isNew = false;
    await this.#best.evaluated(project.trainer.step, scores.meanIou, async () => (await project.snapshot()).restore);
    this.#reports.heldOutScores(project, scores, this.#best.learner);
    return true;
  }

  /**
   * Puts the best learner in place; false where that is the one in place already, or none is kept. The steps under way
   * must have ended.
   */
  async goBack(project: LearningProject, run: TrainingRun): Promise<boolean> {
    const { restore, learner } = this.#best;
    if (restore === null || learner?.step === project.trainer.step) return false;
    const former = await project.saveIfSound();
    this.#reports.telemetry(project, run.takeTelemetry(true));
    restore();
    run.interrupted();
    this.#reports.wentBack(project, former);
    return true;
  }
}
