import { type DocumentChange, LabelDocument } from '../editor/labelDocument.ts';
import { UNLABELED } from '../labels/planes.ts';
import { openPictureFile } from '../project/pictureFile.ts';
import { loadSample } from '../samples/loadSample.ts';
import { findSample, SAMPLES, scaleStrokes } from '../samples/samples.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import type { AppStore, ViewSlice } from '../state/store.ts';
import type { TrainingWorker } from '../training/client.ts';
import type { TrainingCurves } from '../training/curves.ts';
import type { BackendInfo, BackendName } from '../training/protocol.ts';
import { Messages } from './messages.ts';
import { OpenDocument, openSampleDocument } from './openDocument.ts';
import { StageView } from './stageView.ts';
import { thumbnailOf } from './thumbnail.ts';
import { TrainingLink } from './trainingLink.ts';

/** The brush's diameter in picture pixels. */
export const BRUSH_DIAMETER_PX = { min: 1, max: 128 } as const;

/** Classes that a person's own picture starts with. */
const FIRST_CLASSES: readonly SegmentationClass[] = [
  { id: 0, name: 'Background', color: '#5b83f7' },
  { id: 1, name: 'Object', color: '#f55f6e' },
];

export interface WorkbenchOptions {
  readonly store: AppStore;
  /** Makes a training worker. */
  connect(): TrainingWorker;
  /** What the learner is to run on. */
  readonly backend: BackendName | 'auto';
  /** Longest side that pictures are reduced to. */
  readonly workingSizePx: number;
  /** Called once when the backend is known. */
  onBackend(backend: BackendInfo): void;
}

/**
 * What a person can do, as methods: the one place where pictures, labels, canvas, store and training meet.
 * React calls it and reads the store; it knows nothing of React.
 */
export class Workbench {
  readonly store: AppStore;
  readonly messages: Messages;
  readonly #training: TrainingLink;
  readonly #workingSizePx: number;
  readonly #documents = new Map<string, OpenDocument>();
  readonly #curveListeners = new Set<() => void>();
  #active: OpenDocument | null = null;
  #view: StageView | null = null;
  #opening: Promise<void> = Promise.resolve();
  #lastClassId = UNLABELED;
  #ownPictures = 0;
  #formerPredictionOpacity = 0.6;
  #formerLabelOpacity = 0.9;

  constructor(options: WorkbenchOptions) {
    this.store = options.store;
    this.messages = new Messages(options.store);
    this.#workingSizePx = options.workingSizePx;
    this.#training = new TrainingLink(options.connect, options.backend, options.store, this.messages, {
      predictionChanged: (document) => {
        if (document === this.#active) this.#view?.showPrediction(document.prediction);
      },
      curvesChanged: () => {
        for (const listener of this.#curveListeners) listener();
      },
      backendStarted: (backend) => options.onBackend(backend),
    });
    this.store.setState({
      pictures: SAMPLES.map((sample) => ({
        documentId: sample.id,
        title: sample.title,
        domain: sample.domain,
        thumbnail: sample.picture,
        labeledShare: null,
        hasTruth: sample.truth !== null,
      })),
    });
  }

  // --- the picture on the screen ---

