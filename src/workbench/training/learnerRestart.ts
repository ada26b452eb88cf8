import type { Phase } from '../../training/protocol.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { OpenProject } from '../project/openProject.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import type { BackendChoice } from './backendChoice.ts';
import type { LearnerConnection } from './learnerConnection.ts';

/** What {@link LearnerRestart} needs of whoever talks to the worker. */
export interface LearnerRestartHost {
  /** What is learned from; `null`: nothing. */
  project(): OpenProject | null;
  /** What the worker said last that it does. */
  workerPhase(): Phase;
  /** Copies the learner, where it can be had. */
  copyLearner(): Promise<unknown>;
  /** A worker that knows nothing is in place: what the former one showed is over. */
  replaced(project: OpenProject | null): void;
  /** Opens the project with its newest copy of the learner; the former worker's was at `step`. */
  reopen(project: OpenProject, step: number): void;
  addPicture(picture: ProjectPicture): void;
}

/** Replaces the worker; the learner goes on from its newest copy, and trains on if it was training. */
export class LearnerRestart {
  readonly #context: WorkbenchContext;
  readonly #connection: LearnerConnection;
  readonly #choice: BackendChoice;
  readonly #host: LearnerRestartHost;

  constructor(
    context: WorkbenchContext,
    connection: LearnerConnection,
    choice: BackendChoice,
    host: LearnerRestartHost,
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#choice = choice;
    this.#host = host;
  }

  /** In place of a worker that is broken; nothing happens where none is. */
  async startAgain(): Promise<void> {
    if (this.#connection.isStopped) await this.#replaceWorker(this.#isTraining);
  }

  /** After another network was chosen: in place of a broken worker, or as what this one refused to do. */
  learnAnew(): void {
    const { client, isStopped } = this.#connection;
    if (isStopped) void this.startAgain();
    else if (client.takesOneStep) client.step();
    else client.train();
  }

  /** On the graphics processor that was given up. */
  async tryGpuAgain(): Promise<void> {
    await this.#changeBackend(() => this.#choice.tryGpuAgain(), this.#isTraining);
  }

  /** On WebAssembly; `forGood`: at later visits, too. */
  async goOnWithoutGpu(forGood: boolean): Promise<void> {
    const { client, isStopped } = this.#connection;
    // A worker that is not broken refused what it was asked for.
    const trains = this.#isTraining || !(isStopped || client.takesOneStep);
    await this.#changeBackend(() => this.#choice.avoidGpu(forGood), trains);
  }

  /** Whether the worker that is or was there was told to train. */
  get #isTraining(): boolean {
    const phase = this.#host.workerPhase();
    return phase === 'training' || (phase === 'compiling' && !this.#connection.client.takesOneStep);
  }

  async #changeBackend(change: () => void, trains: boolean): Promise<void> {
    // Where it cannot be had, there is the newest copy.
    await this.#host.copyLearner().catch(() => null);
    change();
    await this.#replaceWorker(trains);
  }

  async #replaceWorker(trains: boolean): Promise<void> {
    const { step } = this.#context.store.getState().training;
    this.#connection.startAgain();
    const project = this.#host.project();
    this.#host.replaced(project);
    if (project === null) return;
    this.#host.reopen(project, step);
    for (const picture of project.shown) {
      // One that cannot be opened was told when the project was.
      await picture.open().catch(() => null);
      if (this.#host.project() !== project) return;
      if (picture.opened === null) continue;
      this.#host.addPicture(picture);
      if (picture !== this.#context.picture) picture.release();
    }
    if (trains) this.#connection.client.train();
  }
}
