import { type Command, type Phase, PROTOCOL_VERSION } from '../protocol.ts';
import { CommandQueue } from './commandQueue.ts';
import { HeldOutWatch } from './heldOutWatch.ts';
import { OpenProject } from './openProject.ts';
import { PictureCommands, type PictureCommandsSession } from './pictureCommands.ts';
import { Predictions } from './predictions.ts';
import { RateSearch } from './rateSearch.ts';
import { Reports } from './reports.ts';
import {
  NOTHING_LABELED,
  NOTHING_TO_TRAIN_ON,
  SEARCH_STOPPED,
  sentenceOf,
  stoppedEarly,
  unknownCommand,
} from './sentences.ts';
import type { SessionHost, SessionPort } from './sessionHost.ts';
import { TrainingRun } from './trainingRun.ts';

/**
 * The learner's loop: an actor that handles one command at a time and trains in between.
 *
 * Commands wait in a queue and are taken up between two steps, so `pause`, `reset` and new labels take effect within
 * one step and nothing is disposed while it is in use. The loop never blocks: losses and predictions are awaited. Where
 * nothing is asked and nothing trains, it scores the pictures that are not shown, one between two commands.
 */
export class TrainingSession {
  readonly #reports: Reports;
  readonly #host: SessionHost;
  readonly #queue = new CommandQueue();
  readonly #run: TrainingRun;
  readonly #watch: HeldOutWatch;
  readonly #predictions: Predictions;
  readonly #pictures: PictureCommands;
  #closed = false;
  #started = false;
  #project: OpenProject | null = null;
  #running = false;
  /** A search for a learning rate that is under way. */
  #search: RateSearch | null = null;
  #phase: Phase = 'loading';
  #notice: string | null = null;

  constructor(port: SessionPort, host: SessionHost) {
    this.#reports = new Reports(port);
    this.#host = host;
    this.#run = new TrainingRun(() => host.now());
    this.#watch = new HeldOutWatch(this.#reports, host);
    this.#predictions = new Predictions(this.#run, this.#reports, host, this.#watch);
    this.#pictures = new PictureCommands(this.#forPictures());
  }

  /** Takes a command; it is carried out between two training steps. */
  receive(command: Command): void {
    this.#queue.push(command);
  }

  /** Runs until {@link close}. Errors of a command or a step are sent to the page and end training, not the loop. */
  async run(): Promise<void> {
    while (!this.#closed) {
      try {
        const command = this.#nextCommand();
        if (command !== undefined) {
          this.#endSearch(SEARCH_STOPPED);
          await this.#handle(command);
        } else if (this.#search !== null && this.#project !== null) {
          await this.#searchOnce(this.#project, this.#search);
          await this.#host.yieldTurn();
        } else if (this.#running) {
          await this.#trainOnce();
          await this.#host.yieldTurn();
        } else if (await this.#predictions.workUnasked(this.#project)) {
          await this.#host.yieldTurn();
        } else {
          await this.#queue.comes();
        }
      } catch (error) {
        this.#running = false;
        this.#run.abandon();
        if (this.#project !== null) this.#setPhase(this.#project.restPhase);
        this.#reports.failed(error, !this.#started);
      }
    }
    this.#project?.dispose();
    this.#project = null;
  }

  /** Ends {@link run} after the command or step under way; the learner's memory is given back. */
  close(): void {
    this.#closed = true;
    this.#queue.wake();
  }

  /** During a search, a request to save waits for its end; whatever else is asked ends it. */
  #nextCommand(): Command | undefined {
    return this.#search === null || this.#queue.has(({ type }) => type !== 'save') ? this.#queue.take() : undefined;
  }

