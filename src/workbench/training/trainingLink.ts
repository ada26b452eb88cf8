import type { ProjectChange } from '../../editor/projectChange.ts';
import type { SavedLearnerState } from '../../project/projectState.ts';
import type { SettingsDifference } from '../../settings/difference.ts';
import { changesForNetwork, type NetworkSettings, sameNetwork } from '../../settings/learner.ts';
import { NO_COMPARED_FIGURES } from '../../state/comparison.ts';
import { isBusy } from '../../state/selectors.ts';
import { NO_TRAINING } from '../../state/training.ts';
import type { TuneRequest } from '../../training/backendMessages.ts';
import type { TrainingClient, UnaskedEvent } from '../../training/client.ts';
import type { Event, Phase } from '../../training/protocol.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import { type OpenProject, restoredCurves } from '../project/openProject.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import { AdapterTiming } from './adapterTiming.ts';
import type { BackendChoice } from './backendChoice.ts';
import { isSameConfiguration, type LearnerConfiguration, learnerConfiguration } from './learnerConfiguration.ts';
import { LearnerConnection } from './learnerConnection.ts';
import { LearnerCopies } from './learnerCopies.ts';
import { disagreementIn, LearnerNews } from './learnerNews.ts';
import { LearnerPictures } from './learnerPictures.ts';
import { LearnerRecovery } from './learnerRecovery.ts';
import { LearnerRestart } from './learnerRestart.ts';
import type { LivePrediction, TrainingWorkers } from './trainingWorkers.ts';
import { UndoableReset } from './undoableReset.ts';

/**
 * Between the open project and the training worker: pictures, label patches and settings go down, telemetry, scores and
 * predictions come up into the store, the curves and the pictures.
 */
export class TrainingLink {
  /** Replaces the worker where that is needed. */
  readonly restart: LearnerRestart;
  readonly #context: WorkbenchContext;
  readonly #choice: BackendChoice;
  readonly #news: LearnerNews;
  readonly #returns: UndoableReset;
  readonly #copies: LearnerCopies;
  readonly #connection: LearnerConnection;
  readonly #recovery: LearnerRecovery;
  readonly #timing: AdapterTiming;
  readonly #pictures: LearnerPictures;
  #project: OpenProject | null = null;
  /** Of the open project, as the worker was told it last. */
  #configured: LearnerConfiguration | null = null;
  #isInspecting = false;
  /** Of the newest status; telemetry is ahead of it with a step's number. */
  #statusStep = 0;
  /** What the worker said last that it does. */
  #workerPhase: Phase = 'loading';

