import { GpuError } from '../../segmentation/recording/gpuWatch.ts';
import { DisagreementError } from '../../segmentation/selfTest/disagreement.ts';
import { DivergedStateError } from '../../segmentation/trainer/trainerState.ts';
import { ofAdapter } from '../../settings/gpuVerdicts.ts';
import { type Command, PROTOCOL_VERSION } from '../protocol.ts';
import { CommandQueue } from './commands/commandQueue.ts';
import { PictureCommands } from './commands/pictureCommands.ts';
import { GpuTest } from './gpuTest/gpuTest.ts';
import { EarlyStopping } from './heldOut/earlyStopping.ts';
import { TrainingLoop } from './loop/trainingLoop.ts';
import { DivergenceError, TrainingRun } from './loop/trainingRun.ts';
import { RateSearches } from './rateSearch/rateSearches.ts';
import { LearningProject } from './replica/learningProject.ts';
import { Inspections } from './reports/inspections.ts';
import { Predictions } from './reports/predictions.ts';
import { Reports } from './reports/reports.ts';
import { SEARCH_STOPPED, unknownCommand } from './reports/sentences.ts';
import { SessionStatus } from './reports/sessionStatus.ts';
import type { SessionHost, SessionPort } from './sessionHost.ts';
import { Checkpoints } from './snapshots/checkpoints.ts';
import { Snapshots } from './snapshots/snapshots.ts';
import { cutKernels, timeAdapter } from './tuning/timedAdapter.ts';

/** Commands that wait for the end of a search for a learning rate; every other one ends it. */
const DEFERRED_DURING_SEARCH: ReadonlySet<Command['type']> = new Set(['save', 'checkpoint', 'inspect', 'probe']);

/**
 * The learner's loop: an actor that handles one command at a time and trains in between.
 *
 * Commands wait in a queue and are taken up between two steps, so `pause`, `reset` and new labels take effect within
 * one step and nothing is disposed while it is in use. The loop never blocks: losses and predictions are awaited. Where
 * nothing is asked and nothing trains, it scores the pictures that are not shown, one between two commands.
 */
export class TrainingSession {
  readonly #host: SessionHost;
  readonly #reports: Reports;
  readonly #queue = new CommandQueue();
  readonly #run: TrainingRun;
  readonly #earlyStopping: EarlyStopping;
  readonly #inspections: Inspections;
  readonly #predictions: Predictions;
  readonly #status: SessionStatus;
  readonly #snapshots: Snapshots;
  readonly #checkpoints: Checkpoints;
  readonly #training: TrainingLoop;
  readonly #searches: RateSearches;
  readonly #pictures: PictureCommands;
  readonly #gpuTest: GpuTest;
  #closed = false;
  #started = false;
  #project: LearningProject | null = null;

  constructor(port: SessionPort, host: SessionHost) {
    const now = () => host.now();
    const reports = new Reports(port);
    const run = new TrainingRun(now);
    const earlyStopping = new EarlyStopping(reports, host);
    const inspections = new Inspections(run, reports);
    const predictions = new Predictions(run, reports, host, earlyStopping, inspections);
    const status = new SessionStatus(reports);
    const snapshots = new Snapshots(run, reports, host);
    const checkpoints = new Checkpoints(run, reports, now);
    const queue = this.#queue;
    const gpuTest = new GpuTest(host, reports);
    const training = new TrainingLoop({
      run,
      earlyStopping,
      predictions,
      reports,
      status,
      snapshots,
      checkpoints,
      queue,
      gpuTest,
    });
    const projectNamed = (projectId: string) => this.#projectNamed(projectId);
    this.#host = host;
    this.#reports = reports;
    this.#run = run;
    this.#earlyStopping = earlyStopping;
    this.#inspections = inspections;
    this.#predictions = predictions;
    this.#status = status;
    this.#snapshots = snapshots;
    this.#checkpoints = checkpoints;
    this.#training = training;
    this.#searches = new RateSearches({ run, training, reports, status, now });
    this.#gpuTest = gpuTest;
    this.#pictures = new PictureCommands({ run, earlyStopping, predictions, training, reports, status, projectNamed });
  }

  /** Takes a command; it is carried out between two training steps, or at once where it only asks for a sign of life. */
  receive(command: Command): void {
    if (command?.type === 'ping') this.#reports.alive();
    else this.#queue.push(command);
  }

