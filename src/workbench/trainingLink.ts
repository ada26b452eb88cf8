import type { ProjectChange } from '../editor/projectChange.ts';
import type { SavedLearnerState } from '../project/projectState.ts';
import type { SettingsDifference } from '../settings/difference.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import { NO_TRAINING } from '../state/store.ts';
import { TrainingClient, type TrainingWorker } from '../training/client.ts';
import type { BackendInfo, BackendName, Event } from '../training/protocol.ts';
import type { Bench } from './bench.ts';
import type { InspectionEvent } from './inspectionDesk.ts';
import { disagreementIn, LearnerNews, type LearnerNewsListener } from './learnerNews.ts';
import { LearnerReturns } from './learnerReturns.ts';
import { type EncodedPatch, type OpenProject, restoredCurves, savedCurves } from './openProject.ts';
import { requestOf } from './pictureRequest.ts';
import type { ProjectPicture } from './projectPicture.ts';

export type RateSearchEvent = Extract<Event, { type: 'rateSearch' }>;

/** What the learner says of a picture as it is now: a class id per pixel, row-major. */
export interface LivePrediction {
  readonly step: number;
  readonly width: number;
  readonly height: number;
  readonly classMap: Uint8Array;
}

/** What the link tells the page beyond the store's facts. */
export interface TrainingLinkListener extends LearnerNewsListener {
  /** A search for a learning rate came further, or ended. */
  rateSearched(event: RateSearchEvent): void;
  /** A picture's loss was taken apart. */
  inspected(event: InspectionEvent): void;
  /** The worker keeps the learner of these steps. */
  snapshotsTaken(steps: readonly number[]): void;
  /** The learner is that of a step before again. */
  wentBack(step: number): void;
  /** The learner has come to rest in another state than before: it may be saved. */
  learnerRested(): void;
  /** The learner runs on this backend. */
  backendStarted(backend: BackendInfo): void;
}

/**
 * Between the open project and the training worker: pictures, label patches and settings go down, telemetry, scores and
 * predictions come up into the store, the curves and the pictures.
 */
export class TrainingLink {
  readonly #bench: Bench;
  readonly #connect: () => TrainingWorker;
  readonly #listener: TrainingLinkListener;
  readonly #news: LearnerNews;
  readonly #returns: LearnerReturns;
  readonly #backend: BackendName | 'auto';
  #worker: TrainingWorker;
  #client: TrainingClient;
  #project: OpenProject | null = null;
  /** Pictures that the worker knows. */
  readonly #known = new Set<string>();
  #isInspecting = false;
  /** Of the newest status; telemetry is ahead of it with a step's number. */
  #statusStep = 0;

