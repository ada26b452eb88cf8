import type { Command } from '../../protocol.ts';
import type { EarlyStopping } from '../heldOut/earlyStopping.ts';
import type { TrainingRun } from '../loop/trainingRun.ts';
import type { LearningProject, PicturePrediction } from '../replica/learningProject.ts';
import type { SessionHost } from '../sessionHost.ts';
import type { Inspections } from './inspections.ts';
import type { Reports } from './reports.ts';

/** Predicts pictures and scores them: the one on the screen, those that are asked for, and the others when there is time. */
export class Predictions {
  readonly #run: TrainingRun;
  readonly #reports: Reports;
  readonly #host: SessionHost;
  readonly #earlyStopping: EarlyStopping;
  readonly #inspections: Inspections;
  /** Whether a new prediction of the active picture is to be shown as soon as nothing else is asked. */
  isPredictionPending = false;

  constructor(
    run: TrainingRun,
    reports: Reports,
    host: SessionHost,
    earlyStopping: EarlyStopping,
    inspections: Inspections,
  ) {
    this.#run = run;
    this.#reports = reports;
    this.#host = host;
    this.#earlyStopping = earlyStopping;
    this.#inspections = inspections;
  }

  /** Predicts the active picture, if there is one, for the page. */
  async show(project: LearningProject): Promise<void> {
    this.isPredictionPending = false;
    await this.#run.drain();
    const begunMs = this.#host.now();
    const picture = project.active;
    if (picture !== null) {
      const prediction = await project.predictLive(picture, () => this.#host.yieldToEventLoop());
      this.#reports.prediction(project, picture, prediction);
      this.#earlyStopping.changed();
      await this.#inspections.show(project);
    }
    this.#run.predicted(begunMs, project.learners.count);
  }

  /** Answers a request for one prediction, in any case. */
  async answer(project: LearningProject | null, command: Extract<Command, { type: 'predict' }>): Promise<void> {
    const picture = project?.picture(command.pictureId) ?? null;
    let found: PicturePrediction | null = null;
    try {
      if (project === null || picture === null || project.trainer.step === 0) return;
      await this.#run.drain();
      found = await project.predict(picture, () => this.#host.yieldToEventLoop());
      this.#run.interrupted();
    } finally {
      this.#reports.predicted(command.requestId, picture, found);
    }
  }

  /** Does one piece of work that nobody waits for; false when there is none. */
  async runIdleWork(project: LearningProject | null): Promise<boolean> {
    if (project === null) return false;
    const isTrained = project.trainer.step > 0;
    if (isTrained && this.isPredictionPending) {
      await this.show(project);
      return true;
    }
    if (await this.#inspections.catchUp(project)) return true;
    if (!isTrained) return false;
    const picture = project.nextToScore();
    if (picture === null) return this.#earlyStopping.tell(project);
    await this.#run.drain();
    this.#reports.scores(project, picture, await project.scoreUnasked(picture, () => this.#host.yieldToEventLoop()));
    this.#earlyStopping.changed();
    return true;
  }
}
