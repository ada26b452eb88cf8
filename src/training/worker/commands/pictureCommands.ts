import type { Command } from '../../protocol.ts';
import type { EarlyStopping } from '../heldOut/earlyStopping.ts';
import type { TrainingLoop } from '../loop/trainingLoop.ts';
import type { TrainingRun } from '../loop/trainingRun.ts';
import type { LearningProject } from '../replica/learningProject.ts';
import type { PictureReplica } from '../replica/pictureReplica.ts';
import type { Predictions } from '../reports/predictions.ts';
import type { Reports } from '../reports/reports.ts';
import type { SessionStatus } from '../reports/sessionStatus.ts';

/** The commands that are about pictures and their labels. */
export type PictureCommand = Extract<
  Command,
  { type: 'addPicture' | 'removePicture' | 'setUse' | 'holdOut' | 'activate' | 'patch' }
>;

/** What these commands need of the session. */
export interface PictureCommandsSession {
  readonly run: TrainingRun;
  readonly earlyStopping: EarlyStopping;
  readonly predictions: Predictions;
  readonly training: TrainingLoop;
  readonly reports: Reports;
  readonly status: SessionStatus;
  /** The open project if it has this id, else `null`. */
  projectNamed(projectId: string): LearningProject | null;
}

interface PictureOfProject {
  readonly project: LearningProject;
  readonly picture: PictureReplica;
}

/** Carries out the commands about pictures: add, remove, use, hold out, activate, patch. */
export class PictureCommands {
  readonly #session: PictureCommandsSession;

  constructor(session: PictureCommandsSession) {
    this.#session = session;
  }

  async handle(command: PictureCommand): Promise<void> {
    switch (command.type) {
      case 'addPicture':
        return this.#add(command);
      case 'removePicture':
        return this.#remove(command);
      case 'setUse':
        return this.#setUse(command);
      case 'holdOut':
        return this.#holdOut(command);
      case 'activate':
        return this.#activate(command);
      case 'patch':
        return this.#patch(command);
    }
  }

  #add(command: Extract<Command, { type: 'addPicture' }>): void {
    const project = this.#session.projectNamed(command.projectId);
    if (project === null) return;
    this.#heldOutChanged(project, project.addPicture(command.picture));
    this.#session.status.tell(project);
  }

  async #remove(command: Extract<Command, { type: 'removePicture' }>): Promise<void> {
    const named = this.#named(command);
    if (named === null) return;
    const { project, picture } = named;
    // A step under way that fails is told of; the picture is dealt with all the same.
    await this.#session.run.drain().finally(() => project.removePicture(picture));
    this.#heldOutChanged(project, picture);
    this.#session.status.tell(project);
  }

  async #setUse(command: Extract<Command, { type: 'setUse' }>): Promise<void> {
    const named = this.#named(command);
    if (named === null) return;
    const { project, picture } = named;
    // A step under way that fails is told of; the picture is dealt with all the same.
    await this.#session.run.drain().finally(() => project.setUse(picture, command.use));
    this.#heldOutChanged(project, picture);
    this.#session.status.tell(project);
  }

  #holdOut({ projectId, pictures }: Extract<Command, { type: 'holdOut' }>): void {
    const { earlyStopping, status, projectNamed } = this.#session;
    const project = projectNamed(projectId);
    if (project === null) return;
    project.holdOut(pictures);
    earlyStopping.startOver(project.trainer.step);
    status.tell(project);
    for (const { pictureId } of pictures) this.#tellScores(project, project.picture(pictureId));
  }

  #activate(command: Extract<Command, { type: 'activate' }>): void {
    const named = this.#named(command);
    if (named === null) return;
    const { project, picture } = named;
    project.activate(picture);
    if (this.#session.training.isRunning) this.#session.run.predictSoon();
    // Later, so that one prediction answers a person who leafs through many pictures.
    else this.#session.predictions.isPredictionPending = true;
  }

  #patch(command: Extract<Command, { type: 'patch' }>): void {
    const named = this.#named(command);
    if (named === null) return;
    const { project, picture } = named;
    const { earlyStopping, status } = this.#session;
    const { trainingPictures, budgetEnd, step } = project.trainer;
    const touchesHeldOut = project.applyPatch(picture, command.patch, command.labelRevision);
    if (touchesHeldOut) earlyStopping.startOver(step);
    else earlyStopping.waitFrom(step);
    const isNews = trainingPictures !== project.trainer.trainingPictures || budgetEnd !== project.trainer.budgetEnd;
    if (status.notice !== null || isNews) status.tell(project);
    this.#tellScores(project, picture);
  }

  #heldOutChanged(project: LearningProject, { heldOut }: PictureReplica): void {
    if (heldOut.size > 0) this.#session.earlyStopping.startOver(project.trainer.step);
  }

  /** Scores against other labels, by a prediction that was kept. */
  #tellScores(project: LearningProject, picture: PictureReplica | null): void {
    // While training, the next prediction of the active picture brings new scores anyway.
    if (picture === null || (this.#session.training.isRunning && picture === project.active)) return;
    const rescored = project.rescore(picture);
    if (rescored !== null) this.#session.reports.scores(project, picture, rescored);
  }

  #named(of: { readonly projectId: string; readonly pictureId: string }): PictureOfProject | null {
    const project = this.#session.projectNamed(of.projectId);
    const picture = project?.picture(of.pictureId) ?? null;
    return project === null || picture === null ? null : { project, picture };
  }
}
