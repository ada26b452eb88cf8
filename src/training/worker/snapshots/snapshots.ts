import type { Command } from '../../protocol.ts';
import type { TrainingRun } from '../loop/trainingRun.ts';
import type { LearnerSnapshot, LearningProject, PicturePrediction } from '../replica/learningProject.ts';
import type { Reports } from '../reports/reports.ts';
import type { SessionHost } from '../sessionHost.ts';
import { type Kept, type ShelfLimits, SnapshotShelf } from './snapshotShelf.ts';

/** A dozen of the default network's once its pretrained layers learn, two dozen of smaller ones. */
const LIMITS: ShelfLimits = { most: 24, bytes: 2 ** 26 };

type Snapshot = LearnerSnapshot & Kept;

/** Keeps the learner as it was at some of its steps, asks it about pictures, and goes back to it. */
export class Snapshots {
  readonly #run: TrainingRun;
  readonly #reports: Reports;
  readonly #host: SessionHost;
  readonly #shelf = new SnapshotShelf<Snapshot>(LIMITS);
  /** Changes whenever what is being read is no longer wanted. */
  #life = 0;
  /** Of the learner that the snapshots are of. */
  #shape = '';
  /** Steps that the page was told of, one after another. */
  #told = '';
  /** A learner that comes back was as this one is up to here. */
  #sharedStep = Number.POSITIVE_INFINITY;

  constructor(run: TrainingRun, reports: Reports, host: SessionHost) {
    this.#run = run;
    this.#reports = reports;
    this.#host = host;
  }

  /** To be called after steps were submitted: takes a snapshot alongside if one is due. */
  note(project: LearningProject): void {
    const { step } = project.trainer;
    // Of two learners, one would go back alone.
    if (project.learners.b !== null || !this.#shelf.takes(step)) return;
    const life = this.#life;
    const reading = project.snapshot().then((learner) => {
      if (life !== this.#life) return;
      this.#shelf.add({ ...learner, step });
      this.#tell(project);
    });
    this.#run.readsAlong(reading);
  }

  /** Another learner, or one that former states do not fit. `isOpened`: of another project, whose former one is gone. */
  startOver(project: LearningProject, isOpened: boolean): void {
    this.#life++;
    this.#shape = project.learnedShape;
    this.#sharedStep = isOpened ? Number.POSITIVE_INFINITY : 0;
    this.#shelf.startOver(project.trainer.budgetEnd);
    // With another project the page knows of none.
    if (isOpened) this.#told = '';
    this.#tell(project);
  }

  /** Classes or settings are others; snapshots stay where they still fit. */
  configured(project: LearningProject): void {
    if (project.learnedShape !== this.#shape) this.startOver(project, false);
  }

  /** The learner went back to a step before. */
  wentBack(project: LearningProject): void {
    this.#sharedStep = Math.min(this.#sharedStep, project.trainer.step);
    this.#forgetAfter(project, project.trainer.step);
  }

  /** The learner diverged: that of this step and of later ones may be of no use any more. */
  diverged(project: LearningProject, step: number): void {
    this.#forgetAfter(project, step - 1);
  }

  /** A former learner is in place: what it does not share with the one that it replaces is forgotten. */
  restored(project: LearningProject): void {
    this.#forgetAfter(project, Math.min(this.#sharedStep, project.trainer.step));
  }

  /** Answers what the learner of then says of a picture, in any case; today's stays in place. */
  async answer(project: LearningProject | null, command: Extract<Command, { type: 'predictPast' }>): Promise<void> {
    const picture = project?.picture(command.pictureId) ?? null;
    const snapshot = this.#shelf.at(command.step);
    let found: PicturePrediction | null = null;
    try {
      if (picture === null || snapshot === null) return;
      await this.#run.drain();
      found = await snapshot.predict(picture, () => this.#host.yieldToEventLoop());
      this.#run.interrupted();
    } finally {
      this.#reports.predicted(command.requestId, picture, found);
    }
  }

  /**
   * Puts the learner of then in place; false where none was kept, or it is that already. The steps under way must have
   * ended.
   */
  async goBack(project: LearningProject, step: number): Promise<boolean> {
    const snapshot = this.#shelf.at(step);
    if (snapshot === null || step === project.trainer.step) return false;
    const former = await project.saveIfSound();
    this.#reports.telemetry(project, this.#run.takeTelemetry(true));
    snapshot.restore();
    this.#run.interrupted();
    this.#reports.wentBack(project, former);
    this.wentBack(project);
    return true;
  }

  #forgetAfter(project: LearningProject, step: number): void {
    this.#life++;
    this.#shelf.dropAfter(step);
    this.#tell(project);
  }

  #tell(project: LearningProject): void {
    const { steps } = this.#shelf;
    if (steps.join() === this.#told) return;
    this.#told = steps.join();
    this.#reports.snapshots(project, steps);
  }
}