  async #handle(command: Command): Promise<void> {
    switch (command?.type) {
      case 'start':
        return this.#start(command);
      case 'open':
        return this.#open(command);
      case 'addPicture':
      case 'removePicture':
      case 'setUse':
      case 'holdOut':
      case 'activate':
      case 'patch':
        return this.#pictures.handle(command);
      case 'configure':
        return this.#configure(command);
      case 'train':
        return this.#train();
      case 'pause':
        return this.#pause();
      case 'step':
        return this.#singleStep();
      case 'reset':
        return this.#reset();
      case 'findRate':
        return this.#findRate();
      case 'save':
        return this.#save(command.requestId);
      case 'restore':
        return this.#restore(command);
      case 'restoreBest':
        return this.#restoreBest(command.projectId);
      case 'predict':
        return this.#predictions.answer(this.#project, command);
      default:
        return unknownCommand(command);
    }
  }

  async #start(command: Extract<Command, { type: 'start' }>): Promise<void> {
    if (command.protocolVersion !== PROTOCOL_VERSION) {
      throw new Error('The page and its training worker are of different versions. Reload the page.');
    }
    // What is under way on a lost backend never ends: the page is told past the loop, and starts another worker.
    const backend = await this.#host.startBackend(command.backend, (sentence) => {
      this.#reports.failed(sentence, true);
    });
    this.#started = true;
    this.#reports.started(backend);
  }

  async #open(command: Extract<Command, { type: 'open' }>): Promise<void> {
    // Without a backend there is nothing to build a learner on; the page was told so.
    if (!this.#started) return;
    await this.#halt();
    this.#project?.dispose();
    this.#project = null;
    const project = new OpenProject(command);
    this.#project = project;
    this.#predictions.owed = false;
    this.#startOver(project);
    this.#reports.learner(project);
    if (command.state === null) this.#setPhase('ready');
    else await this.#resume(project, command.state);
  }

  async #configure(command: Extract<Command, { type: 'configure' }>): Promise<void> {
    const project = this.#projectNamed(command.projectId);
    if (project === null) return;
    await this.#run.drain();
    const change = project.configure(command.channels, command.settings);
    this.#reports.learner(project);
    if (change !== 'kept') this.#watch.startOver(project.trainer.step);
    if (change === 'rebuilt') {
      this.#run.clear();
      this.#setPhase(this.#running ? 'compiling' : 'ready');
      return;
    }
    const untrained = project.trainer.step === 0;
    if (this.#running || untrained) {
      this.#setPhase(this.#phase);
    } else {
      this.#setPhase(project.restPhase);
      await this.#predictions.show(project);
    }
  }

  async #train(): Promise<void> {
    const project = this.#trainableProject();
    if (project === null || this.#running) return;
    project.trainer.continueBudget();
    this.#watch.waitFrom(project.trainer.step);
    this.#running = true;
    this.#run.interrupted();
    this.#setPhase(project.trainer.step === 0 ? 'compiling' : 'training');
  }

  async #pause(): Promise<void> {
    const project = this.#project;
    if (project === null || !this.#running) return;
    this.#running = false;
    // A pause does not wait for shaders; there is nothing new to show.
    if (this.#run.isCompiling) this.#setPhase(project.trainer.step === 0 ? 'ready' : 'paused');
    else await this.#settle(project, 'paused');
  }

  async #singleStep(): Promise<void> {
    const project = this.#trainableProject();
    if (project === null) return;
    await this.#halt();
    if (project.trainer.step === 0) {
      this.#setPhase('compiling');
      await this.#compile(project);
    }
    await this.#run.dispatch(project.trainer, 1);
    this.#run.interrupted();
    await this.#settle(project, 'paused');
  }

  async #reset(): Promise<void> {
    const project = this.#project;
    if (project === null) return;
    await this.#halt();
    const state = await project.reset();
    this.#startOver(project);
    this.#reports.cleared(project, state);
    this.#setPhase('ready');
  }

  async #findRate(): Promise<void> {
    const project = this.#trainableProject();
    // Training pauses for it, and what it was about to show is owed.
    this.#predictions.owed ||= this.#running;
    await this.#halt();
    if (project === null) {
      if (this.#project !== null) this.#reports.rateSearch(this.#project, [], { because: this.#notice });
      return;
    }
    this.#reports.telemetry(project, this.#run.takeTelemetry(true));
    this.#search = new RateSearch(project, this.#reports, () => this.#host.now());
    this.#setPhase('compiling');
  }

  async #searchOnce(project: OpenProject, search: RateSearch): Promise<void> {
    try {
      if (this.#phase === 'compiling') {
        if (!(await this.#compiled(project))) return;
        this.#setPhase('searching');
      }
      if (await search.advance()) this.#endSearch(null);
    } catch (error) {
      this.#endSearch(sentenceOf(error));
      throw error;
    }
  }

  /** Puts the learner back as it was before the search, if there is one. */
  #endSearch(because: string | null): void {
    const search = this.#search;
    if (search === null || this.#project === null) return;
    this.#search = null;
    search.end(because);
    this.#run.interrupted();
    this.#setPhase(this.#project.restPhase);
  }

  async #save(requestId: number): Promise<void> {
    let state: ArrayBuffer | null = null;
    try {
      await this.#run.drain();
      state = this.#project === null ? null : await this.#project.save();
    } finally {
      // Also when it failed: somebody waits for the answer.
      this.#reports.saved(requestId, this.#project, state);
    }
  }

  async #restore(command: Extract<Command, { type: 'restore' }>): Promise<void> {
    const project = this.#projectNamed(command.projectId);
    if (project === null) return;
    await this.#halt();
    await this.#resume(project, command.state);
  }

  async #restoreBest(projectId: string): Promise<void> {
    const project = this.#projectNamed(projectId);
    if (project === null) return;
    await this.#halt();
    if (!(await this.#watch.goBack(project, this.#run))) return;
    this.#setPhase(project.restPhase);
    await this.#predictions.show(project);
  }

  /** Puts a saved learner in place and shows what it predicts. */
  async #resume(project: OpenProject, state: ArrayBuffer): Promise<void> {
    project.restore(state);
    this.#setPhase(project.restPhase);
    await this.#predictions.show(project);
  }

  async #trainOnce(): Promise<void> {
    const project = this.#trainableProject();
    if (project === null) {
      await this.#halt();
      return;
    }
    const { trainer } = project;
    if (this.#phase !== 'training' || trainer.stepsAhead === 0) {
      if (!(await this.#compiled(project))) return;
      this.#setPhase('training');
    }
    // One burst is always queued behind the one being computed: the processor stays busy and the queue shallow.
    await this.#run.dispatch(trainer, Math.min(this.#run.burstSteps, trainer.stepsAhead));
    this.#reports.telemetry(project, this.#run.takeTelemetry(false));
    if (project.budgetUsedUp) {
      this.#running = false;
      await this.#settle(project, 'finished');
    } else if (this.#run.predictionIsDue) {
      await this.#predictions.show(project);
      const isTold = await this.#watch.evaluate(project, () => this.#queue.has());
      if (isTold && this.#watch.isOverdue(project)) await this.#stopEarly(project);
    }
  }

  async #stopEarly(project: OpenProject): Promise<void> {
    this.#running = false;
    const { step } = project.trainer;
    const isBack = project.settings.restoreBest && (await this.#watch.goBack(project, this.#run));
    this.#reports.telemetry(project, this.#run.takeTelemetry(true));
    this.#setPhase('finished', stoppedEarly(step, this.#watch.bestStep, isBack));
    if (isBack) await this.#predictions.show(project);
  }

  #compile(project: OpenProject): Promise<void> {
    return this.#run.compile(project.trainer, project.active?.id ?? null);
  }

  /** Waits until all is compiled, or, with `false`, until a command comes. */
  async #compiled(project: OpenProject): Promise<boolean> {
    const command = this.#queue.comes().then(() => false);
    const done = this.#compile(project).then(() => true);
    return (await Promise.race([done, command])) || !this.#run.isCompiling;
  }

  async #halt(): Promise<void> {
    this.#running = false;
    await this.#run.drain();
  }

  async #settle(project: OpenProject, phase: Phase): Promise<void> {
    await this.#run.drain();
    this.#reports.telemetry(project, this.#run.takeTelemetry(true));
    this.#setPhase(phase);
    await this.#predictions.show(project);
  }

  /** Another learner: of a step's length, and of what was best, nothing is known. */
  #startOver(project: OpenProject): void {
    this.#run.clear();
    this.#watch.startOver(project.trainer.step);
  }

  /** What of the session the commands about pictures may see. */
  #forPictures(): PictureCommandsSession {
    const session = this;
    return {
      run: this.#run,
      watch: this.#watch,
      reports: this.#reports,
      get isTraining() {
        return session.#running;
      },
      get hasNotice() {
        return session.#notice !== null;
      },
      projectNamed: (projectId) => this.#projectNamed(projectId),
      tellStatus: (project) => this.#tellStatus(project),
      owePrediction: () => {
        this.#predictions.owed = true;
      },
    };
  }

  #projectNamed(projectId: string): OpenProject | null {
    // A message about a project that was closed meanwhile is late, not wrong; so is one about a removed picture.
    return this.#project?.id === projectId ? this.#project : null;
  }

  /** The open project if it has a label to learn from; else the page is told what is missing. */
  #trainableProject(): OpenProject | null {
    const project = this.#project;
    if (project === null || project.trainer.trainingPictures > 0) return project;
    const notice = project.labeled ? NOTHING_TO_TRAIN_ON : NOTHING_LABELED;
    this.#setPhase(project.trainer.step === 0 ? 'ready' : 'paused', notice);
    return null;
  }

  /** Tells of anything but the phase; with more steps to go, what was finished is paused. */
  #tellStatus(project: OpenProject): void {
    this.#setPhase(this.#phase === 'finished' ? project.restPhase : this.#phase);
  }

  #setPhase(phase: Phase, notice: string | null = null): void {
    this.#phase = phase;
    this.#notice = notice;
    this.#reports.status(this.#project, phase, notice);
  }
}
