import type { TrainingRun } from '../loop/trainingRun.ts';
import type { LearningProject } from '../replica/learningProject.ts';
import type { Reports } from '../reports/reports.ts';

/** With the time that reading and storing takes, a fault costs no more than ten seconds of training. */
const INTERVAL_MS = 8000;
/** Making bytes of the learner takes no more of training's time than this. */
const MAX_SHARE = 0.02;

/** Hands the learner over to the page while it trains, so that a fault costs seconds of training and not all of it. */
export class Checkpoints {
  readonly #run: TrainingRun;
  readonly #reports: Reports;
  readonly #now: () => number;
  #dueMs = 0;
  /** Of the newest one, of this learner. */
  #step: number | null = null;
  /** Changes whenever what is being read is no longer wanted. */
  #life = 0;

  /** `now`: milliseconds on a monotonic clock. */
  constructor(run: TrainingRun, reports: Reports, now: () => number) {
    this.#run = run;
    this.#reports = reports;
    this.#now = now;
  }

  /** Training begins or goes on: until the first checkpoint the page has what it was before. */
  begin(): void {
    this.#dueMs = this.#now() + INTERVAL_MS;
  }

  /** To be called after steps were submitted: takes a checkpoint if one is due. */
  note(project: LearningProject): void {
    if (this.#now() >= this.#dueMs) this.take(project);
  }

  /** Reads the learner beside the steps under way, unless that was done at this step. */
  take(project: LearningProject): void {
    const { step } = project.trainer;
    if (step === 0 || step === this.#step) return;
    this.#step = step;
    this.#dueMs = this.#now() + INTERVAL_MS;
    this.#run.readsAlong(this.#read(project, step));
  }

  /** Another learner is in place: what is being read is not handed over. */
  startOver(): void {
    this.#life++;
    this.#step = null;
  }

  async #read(project: LearningProject, step: number): Promise<void> {
    const life = this.#life;
    const { settings } = project;
    // With the losses of the steps that led to it, so that the curves go as far as the weights.
    const [encode] = await Promise.all([project.trainer.read(), this.#run.newestBurst]);
    if (life !== this.#life) return;
    const begunMs = this.#now();
    const state = encode();
    this.#dueMs += Math.max(0, (this.#now() - begunMs) / MAX_SHARE - INTERVAL_MS);
    this.#reports.telemetry(project, this.#run.takeTelemetry(true));
    this.#reports.checkpoint(project, { step, state, settings });
  }
}
