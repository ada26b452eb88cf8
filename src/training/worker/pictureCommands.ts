import type { Command } from '../protocol.ts';
import type { HeldOutWatch } from './heldOutWatch.ts';
import type { OpenProject } from './openProject.ts';
import type { ProjectPicture } from './projectPicture.ts';
import type { Reports } from './reports.ts';
import type { TrainingRun } from './trainingRun.ts';

/** The commands that are about pictures and their labels. */
export type PictureCommand = Extract<
  Command,
  { type: 'addPicture' | 'removePicture' | 'setUse' | 'holdOut' | 'activate' | 'patch' }
>;

/** What they need of the session that they come to. */
export interface PictureCommandsSession {
  readonly run: TrainingRun;
  readonly watch: HeldOutWatch;
  readonly reports: Reports;
  readonly isTraining: boolean;
  /** Whether the page was told why training does not go on. */
  readonly hasNotice: boolean;
  /** The open project, unless it is another one. */
  projectNamed(projectId: string): OpenProject | null;
  /** Tells the page how many pictures are learned from, and for how many steps. */
  tellStatus(project: OpenProject): void;
  /** Has the active picture predicted as soon as nothing else is asked. */
  owePrediction(): void;
}

interface PictureOfProject {
  readonly project: OpenProject;
  readonly picture: ProjectPicture;
}

/** Carries out what the page says of pictures: they come, go, are used in another way, shown, painted on or held out of. */
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
    this.#session.tellStatus(project);
  }

  async #remove(command: Extract<Command, { type: 'removePicture' }>): Promise<void> {
    const named = this.#named(command);
    if (named === null) return;
    const { project, picture } = named;
    // A step under way that fails is told of; the picture is dealt with all the same.
    await this.#session.run.drain().finally(() => project.removePicture(picture));
    this.#heldOutChanged(project, picture);
    this.#session.tellStatus(project);
  }

  async #setUse(command: Extract<Command, { type: 'setUse' }>): Promise<void> {
    const named = this.#named(command);
    if (named === null) return;
    const { project, picture } = named;
    // A step under way that fails is told of; the picture is dealt with all the same.
    await this.#session.run.drain().finally(() => project.setUse(picture, command.use));
    this.#heldOutChanged(project, picture);
    this.#session.tellStatus(project);
  }

  #holdOut({ projectId, pictures }: Extract<Command, { type: 'holdOut' }>): void {
    const { watch, tellStatus, projectNamed } = this.#session;
    const project = projectNamed(projectId);
    if (project === null) return;
    project.holdOut(pictures);
    watch.startOver(project.trainer.step);
    tellStatus(project);
    for (const { pictureId } of pictures) this.#tellScores(project, project.picture(pictureId));
  }

  #activate(command: Extract<Command, { type: 'activate' }>): void {
    const named = this.#named(command);
    if (named === null) return;
    const { project, picture } = named;
    project.activate(picture);
    if (this.#session.isTraining) this.#session.run.predictSoon();
    // Later, so that one prediction answers a person who leafs through many pictures.
    else this.#session.owePrediction();
  }

  #patch(command: Extract<Command, { type: 'patch' }>): void {
    const named = this.#named(command);
    if (named === null) return;
    const { project, picture } = named;
    const { watch, hasNotice, tellStatus } = this.#session;
    const { trainingPictures, budgetEnd, step } = project.trainer;
    const touchesHeldOut = project.applyPatch(picture, command.patch, command.labelRevision);
    if (touchesHeldOut) watch.startOver(step);
    else watch.waitFrom(step);
    const isNews = trainingPictures !== project.trainer.trainingPictures || budgetEnd !== project.trainer.budgetEnd;
    if (hasNotice || isNews) tellStatus(project);
    this.#tellScores(project, picture);
  }

  #heldOutChanged(project: OpenProject, { heldOut }: ProjectPicture): void {
    if (heldOut.size > 0) this.#session.watch.startOver(project.trainer.step);
  }

  /** Scores against other labels, by a prediction that was kept. */
  #tellScores(project: OpenProject, picture: ProjectPicture | null): void {
    // While training, the next prediction of the active picture brings new scores anyway.
    if (picture === null || (this.#session.isTraining && picture === project.active)) return;
    const rescored = project.rescore(picture);
    if (rescored !== null) this.#session.reports.scores(project, picture, rescored);
  }

  #named(of: { readonly projectId: string; readonly pictureId: string }): PictureOfProject | null {
    const project = this.#session.projectNamed(of.projectId);
    const picture = project?.picture(of.pictureId) ?? null;
    return project === null || picture === null ? null : { project, picture };
  }
}