  /** Starts a worker, made by `connect`, on `backend`; and another one when a person asks after it stopped. */
  constructor(
    bench: Bench,
    connect: () => TrainingWorker,
    backend: BackendName | 'auto',
    listener: TrainingLinkListener,
  ) {
    this.#bench = bench;
    this.#connect = connect;
    this.#backend = backend;
    this.#listener = listener;
    this.#news = new LearnerNews(bench, listener);
    this.#returns = new LearnerReturns(bench, listener, (projectId, state) => {
      this.configure();
      this.#client.restore(projectId, state);
    });
    [this.#worker, this.#client] = this.#start();
  }

  get client(): TrainingClient {
    return this.#client;
  }

  /**
   * Makes `project` the one that is learned from, with the pictures of it that are decoded; the others follow by
   * {@link addPicture}. Its saved learner goes on where it was.
   */
  open(project: OpenProject, active: ProjectPicture | null): void {
    const { store } = this.#bench;
    this.#project = project;
    this.#known.clear();
    const { learner } = project;
    project.learner = null;
    this.#returns.expect(learner && restoredCurves(learner.curves));
    store.setState({
      ...NO_TRAINING,
      comparison: null,
      phase: 'loading',
      stepBudget: store.getState().settings.stepBudget,
    });
    this.#listener.curvesChanged();
    const decoded = project.shown.filter(({ opened }) => opened !== null);
    for (const { id } of decoded) this.#known.add(id);
    this.#client.open({
      projectId: project.id,
      pictures: decoded.map((picture) => requestOf(picture)),
      activePictureId: active?.id ?? null,
      channels: project.document.classes.map((c) => c.id),
      settings: learner?.settings ?? this.#settings(project),
      state: learner?.state ?? null,
    });
    // A new worker has not been told.
    if (this.#isInspecting) this.#client.inspect(true);
    // A learner comes back under the settings it was saved with, and takes today's over like any other.
    if (learner !== null) this.configure();
  }

  /** Forgets the project; what the worker still says of it is late. */
  close(): void {
    this.#project = null;
  }

  /** Whether the worker has this picture. */
  knows(pictureId: string): boolean {
    return this.#known.has(pictureId);
  }

  /** Hands a decoded picture over, unless the worker has it or it is no longer in the project. */
  addPicture(picture: ProjectPicture): void {
    const project = this.#project;
    if (project === null || this.#known.has(picture.id) || !project.document.pictures.includes(picture.labels)) return;
    this.#known.add(picture.id);
    this.#client.addPicture(project.id, requestOf(picture));
  }

  /** Which picture is predicted while training. */
  activate(picture: ProjectPicture): void {
    const { store } = this.#bench;
    store.setState({
      scores: picture.scores,
      predictionStep: picture.prediction?.step ?? null,
      comparedScores: null,
      disagreement: disagreementIn(picture),
    });
    if (this.#project !== null) this.#client.activate(this.#project.id, picture.id);
  }

  /** The learner and its curves as they are, `null` if it never took a step. */
  async saveLearner(): Promise<SavedLearnerState | null> {
    const project = this.#project;
    if (project === null) return null;
    const settings = this.#settings(project);
    const state = await this.#client.save();
    return state === null ? null : { state, settings, curves: savedCurves(project.curves) };
  }

  /** What the network says of a picture as it is now; `null` when it never took a step. */
  async predict(picture: ProjectPicture): Promise<LivePrediction | null> {
    // One that the worker does not have yet is on its way: it is decoded and handed over first.
    if (!this.#known.has(picture.id)) {
      await picture.open();
      this.addPicture(picture);
    }
    const prediction = await this.#client.predict(picture.id);
    if (prediction === null) return null;
    const { step, width, height, classMap } = prediction;
    return { step, width, height, classMap: new Uint8Array(classMap) };
  }

  /** Tells which strokes of these pictures are held out; to be called before a change of labels is passed on. */
  holdOut(project: OpenProject, pictures: readonly ProjectPicture[]): void {
    if (project !== this.#project) return;
    // What was scored was scored with other strokes.
    this.#bench.store.setState({ heldOutScores: null, heldOutStep: null, bestLearner: null });
    const known = pictures.filter(({ id }) => this.#known.has(id));
    if (known.length === 0) return;
    this.#client.holdOut(
      project.id,
      known.map(({ id, heldOut }) => ({ pictureId: id, strokeIds: [...heldOut] })),
    );
  }

  /** Whether the open picture's loss is to be taken apart, now and in the projects that follow. */
  inspect(on: boolean): void {
    this.#isInspecting = on;
    this.#client.inspect(on);
  }

  /** Puts the learner back that predicted held-out strokes best. */
  restoreBest(): void {
    if (this.#project !== null) this.#client.restoreBest(this.#project.id);
  }

  /** Begins anew with a second learner beside the project's own; with `null` that one goes on alone. */
  compare(difference: SettingsDifference | null): void {
    if (this.#project !== null) this.#client.compare(this.#project.id, difference);
  }

  /** Passes a change of labels on. */
  labelsChanged(project: OpenProject, { pictureId, labelRevision, bytes }: EncodedPatch): void {
    if (project !== this.#project) return;
    this.#bench.store.setState({ labelsChangedSinceStep: this.#bench.store.getState().step > 0 });
    if (this.#known.has(pictureId)) this.#client.patch(project.id, pictureId, bytes, labelRevision);
  }

  /** Passes a change of the classes, or of the list of pictures, on; others it leaves alone. */
  documentChanged(project: OpenProject, change: ProjectChange): void {
    if (project !== this.#project) return;
    if (change.type === 'classes') {
      this.configure();
    } else if (change.type === 'pictures') {
      this.#picturesChanged(project);
    }
  }

  /** Sends the store's settings and the project's classes. */
  configure(): void {
    const project = this.#project;
    if (project === null) return;
    const channels = project.document.classes.map((c) => c.id);
    this.#client.configure(project.id, channels, this.#settings(project));
  }

  #picturesChanged(project: OpenProject): void {
    const shown = new Set(project.document.pictures.map(({ id }) => id));
    for (const id of this.#known) {
      if (shown.has(id)) continue;
      this.#known.delete(id);
      this.#client.removePicture(project.id, id);
    }
    for (const { id, use } of project.document.pictures) {
      if (this.#known.has(id)) this.#client.setUse(project.id, id, use);
    }
  }

  #start(): [TrainingWorker, TrainingClient] {
    const worker = this.#connect();
    const client = new TrainingClient(worker, this.#receive);
    worker.addEventListener('error', () => {
      if (worker === this.#worker) this.#stopped('The training worker stopped.');
    });
    client.start(this.#backend);
    return [worker, client];
  }

  #stopped(reason: string): void {
    const { store, messages } = this.#bench;
    store.setState({ phase: 'loading', trainingNotice: reason });
    messages.error(`${reason} Your pictures and labels are still here.`, {
      label: 'Start again',
      run: () => void this.#startAgain(),
    });
  }

  /** Another worker in place of one that stopped. What it had learned is lost. */
  async #startAgain(): Promise<void> {
    this.#client.dispose();
    this.#worker.terminate();
    [this.#worker, this.#client] = this.#start();
    const project = this.#project;
    if (project === null) return;
    this.#news.forgetLearner(project);
    this.open(project, this.#bench.picture);
    for (const picture of project.shown) {
      await picture.open();
      this.addPicture(picture);
      if (picture !== this.#bench.picture) picture.release();
    }
  }

  /** The store's settings with a background class that the project really has. */
  #settings(project: OpenProject): LearnerSettings {
    const { settings } = this.#bench.store.getState();
    const { classes } = project.document;
    if (classes.some((c) => c.id === settings.backgroundClassId)) return settings;
    return { ...settings, backgroundClassId: classes[0]?.id ?? 0 };
  }

  readonly #receive = (event: Event): void => {
    const { store, messages } = this.#bench;
    if (event.type === 'started') {
      store.setState({ backend: event.backend });
      this.#listener.backendStarted(event.backend);
      return;
    }
    if (event.type === 'failed') {
      if (event.fatal) this.#stopped(event.message);
      else messages.error(event.message);
      return;
    }
    const project = this.#project;
    // News of a project that is no longer open is late, not wrong.
    if (project === null || !('projectId' in event) || event.projectId !== project.id) return;
    switch (event.type) {
      case 'learner':
        store.setState({ parameterCount: event.parameterCount, receptiveFieldPx: event.receptiveFieldPx });
        this.#news.compared(project, event.compared);
        break;
      case 'status':
        this.#receiveStatus(project, event);
        break;
      case 'telemetry':
        this.#news.telemetry(project, event);
        break;
      case 'prediction':
        this.#news.prediction(project, event);
        break;
      case 'scores':
        this.#news.scores(project.pictures.get(event.pictureId), event.scores, event.comparedScores);
        break;
      case 'pictureScores':
        this.#news.scores(project.pictures.get(event.pictureId), event.scores);
        break;
      case 'heldOutScores':
        this.#news.heldOutScores(project, event);
        break;
      case 'wentBack':
        this.#returns.wentBack(project, event);
        break;
      case 'snapshots':
        this.#listener.snapshotsTaken(event.steps);
        break;
      case 'rateSearch':
        this.#listener.rateSearched(event);
        break;
      case 'inspection':
        this.#listener.inspected(event);
        break;
      case 'cleared':
        this.#receiveCleared(project, event);
        break;
      default:
        break;
    }
  };

  #receiveStatus(project: OpenProject, event: Extract<Event, { type: 'status' }>): void {
    const { store, messages } = this.#bench;
    const { phase, step, stepBudget, notice, trainingPictures } = event;
    const former = store.getState();
    // The network was rebuilt: what it showed and drew is of another learner.
    if (step === 0 && former.predictionStep !== null) this.#news.forgetLearner(project);
    if (step > 0) this.#returns.arrived(project);
    store.setState({ phase, step, stepBudget, trainingNotice: notice, trainingPictures });
    if (notice !== null) messages.info(notice);
    const rests = phase === 'paused' || phase === 'finished' || phase === 'ready';
    const isOther = phase !== former.phase || step !== this.#statusStep || stepBudget !== former.stepBudget;
    if (rests && isOther) this.#listener.learnerRested();
    this.#statusStep = step;
  }
  #receiveCleared(project: OpenProject, event: Extract<Event, { type: 'cleared' }>): void {
    const { curves } = project;
    this.#news.forgetLearner(project);
    this.#returns.cleared(project.id, curves, event);
  }
}