  /** Draws into `host` until the returned function is called. */
  mountView(host: HTMLElement): () => void {
    const view = new StageView(host, this.store, (sentence) => this.messages.error(sentence));
    this.#view = view;
    if (this.#active !== null) view.show(this.#active);
    return () => {
      view.dispose();
      this.#view = null;
    };
  }

  fitView(): void {
    this.#view?.fit();
  }

  zoomBy(factor: number): void {
    this.#view?.zoomBy(factor);
  }

  /** Leaves the gesture under way, as if it had not begun. */
  cancelGesture(): void {
    this.#view?.cancelGesture();
  }

  setView(change: Partial<ViewSlice>): void {
    this.store.setState(change);
  }

  togglePrediction(): void {
    const { predictionOpacity } = this.store.getState();
    if (predictionOpacity > 0) this.#formerPredictionOpacity = predictionOpacity;
    this.setView({ predictionOpacity: predictionOpacity > 0 ? 0 : this.#formerPredictionOpacity });
  }

  toggleLabels(): void {
    const { labelOpacity } = this.store.getState();
    if (labelOpacity > 0) this.#formerLabelOpacity = labelOpacity;
    this.setView({ labelOpacity: labelOpacity > 0 ? 0 : this.#formerLabelOpacity });
  }

  // --- pictures ---

  /** Opens a picture of the strip. */
  openPicture(documentId: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#active?.id === documentId) return;
      const known = this.#documents.get(documentId);
      if (known !== undefined) {
        this.#activate(known);
        return;
      }
      const sample = findSample(documentId);
      if (sample === undefined) throw new Error(`There is no built-in picture called “${documentId}”.`);
      const { picture, truth } = await loadSample(sample, this.#workingSizePx);
      this.#adopt(openSampleDocument(sample, picture, truth));
    });
  }

  /** Opens a person's own picture beside the others; one that cannot be opened leaves everything as it is. */
  openFile(file: Blob & { readonly name?: string }): Promise<void> {
    return this.#inTurn(async () => {
      const picture = await openPictureFile(file, { workingSizePx: this.#workingSizePx });
      const title = (file.name ?? 'Picture').replace(/\.[^.]+$/, '').slice(0, 40) || 'Picture';
      this.#ownPictures += 1;
      const id = `own-${this.#ownPictures}`;
      const labels = new LabelDocument({
        id,
        name: title,
        width: picture.width,
        height: picture.height,
        classes: FIRST_CLASSES,
      });
      const thumbnail = await thumbnailOf(picture.bitmap);
      this.store.setState((state) => ({
        pictures: [
          ...state.pictures,
          { documentId: id, title, domain: 'Your picture', thumbnail, labeledShare: 0, hasTruth: false },
        ],
      }));
      this.#adopt(new OpenDocument(labels, picture, null, null));
    });
  }

  /** The open picture, for scripts and tests. */
  get activeDocument(): OpenDocument | null {
    return this.#active;
  }

  // --- labels ---

  selectClass(classId: number): void {
    const { activeClassId } = this.store.getState();
    if (classId === activeClassId) return;
    this.#lastClassId = activeClassId;
    this.store.setState({ activeClassId: classId });
  }

  /** The class at a place in the list (0 is the first), if there is one. */
  selectClassAt(index: number): void {
    const chosen = this.store.getState().classes[index];
    if (chosen !== undefined) this.selectClass(chosen.id);
  }

  /** Back to the class used before; to the first one where that is gone. */
  swapClass(): void {
    const { classes } = this.store.getState();
    const last = this.#lastClassId;
    const isThere = last === UNLABELED || classes.some((c) => c.id === last);
    this.selectClass(isThere ? last : (classes[0]?.id ?? UNLABELED));
  }

  setBrushDiameter(px: number): void {
    const brushDiameterPx = Math.min(BRUSH_DIAMETER_PX.max, Math.max(BRUSH_DIAMETER_PX.min, Math.round(px)));
    this.store.setState({ brushDiameterPx });
  }

  /** A brush larger or smaller by about a fifth, at least one pixel. */
  growBrush(direction: 1 | -1): void {
    const { brushDiameterPx } = this.store.getState();
    this.setBrushDiameter(brushDiameterPx + direction * Math.max(1, Math.round(brushDiameterPx * 0.2)));
  }

  undo(): void {
    this.#active?.labels.undo();
  }

  redo(): void {
    this.#active?.labels.redo();
  }

  addClass(): void {
    const added = this.#active?.labels.addClass();
    if (added === null) this.messages.info('A picture can have 32 classes at most.');
    else if (added !== undefined) this.selectClass(added.id);
  }

  renameClass(classId: number, name: string): void {
    const trimmed = name.trim().slice(0, 40);
    if (trimmed !== '') this.#active?.labels.renameClass(classId, trimmed);
  }

  recolorClass(classId: number, color: string): void {
    this.#active?.labels.recolorClass(classId, color);
  }

  removeClass(classId: number): void {
    const labels = this.#active?.labels;
    const removed = labels?.classes.find((c) => c.id === classId);
    if (labels === undefined || removed === undefined) return;
    if (labels.classes.length === 1) {
      this.messages.info('The last class cannot be removed: a network needs something to predict.');
      return;
    }
    labels.removeClass(classId);
    this.messages.info(`“${removed.name}” was removed; its pixels are unlabeled now.`, {
      label: 'Undo',
      run: () => labels.undo(),
      until: 'edit',
    });
  }

  /** Paints the built-in picture's strokes again; what a person painted elsewhere stays. */
  restoreStarterStrokes(): void {
    const document = this.#active;
    if (document?.sample == null) return;
    const painted = document.labels.paintStrokes(scaleStrokes(document.sample.strokes, document.picture.scale));
    for (const strokeId of painted) document.starterStrokeIds.add(strokeId);
  }

  /** Takes every label away that did not come with the picture. */
  clearOwnStrokes(): void {
    this.#active?.labels.clearStrokes((strokeId) => !(this.#active?.starterStrokeIds.has(strokeId) ?? false));
  }

  clearLabels(): void {
    this.#active?.labels.clearLabels();
  }

  // --- training ---

  /** The one big button: Train, Pause or Continue. */
  toggleTraining(): void {
    const { phase } = this.store.getState();
    if (phase === 'training' || phase === 'compiling') this.#training.client.pause();
    else this.#training.client.train();
  }

  step(): void {
    this.#training.client.step();
  }

  reset(): void {
    this.#training.client.reset();
  }

  updateSettings(change: Partial<LearnerSettings>): void {
    this.store.setState((state) => ({ settings: { ...state.settings, ...change } }));
    this.#training.configure();
  }

  /** The curves to draw; they change identity when the learner starts over. */
  get curves(): TrainingCurves | null {
    return this.#active?.curves ?? null;
  }

  /** Calls `listener` after the curves have changed, until the returned function is called. */
  onCurves(listener: () => void): () => void {
    this.#curveListeners.add(listener);
    return () => this.#curveListeners.delete(listener);
  }

  // --- inside ---

  /** Opens one picture at a time; a failure is told and changes nothing. */
  #inTurn(open: () => Promise<void>): Promise<void> {
    this.#opening = this.#opening.then(async () => {
      this.store.setState({ opening: true });
      try {
        await open();
      } catch (error) {
        this.messages.error(error instanceof Error ? error.message : String(error));
      } finally {
        this.store.setState({ opening: false });
      }
    });
    return this.#opening;
  }

  #adopt(document: OpenDocument): void {
    this.#documents.set(document.id, document);
    document.labels.subscribe((change) => this.#documentChanged(document, change));
    this.#activate(document);
  }

  #activate(document: OpenDocument): void {
    this.cancelGesture();
    this.messages.expire('picture');
    this.#active = document;
    const { labels, sample } = document;
    this.#lastClassId = UNLABELED;
    this.store.setState({
      documentId: labels.id,
      title: labels.name,
      width: labels.width,
      height: labels.height,
      activeClassId: labels.classes[0]?.id ?? UNLABELED,
      hasStarterStrokes: sample !== null && sample.strokes.length > 0,
      blurb: sample?.blurb ?? null,
      hasTruth: document.truth !== null,
    });
    this.#showFacts(document);
    this.#view?.show(document);
    this.#training.open(document);
  }

