import type { DocumentChange } from '../editor/labelDocument.ts';
import { encodePatch } from '../labels/patchCodec.ts';
import { clonePlanes } from '../labels/planes.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import { type AppStore, NO_TRAINING } from '../state/store.ts';
import { TrainingClient, type TrainingWorker } from '../training/client.ts';
import { TrainingCurves } from '../training/curves.ts';
import type { BackendInfo, BackendName, Event, PredictionScores } from '../training/protocol.ts';
import type { Messages } from './messages.ts';
import type { OpenDocument } from './openDocument.ts';

/** What the link tells the page beyond the store's facts. */
export interface TrainingLinkListener {
  /** The open picture has a new prediction, or none any more. */
  predictionChanged(document: OpenDocument): void;
  /** The curves of the open picture have new points, or are new. */
  curvesChanged(): void;
  /** The learner runs on this backend. */
  backendStarted(backend: BackendInfo): void;
}

/**
 * Between the open picture and the training worker: label patches and settings go down, telemetry, scores and
 * predictions come up into the store, the curves and the picture.
 */
export class TrainingLink {
  readonly #connect: () => TrainingWorker;
  readonly #store: AppStore;
  readonly #messages: Messages;
  readonly #listener: TrainingLinkListener;
  readonly #backend: BackendName | 'auto';
  #worker: TrainingWorker;
  #client: TrainingClient;
  #document: OpenDocument | null = null;
  /** Opening waits for the state that an earlier visit left; commands about the picture wait with it. */
  #ready: Promise<void> = Promise.resolve();
  /** Curves of a learner that is on its way back. */
  #returning: TrainingCurves | null = null;

