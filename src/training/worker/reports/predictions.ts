import type { Command } from '../../protocol.ts';
import type { HeldOutWatch } from '../heldOut/heldOutWatch.ts';
import type { TrainingRun } from '../loop/trainingRun.ts';
import type { OpenProject, PicturePrediction } from '../replica/openProject.ts';
import type { SessionHost } from '../sessionHost.ts';
import type { Inspections } from './inspections.ts';
import type { Reports } from './reports.ts';

/** Predicts pictures and scores them: the one on the screen, those that are asked for, and the others when there is time. */
export class Predictions {
  readonly #run: TrainingRun;
  readonly #reports: Reports;
  readonly #host: SessionHost;
  readonly #watch: HeldOutWatch;
  readonly #inspections: Inspections;
  /** Whether the active picture is to be shown a prediction of, as soon as nothing else is asked. */
  owed = false;

  constructor(run: TrainingRun, reports: Reports, host: SessionHost, watch: HeldOutWatch, inspections: Inspections) {
    this.#run = run;
    this.#reports = reports;
    this.#host = host;
    this.#watch = watch;
    this.#inspections = inspections;
  }

  /** Predicts the active picture, if there is one, for the page. */
  async show(project: OpenProject): Promise<void> {
    this.owed = false;
    await this.#run.drain();
    const begunMs = this.#host.now();
    const picture = project.active;
    if (picture !== null) {
      const prediction = await project.predictLive(picture, () => this.#host.yieldTurn());
      this.#reports.prediction(project, picture, prediction);
      this.#watch.changed();
      await this.#inspections.show(project);
    }
    this.#run.predicted(begunMs, project.learners.count);
  }

  /** Answers a request for one prediction, in any case. */
  async answer(project: OpenProject | null, command: Extract<Command, { type: 'predict' }>): Promise<void> {
    const picture = project?.picture(command.pictureId) ?? null;
    let found: PicturePrediction | null = null;
    try {
      if (project === null || picture === null || project.trainer.step === 0) return;
      await this.#run.drain();
      found = await project.predict(picture, () => this.#host.yieldTurn());
      this.#run.interrupted();
    } finally {
      this.#reports.predicted(command.requestId, picture, found);
    }
  }

  /** Does one thing that nobody waits for; false when there is none. */
  async workUnasked(project: OpenProject | null): Promise<boolean> {
    if (project === null) return false;
    const isTrained = project.trainer.step > 0;
    if (isTrained && this.owed) {
      await this.show(project);
      return true;
    }
    if (await this.#inspections.catchUp(project)) return true;
    if (!isTrained) return false;
    const picture = project.nextToScore();
    if (picture === null) return this.#watch.tell(project);
    await this.#run.drain();
    this.#reports.scores(project, picture, await project.scoreUnasked(picture, () => this.#host.yieldTurn()));
    this.#watch.changed();
    return true;
  }
}