  /** Starts a worker on the backend of `choice`; and another one when a person asks after it stopped. */
  constructor(context: WorkbenchContext, workers: TrainingWorkers, choice: BackendChoice) {
    this.#context = context;
    this.#choice = choice;
    this.#news = new LearnerNews(context);
    this.#pictures = new LearnerPictures(context, () => this.client);
    this.#returns = new UndoableReset(context, (projectId, state) => {
      this.configure();
      this.client.restore(projectId, state);
    });
    this.#copies = new LearnerCopies(context);
    this.#recovery = new LearnerRecovery(context, choice, {
      startAgain: () => void this.restart.startAgain(),
      goOnWithoutGpu: (forGood) => void this.restart.goOnWithoutGpu(forGood),
      tryGpuAgain: () => void this.restart.tryGpuAgain(),
      startSmaller: ({ network, told }) => {
        if (this.#project !== null) this.#returns.replaced(told, this.#project);
        this.#chooseNetwork(network);
        this.restart.learnAnew();
      },
      goBackTo: (project, learner) => this.#goBackTo(project, learner),
    });
    this.#timing = new AdapterTiming({
      startWorker: workers.another,
      request: () => this.#timedLearner(),
      tuned: (tuned) => choice.gpuTuned(tuned),
      failed: () => choice.gpuNotTuned(context.store.getState().training.backend?.identity ?? ''),
    });
    this.#connection = new LearnerConnection(workers.connect, choice, {
      event: this.#receive,
      stopped: (reason, cause) => this.#recovery.stopped(this.#project, reason, cause),
      heardAgain: () => this.#recovery.heardAgain(this.#workerPhase),
      works: (learns) => this.#timing.works(learns),
      isStarting: () => this.#workerPhase === 'loading' || this.#workerPhase === 'compiling',
    });
    this.restart = new LearnerRestart(context, this.#connection, choice, {
      project: () => this.#project,
      workerPhase: () => this.#workerPhase,
      copyLearner: () => this.saveLearner(),
      replaced: (project) => {
        this.#workerPhase = 'loading';
        if (project !== null) this.#news.forgetLearner(project);
        else context.store.setFacts({ training: { phase: 'loading', notice: null } });
      },
      reopen: (project, step) => {
        this.open(project, context.picture);
        if (project.learner !== null) context.events.emit('learnerChanged', 'back');
        this.#recovery.wentOn(project.learner, step);
      },
      addPicture: (picture) => this.addPicture(picture),
    });
    const { events } = context;
    events.on('projectOpened', (project) => this.open(project, context.picture));
    events.on('pictureShown', (picture) => {
      if (picture !== null) this.#activate(picture);
    });
    events.on('labelsChanged', ({ project, patch }) => {
      if (project === this.#project) this.#pictures.labelsChanged(patch);
    });
    events.on('documentChanged', ({ project, change }) => this.#documentChanged(project, change));
    events.on('settingsChanged', () => this.configure());
    context.page.life.onHidden(() => {
      if (isBusy(this.#workerPhase)) this.client.checkpoint();
    });
  }

  get client(): TrainingClient {
    return this.#connection.client;
  }

  /**
   * Makes `project` the one that is learned from, with the pictures of it that are decoded; the others follow by
   * {@link addPicture}. Its saved learner goes on where it was. A worker that broke is replaced.
   */
  open(project: OpenProject, active: ProjectPicture | null): void {
    const { store } = this.#context;
    if (this.#connection.isStopped && this.#connection.hasStarted) this.#connection.startAgain();
    const { isStopped } = this.#connection;
    if (!isStopped) this.#recovery.replaced();
    this.#project = project;
    const pictures = this.#pictures.open(project);
    const learner = fittingLearner(project);
    this.#returns.expect(learner && restoredCurves(learner.curves));
    const { notice, settings } = store.getState().training;
    store.setFacts({
      training: {
        ...NO_TRAINING,
        phase: isStopped ? 'stopped' : 'loading',
        notice: isStopped ? notice : null,
        stepBudget: settings.stepBudget,
      },
      comparison: { ...NO_COMPARED_FIGURES, learnerB: null },
    });
    this.#context.events.emit('curvesChanged', null);
    // One that comes back is built for what it was saved with.
    const today = this.#configuration(project);
    this.#configured = learner === null ? today : null;
    this.client.open({
      projectId: project.id,
      pictures,
      activePictureId: active?.id ?? null,
      ...today,
      ...(learner !== null && { settings: learner.settings }),
      state: learner?.state ?? null,
    });
    // A new worker has not been told.
    if (this.#isInspecting) this.client.inspect(true);
    // A learner comes back under the settings it was saved with, and takes today's over like any other.
    if (learner !== null) this.configure();
  }

  /** Forgets the project; what the worker still says of it is late. */
  close(): void {
    this.#project = null;
    this.#pictures.close();
  }

  /** Whether the worker has this picture. */
  knows(pictureId: string): boolean {
    return this.#pictures.knows(pictureId);
  }

  /** Hands a decoded picture over, unless the worker has it or it is no longer in the project. */
  addPicture(picture: ProjectPicture): void {
    this.#pictures.add(picture);
  }

  /** Which picture is predicted while training. */
  #activate(picture: ProjectPicture): void {
    this.addPicture(picture);
    const { store } = this.#context;
    store.setFacts({
      training: { predictionStep: picture.prediction?.step ?? null },
      comparison: { comparedScores: null, disagreement: disagreementIn(picture) },
    });
    if (this.#project !== null) this.client.activate(this.#project.id, picture.id);
  }

  /**
   * The learner and its curves as they are, `null` if it never took a step. Rejects with a sentence where the learner cannot
   * be had.
   */
  async saveLearner(): Promise<SavedLearnerState | null> {
    const project = this.#project;
    return project && (await this.#copies.copy(project, this.client, this.#configuration(project).settings));
  }

  /** As {@link saveLearner}, or else the newest copy of it, which is told. `purpose`: what it is for, as in “The file”. */
  async newestLearner(purpose: string): Promise<SavedLearnerState | null> {
    const project = this.#project;
    if (project === null) return null;
    return this.#copies.copyOrNewest(project, this.client, this.#configuration(project).settings, purpose);
  }

  /** What the network says of a picture as it is now; `null` when it never took a step. */
  async predict(picture: ProjectPicture): Promise<LivePrediction | null> {
    // One that the worker does not have yet is on its way: it is decoded and handed over first.
    if (!this.knows(picture.id)) {
      await picture.open();
      this.addPicture(picture);
    }
    const prediction = await this.client.predict(picture.id);
    if (prediction === null) return null;
    const { step, width, height, classMap } = prediction;
    return { step, width, height, classMap: new Uint8Array(classMap) };
  }

  /** Whether the open picture's loss is to be taken apart, now and in the projects that follow. */
  inspect(on: boolean): void {
    this.#isInspecting = on;
    this.client.inspect(on);
  }

  /** Puts the learner back that predicted held-out strokes best. */
  restoreBest(): void {
    if (this.#project !== null) this.client.restoreBest(this.#project.id);
  }

  /** Begins anew with a second learner beside the project's own; with `null` that one goes on alone. */
  compare(difference: SettingsDifference | null): void {
    if (this.#project !== null) this.client.compare(this.#project.id, difference);
  }

  /** Passes a change of the classes, or of the list of pictures, on; others it leaves alone. */
  #documentChanged(project: OpenProject, change: ProjectChange): void {
    if (project !== this.#project) return;
    if (change.type === 'classes') {
      this.configure();
    } else if (change.type === 'pictures') {
      this.#pictures.listChanged();
    }
  }

  /** Sends the store's settings and the project's classes, unless that is what the worker was told last. */
  configure(): void {
    const project = this.#project;
    if (project === null) return;
    this.#pictures.holdOut();
    const today = this.#configuration(project);
    if (isSameConfiguration(this.#configured, today)) return;
    this.#configured = today;
    this.client.configure(project.id, today.channels, today.settings);
  }

  /** What a step of is timed while the learner rests; `null`: nothing is. */
  #timedLearner(): TuneRequest | null {
    const { store, picture } = this.#context;
    const { backend } = store.getState().training;
    const project = this.#project;
    if (backend === null || project === null || picture === null || !this.#choice.wantsTiming(backend)) return null;
    const { width, height } = picture.labels.planes;
    return { ...this.#configuration(project), width, height };
  }

  #configuration({ document }: OpenProject): LearnerConfiguration {
    return learnerConfiguration(document.classes, this.#context.store.getState().training.settings);
  }

  readonly #receive = (event: UnaskedEvent): void => {
    const { store, messages } = this.#context;
    if (event.type === 'started') {
      const isFirst = store.getState().training.backend === null;
      store.setFacts({ training: { backend: event.backend } });
      this.#choice.started(event.backend);
      if (isFirst) this.#context.events.emit('backendStarted', event.backend);
      return;
    }
    if (event.type === 'gpuTested') {
      this.#choice.gpuPassed(event);
      return;
    }
    if (event.type === 'failed') {
      // A learner that was on its way back is not.
      this.#returns.expect(null);
      if (event.cause === 'diverged') this.#diverged(this.#project, event.message);
      else if (event.cause === 'memory') this.#recovery.tooLarge(event.message);
      else messages.error(event.message);
      return;
    }
    const project = this.#project;
    // News of a project that is no longer open is late, not wrong.
    if (project === null || !('projectId' in event) || event.projectId !== project.id) return;
    if (this.#news.receive(project, event)) return;
    switch (event.type) {
      case 'status':
        this.#receiveStatus(project, event);
        break;
      case 'checkpoint':
        this.#copies.received(project, event);
        this.#context.events.emit('learnerCopied', project);
        break;
      case 'wentBack':
        this.#returns.wentBack(project, event);
        break;
      case 'snapshots':
        this.#context.events.emit('snapshotsTaken', event.steps);
        break;
      case 'rateSearch':
        this.#context.events.emit('rateSearched', event);
        break;
      case 'inspection':
        this.#context.events.emit('inspected', event);
        break;
      case 'cleared':
        this.#receiveCleared(project, event);
        break;
      default:
        break;
    }
  };

  #receiveStatus(project: OpenProject, event: Extract<Event, { type: 'status' }>): void {
    const { store, messages } = this.#context;
    const { phase, step, stepBudget, notice, trainingPictures } = event;
    const former = store.getState().training;
    this.#workerPhase = phase;
    // An untrained one is in its place: it would not come back to a page that starts it again.
    if (step === 0) project.learner = null;
    // The network was rebuilt: what it showed and drew is of another learner.
    if (step === 0 && former.predictionStep !== null) this.#news.forgetLearner(project);
    if (step > 0) this.#returns.arrived(project);
    store.setFacts({ training: { phase, step, stepBudget, notice, trainingPictures } });
    if (notice !== null) messages.info(notice);
    const rests = phase === 'paused' || phase === 'finished' || phase === 'ready';
    const isOther = phase !== former.phase || step !== this.#statusStep || stepBudget !== former.stepBudget;
    if (rests && isOther) this.#context.events.emit('learnerRested', null);
    if (phase === 'paused' || phase === 'finished') this.#timing.rested();
    else if (isBusy(phase)) this.#timing.works(true);
    this.#statusStep = step;
  }

  #diverged(project: OpenProject | null, sentence: string): void {
    if (project === null) return;
    project.divergedStep = this.#context.store.getState().training.step;
    this.#context.events.emit('learnerDiverged', project);
    this.#recovery.diverged(project, sentence);
  }

  #goBackTo(project: OpenProject, learner: SavedLearnerState): void {
    if (project !== this.#project) return;
    this.#returns.expect(restoredCurves(learner.curves));
    this.client.configure(project.id, this.#configuration(project).channels, learner.settings);
    this.#configured = null;
    this.client.restore(project.id, learner.state);
    // As when it is opened: its network takes over what was chosen since, another optimiser too.
    this.#chooseNetwork(learner.settings.network);
  }

  /** Has a network in the settings, with what goes with it. */
  #chooseNetwork(network: NetworkSettings): void {
    this.#context.changeSettings(changesForNetwork(this.#context.store.getState().training.settings, network));
  }

  #receiveCleared(project: OpenProject, event: Extract<Event, { type: 'cleared' }>): void {
    const { curves } = project;
    project.learner = null;
    project.divergedStep = null;
    this.#context.events.emit('learnerCleared', project);
    this.#news.forgetLearner(project);
    this.#returns.cleared(project.id, curves, event);
  }
}

/** The newest copy of a project's learner, unless another network was chosen since. */
function fittingLearner({ learner, settings: { network } }: OpenProject): SavedLearnerState | null {
  return learner !== null && sameNetwork(learner.settings.network, network) ? learner : null;
}