  /** Starts a worker, made by `connect`, on `backend`; and another one when a person asks after it stopped. */
  constructor(
    connect: () => TrainingWorker,
    backend: BackendName | 'auto',
    store: AppStore,
    messages: Messages,
    listener: TrainingLinkListener,
  ) {
    this.#connect = connect;
    this.#backend = backend;
    this.#store = store;
    this.#messages = messages;
    this.#listener = listener;
    [this.#worker, this.#client] = this.#start();
  }

  get client(): TrainingClient {
    return this.#client;
  }

  /** Makes `document` the one that is learned from. The former one's learner is kept with it. */
  open(document: OpenDocument): void {
    const former = this.#document;
    if (former !== null) former.saved = { state: this.#client.save(), settings: this.#settingsFor(former) };
    this.#document = document;
    this.#returning = null;
    this.#store.setState({ ...NO_TRAINING, phase: 'loading', stepBudget: this.#store.getState().settings.stepBudget });
    this.#showPrediction(document, null);
    this.#listener.curvesChanged();
    const { labels, picture, truth, saved } = document;
    document.saved = null;
    const request = {
      documentId: document.id,
      // As of now: what is painted while this waits travels as patches, once it stands.
      planes: clonePlanes(labels.planes),
      labelRevision: labels.labelRevision,
      channels: labels.classes.map((c) => c.id),
      settings: saved?.settings ?? this.#settingsFor(document),
      pixels: picture.pixels,
      truth,
    };
    this.#ready = Promise.resolve(saved?.state ?? null).then((state) => {
      if (this.#document === document) this.#client.open({ ...request, state });
    });
    // A learner comes back under the settings it was saved with, and takes today's over like any other.
    if (saved !== null) this.configure();
  }

  /** Passes a change of the open picture's labels or classes on. */
  documentChanged(document: OpenDocument, change: DocumentChange): void {
    if (document !== this.#document) return;
    if (change.type === 'patch') {
      const { labelRevision, patch } = change;
      const bytes = encodePatch(patch);
      this.#store.setState({ labelsChangedSinceStep: this.#store.getState().step > 0 });
      void this.#ready.then(() => this.#client.patch(document.id, bytes, labelRevision));
    } else if (change.type === 'classes') {
      this.configure();
    }
  }

  /** Sends the store's settings and the open picture's classes. */
  configure(): void {
    const document = this.#document;
    if (document === null) return;
    void this.#ready.then(() =>
      this.#client.configure(
        document.id,
        document.labels.classes.map((c) => c.id),
        this.#settingsFor(document),
      ),
    );
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
    this.#store.setState({ phase: 'loading', trainingNotice: reason });
    this.#messages.error(`${reason} Your pictures and labels are still here.`, {
      label: 'Start again',
      run: () => this.#startAgain(),
    });
  }

  /** Another worker in place of one that stopped. What it had learned is lost. */
  #startAgain(): void {
    this.#client.dispose();
    this.#worker.terminate();
    [this.#worker, this.#client] = this.#start();
    const document = this.#document;
    if (document === null) return;
    document.curves = new TrainingCurves();
    document.prediction = null;
    this.#document = null;
    this.open(document);
  }

  /** The store's settings with a background class that the picture really has. */
  #settingsFor(document: OpenDocument): LearnerSettings {
    const { settings } = this.#store.getState();
    const { classes } = document.labels;
    if (classes.some((c) => c.id === settings.backgroundClassId)) return settings;
    return { ...settings, backgroundClassId: classes[0]?.id ?? 0 };
  }

  readonly #receive = (event: Event): void => {
    if (event.type === 'saved') return;
    if (event.type === 'started') {
      this.#store.setState({ backend: event.backend });
      this.#listener.backendStarted(event.backend);
      return;
    }
    if (event.type === 'failed') {
      if (event.fatal) this.#stopped(event.message);
      else this.#messages.error(event.message);
      return;
    }
    const document = this.#document;
    // News of a picture that is no longer open is late, not wrong.
    if (document === null || event.documentId !== document.id) return;
    switch (event.type) {
      case 'learner':
        this.#store.setState({ parameterCount: event.parameterCount, receptiveFieldPx: event.receptiveFieldPx });
        break;
      case 'status':
        this.#receiveStatus(document, event);
        break;
      case 'telemetry':
        this.#receiveTelemetry(document, event);
        break;
      case 'prediction':
        this.#receivePrediction(document, event);
        break;
      case 'scores':
        this.#store.setState({ scores: event.scores });
        break;
      case 'cleared':
        this.#receiveCleared(document, event);
        break;
    }
  };

  #receiveStatus(document: OpenDocument, event: Extract<Event, { type: 'status' }>): void {
    const { phase, step, stepBudget, notice } = event;
    if (step === 0 && document.prediction !== null) {
      // The network was rebuilt: what it showed and drew is of another learner.
      document.curves = new TrainingCurves();
      document.prediction = null;
      this.#showPrediction(document, null);
      this.#store.setState({ ...NO_TRAINING });
      this.#listener.curvesChanged();
    }
    if (step > 0 && this.#returning !== null) {
      document.curves = this.#returning;
      this.#returning = null;
      this.#listener.curvesChanged();
    }
    this.#store.setState({ phase, step, stepBudget, trainingNotice: notice });
    if (notice !== null) this.#messages.info(notice);
  }

  #receiveTelemetry(document: OpenDocument, event: Extract<Event, { type: 'telemetry' }>): void {
    for (const { step, loss } of event.points) document.curves.loss.push(step, loss);
    const newest = event.points.at(-1);
    if (newest !== undefined) {
      const { step, loss } = newest;
      this.#store.setState({ step, loss, stepsPerSecond: event.stepsPerSecond, labelsChangedSinceStep: false });
    }
    this.#listener.curvesChanged();
  }

  #receivePrediction(document: OpenDocument, event: Extract<Event, { type: 'prediction' }>): void {
    document.prediction = {
      step: event.step,
      width: event.width,
      height: event.height,
      classMap: new Uint8Array(event.classMap),
      confidence: new Uint8Array(event.confidence),
    };
    this.#recordScores(document, event.step, event.scores);
    this.#showPrediction(document, event.scores);
  }

  #recordScores(document: OpenDocument, step: number, scores: PredictionScores): void {
    const { maskedAccuracy, trueAccuracy } = document.curves;
    if (scores.maskedAccuracy !== null) maskedAccuracy.push(step, scores.maskedAccuracy);
    if (scores.trueAccuracy !== null) trueAccuracy.push(step, scores.trueAccuracy);
    this.#listener.curvesChanged();
  }

  #receiveCleared(document: OpenDocument, event: Extract<Event, { type: 'cleared' }>): void {
    const { state } = event;
    const { curves } = document;
    const { settings } = this.#store.getState();
    document.curves = new TrainingCurves();
    document.prediction = null;
    this.#store.setState({ ...NO_TRAINING });
    this.#showPrediction(document, null);
    this.#listener.curvesChanged();
    if (state === null) return;
    this.#messages.info('The weights were cleared; your labels were kept.', {
      label: 'Undo reset',
      until: 'classes',
      run: () => {
        this.#store.setState({ settings });
        this.configure();
        this.#returning = curves;
        void this.#ready.then(() => this.#client.restore(document.id, state));
      },
    });
  }

  #showPrediction(document: OpenDocument, scores: PredictionScores | null): void {
    this.#store.setState({
      scores,
      predictionStep: document.prediction?.step ?? null,
      predictionAtMs: performance.now(),
    });
    this.#listener.predictionChanged(document);
  }
}