  /** Runs until {@link close}. Errors of a command or a step are sent to the page and end training, not the loop. */
  async run(): Promise<void> {
    while (!this.#closed) {
      try {
        const command = this.#nextCommand();
        if (command !== undefined) {
          this.#searches.end(SEARCH_STOPPED);
          await this.#handle(command);
        } else if (await this.#goOn()) {
          await this.#host.yieldToEventLoop();
        } else {
          await this.#queue.comes();
        }
      } catch (error) {
        this.#training.abandon();
        const isFatal = !this.#started || error instanceof GpuError || error instanceof DisagreementError;
        // A learner whose graphics device failed does not rest: nobody may take it for a result.
        if (this.#project !== null && !isFatal) this.#rest(this.#project, error);
        this.#reports.failed(error, isFatal);
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

  /** After a failure. */
  #rest(project: LearningProject, error: unknown): void {
    // The weights before the step whose loss is none led to it.
    if (error instanceof DivergenceError && error.isOwn) this.#snapshots.diverged(project, error.step - 1);
    this.#status.set(project, project.restPhase);
  }

  /** During a search, what is only asked waits for its end; whatever else is told ends it. */
  #nextCommand(): Command | undefined {
    return !this.#searches.isUnderWay || this.#queue.has(({ type }) => !DEFERRED_DURING_SEARCH.has(type))
      ? this.#queue.take()
      : undefined;
  }

  /** Does some of what is under way while nothing is asked; false when there is nothing to do. */
  async #goOn(): Promise<boolean> {
    const project = this.#project;
    if (project === null) return false;
    if (this.#searches.isUnderWay) await this.#searches.advance();
    else if (this.#training.isRunning) await this.#training.advance(project);
    else return this.#predictions.runIdleWork(project);
    return true;
  }

  async #handle(command: Command): Promise<void> {
    this.#inspections.announce(command?.type);
    switch (command?.type) {
      case 'start':
        return this.#start(command);
      case 'tune':
        return this.#tune(command);
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
        return this.#project === null ? undefined : this.#training.begin(this.#project, command.steps);
      case 'pause':
        return this.#project === null ? undefined : this.#training.pause(this.#project);
      case 'step':
        return this.#project === null ? undefined : this.#training.singleStep(this.#project);
      case 'reset':
        return this.#reset();
      case 'compare':
        return this.#compare(command);
      case 'findRate':
        return this.#findRate();
      case 'save':
        return this.#save(command.requestId);
      case 'checkpoint':
        return this.#project === null ? undefined : this.#checkpoints.take(this.#project);
      case 'ping':
        return this.#reports.alive();
      case 'restore':
        return this.#restore(command);
      case 'restoreBest':
        return this.#restoreBest(command.projectId);
      case 'predict':
        return this.#predictions.answer(this.#project, command);
      case 'predictPast':
        return this.#snapshots.answer(this.#project, command);
      case 'branch':
        return this.#branch(command);
      case 'inspect':
        return this.#inspections.switch(command);
      case 'probe':
        return this.#inspections.probe(this.#project, command);
      default:
        return unknownCommand(command);
    }
  }

  async #start(command: Extract<Command, { type: 'start' }>): Promise<void> {
    if (command.protocolVersion !== PROTOCOL_VERSION) {
      throw new Error('The page and its training worker are of different versions. Reload the page.');
    }
    // What is under way on a lost backend never ends: the page is told past the loop, and starts another worker.
    const { adapters } = command;
    const backend = await this.#host.startBackend(
      command.backend,
      (error) => this.#reports.failed(error, true),
      (identity) => ofAdapter(adapters, identity)?.avoidedBecause ?? null,
    );
    cutKernels(backend, adapters);
    this.#started = true;
    this.#gpuTest.begin(backend, command.gpuTest);
    this.#reports.started(backend);
  }

  async #tune(command: Extract<Command, { type: 'tune' }>): Promise<void> {
    // A learner's backend would be another one afterwards.
    if (this.#started) throw new Error('A worker that learns times nothing; its learner is as it was.');
    await timeAdapter(command, this.#host, this.#reports);
  }

  async #open(command: Extract<Command, { type: 'open' }>): Promise<void> {
    // Without a backend there is nothing to build a learner on; the page was told so.
    if (!this.#started) return;
    await this.#training.halt();
    this.#project?.dispose();
    this.#project = null;
    const project = new LearningProject(command);
    this.#project = project;
    this.#predictions.isPredictionPending = false;
    this.#startOver(project, true);
    this.#reports.learner(project);
    if (command.state === null) this.#status.set(project, 'ready');
    else await this.#resume(project, command.state);
  }

  async #configure(command: Extract<Command, { type: 'configure' }>): Promise<void> {
    const project = this.#projectNamed(command.projectId);
    if (project === null) return;
    const next = project.changeTo(command.channels, command.settings);
    // What steps are fed anyway may change while some are under way: the next one uses it.
    if (next.isRecordedAnew) await this.#run.drain();
    const change = project.configure(next);
    this.#reports.learner(project);
    if (change !== 'kept') this.#earlyStopping.startOver(project.trainer.step);
    this.#snapshots.configured(project);
    if (next.isRecordedAnew) this.#checkpoints.startOver();
    if (change === 'rebuilt') {
      this.#run.clear();
      this.#status.set(project, this.#training.isRunning ? 'compiling' : 'ready');
      return;
    }
    const untrained = project.trainer.step === 0;
    if (this.#training.isRunning || untrained) {
      this.#status.set(project, this.#status.phase);
    } else {
      this.#status.set(project, project.restPhase);
      if (next.isPredictedAnew) await this.#predictions.show(project);
    }
  }