  #documentChanged(document: OpenDocument, change: DocumentChange): void {
    if (document === this.#active) {
      if (change.type === 'pixels') {
        this.#view?.invalidateLabels(change.rect);
        return;
      }
      if (change.type === 'patch') this.#view?.invalidateLabels(change.rect);
      this.messages.expire(change.type === 'classes' ? 'classes' : 'edit');
      this.#showFacts(document);
    }
    this.#training.documentChanged(document, change);
  }

  /** Puts the open picture's facts into the store. */
  #showFacts({ labels }: OpenDocument): void {
    const labeledByClass: Record<number, number> = {};
    let labeledPixels = 0;
    for (const { id } of labels.classes) {
      const pixels = labels.counts[id] ?? 0;
      labeledByClass[id] = pixels;
      labeledPixels += pixels;
    }
    const labeledShare = labeledPixels / (labels.width * labels.height);
    const former = this.store.getState();
    const { activeClassId } = former;
    const stillThere = activeClassId === UNLABELED || labels.classes.some((c) => c.id === activeClassId);
    this.store.setState({
      classes: labels.classes,
      labeledByClass,
      labeledPixels,
      canUndo: labels.canUndo,
      canRedo: labels.canRedo,
      activeClassId: stillThere ? activeClassId : (labels.classes[0]?.id ?? UNLABELED),
      pictures: former.pictures.map((entry) =>
        entry.documentId === labels.id && entry.labeledShare !== labeledShare ? { ...entry, labeledShare } : entry,
      ),
    });
  }
}