  async #reset(): Promise<void> {
    const project = this.#project;
    if (project === null) return;
    await this.#training.halt();
    const state = await project.reset(project.learners.difference);
    this.#startOver(project);
    this.#reports.cleared(project, state);
    this.#status.set(project, 'ready');
  }

  /** Begins anew with two learners, or goes on with one. */
  async #compare({ projectId, difference }: Extract<Command, { type: 'compare' }>): Promise<void> {
    const project = this.#projectNamed(projectId);
    if (project === null) return;
    if (difference === null) {
      await this.#run.drain();
      this.#reports.telemetry(project, this.#run.takeTelemetry(true));
      project.endComparison();
      this.#run.interrupted();
      this.#reports.learner(project);
      return;
    }
    await this.#training.halt();
    const state = await project.reset(difference);
    this.#startOver(project);
    this.#reports.cleared(project, state);
    this.#reports.learner(project);
    this.#status.set(project, 'ready');
  }

  async #findRate(): Promise<void> {
    // Training pauses for it; the prediction that it was about to show comes afterwards.
    this.#predictions.isPredictionPending ||= this.#training.isRunning;
    if (this.#project === null) await this.#training.halt();
    else await this.#searches.begin(this.#project);
  }

  /** Answers in any case; whoever asked is told of a failure with the answer. */
  async #save(requestId: number): Promise<void> {
    try {
      await this.#run.drain();
      this.#reports.saved(requestId, this.#project, (await this.#project?.save()) ?? null);
    } catch (error) {
      this.#reports.saved(requestId, this.#project, null, error);
      if (!(error instanceof DivergedStateError)) throw error;
    }
  }

  async #restore(command: Extract<Command, { type: 'restore' }>): Promise<void> {
    const project = this.#projectNamed(command.projectId);
    if (project === null) return;
    await this.#training.halt();
    await this.#resume(project, command.state);
  }

  async #restoreBest(projectId: string): Promise<void> {
    const project = this.#projectNamed(projectId);
    if (project === null) return;
    await this.#training.halt();
    const wasCompared = project.learners.b !== null;
    if (!(await this.#earlyStopping.goBack(project, this.#run))) return;
    this.#snapshots.wentBack(project);
    if (wasCompared) this.#reports.learner(project);
    this.#status.set(project, project.restPhase);
    await this.#predictions.show(project);
  }

  /** Goes on from what the learner was at a step. */
  async #branch({ projectId, step }: Extract<Command, { type: 'branch' }>): Promise<void> {
    const project = this.#projectNamed(projectId);
    if (project === null) return;
    await this.#training.halt();
    if (await this.#snapshots.goBack(project, step)) this.#earlyStopping.startOver(step);
    this.#status.set(project, project.restPhase);
    await this.#predictions.show(project);
  }

  /** Puts a saved learner in place and shows what it predicts. */
  async #resume(project: LearningProject, state: ArrayBuffer): Promise<void> {
    const wasCompared = project.learners.b !== null;
    project.restore(state);
    this.#checkpoints.startOver();
    this.#snapshots.restored(project);
    if (wasCompared) this.#reports.learner(project);
    this.#status.set(project, project.restPhase);
    await this.#predictions.show(project);
  }

  /** Another learner: of a step's length, and of what was best, nothing is known. */
  #startOver(project: LearningProject, isOpened = false): void {
    this.#run.clear();
    this.#earlyStopping.startOver(project.trainer.step);
    this.#snapshots.startOver(project, isOpened);
    this.#checkpoints.startOver();
  }

  #projectNamed(projectId: string): LearningProject | null {
    // A message about a project that was closed meanwhile is late, not wrong; so is one about a removed picture.
    return this.#project?.id === projectId ? this.#project : null;
  }
}
