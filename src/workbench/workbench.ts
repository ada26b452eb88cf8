import { messageOf } from '../base/messageOf.ts';
import type { HistoryItem } from '../editor/projectChange.ts';
import { openProjectStorage, type ProjectStorage } from '../project/storage/projectStorage.ts';
import { StorageError } from '../project/storage/storageError.ts';
import { isSampleId } from '../samples/loadSample.ts';
import { changesForNetwork, type LearnerSettings } from '../settings/learner.ts';
import type { AppStore, Dialog } from '../state/store.ts';
import type { BackendInfo, BackendName } from '../training/backendMessages.ts';
import { Bench } from './bench.ts';
import { CompareDesk } from './lab/compareDesk.ts';
import { InspectionDesk } from './lab/inspectionDesk.ts';
import { LabDesk } from './lab/labDesk.ts';
import { LessonDesk, lessonLink } from './lab/lessonDesk.ts';
import { MatrixDesk } from './lab/matrixDesk.ts';
import { SlowMotion } from './lab/slowMotion.ts';
import { TimelineDesk } from './lab/timelineDesk.ts';
import { TruthGame } from './lab/truthGame.ts';
import { Messages } from './messages.ts';
import { ClassDesk } from './painting/classDesk.ts';
import { CorrectionNotes } from './painting/correctionNotes.ts';
import { HoldOut } from './painting/holdOut.ts';
import { Layers } from './painting/layers.ts';
import { Painting } from './painting/painting.ts';
import { StageView } from './painting/stageView.ts';
import { Suggestions } from './painting/suggestions.ts';
import { EXAMPLES } from './pictures/examples.ts';
import { PictureDesk } from './pictures/pictureDesk.ts';
import type { ProjectPicture } from './pictures/projectPicture.ts';
import { SceneDesk } from './pictures/sceneDesk.ts';
import type { OpenProject } from './project/openProject.ts';
import { ProjectDesk } from './project/projectDesk.ts';
import { ProjectFollower, showFacts } from './project/projectFollower.ts';
import { ExportDesk } from './sharing/exportDesk.ts';
import { LinkDesk } from './sharing/linkDesk.ts';
import { BackendChoice } from './training/backendChoice.ts';
import { RateFinder } from './training/rateFinder.ts';
import { TrainingDesk } from './training/trainingDesk.ts';
import { TrainingLink } from './training/trainingLink.ts';
import type { TrainingWorkers } from './training/trainingLinkListener.ts';

export interface WorkbenchOptions {
  readonly store: AppStore;
  readonly workers: TrainingWorkers;
  /** What the learner is to run on. */
  readonly backend: BackendName | 'auto';
  /** Whether a graphics processor is tested whatever is known of it. */
  readonly alwaysTestsGpu: boolean;
  /** Longest side that pictures of new projects are reduced to. */
  readonly workingSizePx: number;
  /** Where small things are kept from one visit to the next; throws where nothing may be. */
  storage(): Storage;
  /** Whether the person wants nothing to move. */
  prefersReducedMotion(): boolean;
  /** Does what a command of this id says; throws where there is none. */
  perform(commandId: string, workbench: Workbench): void;
  /** Called once when the backend is known. */
  onBackend(backend: BackendInfo): void;
}

const STORAGE_IS_HELD =
  'Another tab with an older version of this page holds the stored projects: close it or reload it, and this one goes on.';

/** Files that a command asks for. */
export type FileKind = 'pictures' | 'folder' | 'mask' | 'project';

/**
 * What a person can do, as methods on desks: the one place where projects, canvas, store and training meet.
 * React calls it and reads the store; it knows nothing of React.
 */
export class Workbench {
  readonly store: AppStore;
  readonly messages: Messages;
  readonly painting: Painting;
  readonly classes: ClassDesk;
  readonly pictures: PictureDesk;
  readonly projects: ProjectDesk;
  readonly scenes: SceneDesk;
  readonly layers: Layers;
  readonly lab: LabDesk;
  readonly compare: CompareDesk;
  readonly inspection: InspectionDesk;
  readonly slowMotion: SlowMotion;
  readonly matrix: MatrixDesk;
  readonly timeline: TimelineDesk;
  readonly suggestions: Suggestions;
  readonly training: TrainingDesk;
  readonly rates: RateFinder;
  readonly exports: ExportDesk;
  readonly links: LinkDesk;
  readonly lessons: LessonDesk;
  readonly truthGame: TruthGame;
  /** Opens a file dialog; the page sets it, for only an element of it can. */
  filePicker: ((kind: FileKind) => void) | null = null;
  readonly #bench: Bench;
  #newSettings: LearnerSettings;
  #view: StageView | null = null;

  constructor(options: WorkbenchOptions) {
    const { store, workingSizePx } = options;
    this.store = store;
    this.messages = new Messages(store);
    this.#newSettings = store.getState().settings;
    const bench = new Bench(store, this.messages);
    this.#bench = bench;
    const view = () => this.#view;
    const corrections = new CorrectionNotes(bench);
    const choice = new BackendChoice(store, {
      storage: () => options.storage(),
      browser: navigator.userAgent,
      wanted: options.backend,
      alwaysTests: options.alwaysTestsGpu,
    });
    const link = new TrainingLink(bench, options.workers, choice, {
      predictionChanged: (picture) => {
        if (picture !== bench.picture) return;
        this.#view?.showPrediction();
        if (picture.prediction === null) this.suggestions.clear();
      },
      scoresChanged: () => showFacts(bench),
      curvesChanged: () => this.training.curvesChanged(),
      rateSearched: (event) => this.rates.receive(event),
      inspected: (event) => this.inspection.receive(event),
      learnerChanged: (how) => {
        corrections.learnerChanged(how);
        this.truthGame.learnerChanged(how);
        this.timeline.learnerChanged(how);
        this.projects.saver?.factsChanged();
      },
      snapshotsTaken: (steps) => this.timeline.snapshotsTaken(steps),
      wentBack: (step) => this.timeline.wentBack(step),
      learnerRested: () => void this.projects.saver?.learnerRested(),
      learnerCopied: (project) => this.projects.saver?.learnerCopied(project),
      learnerCleared: (project) => this.projects.saver?.learnerCleared(project),
      learnerDiverged: () => this.projects.saver?.factsChanged(),
      backendStarted: (backend) => options.onBackend(backend),
      networkChosen: (network) =>
        this.training.updateSettings(changesForNetwork(this.store.getState().settings, network)),
    });
    const holdOut = new HoldOut(bench, link, view);
    const follower = new ProjectFollower({ bench, link, holdOut, corrections, view }, this);
    this.painting = new Painting(bench, view);
    this.classes = new ClassDesk(bench, this.painting);
    this.layers = new Layers(store, view);
    this.lab = new LabDesk(store);
    this.compare = new CompareDesk(bench, link);
    this.inspection = new InspectionDesk(bench, link, view);
    this.slowMotion = new SlowMotion(bench, link, options.prefersReducedMotion);
    this.matrix = new MatrixDesk(bench, view);
    this.timeline = new TimelineDesk(bench, link, view, (position) => this.goToHistory(position));
    this.suggestions = new Suggestions(bench, view);
    this.projects = new ProjectDesk(bench, link, workingSizePx, {
      adopt: (project) => follower.adopt(project),
      restPainting: () => this.#view?.rest(),
      newSettings: () => this.#newSettings,
    });
    this.scenes = new SceneDesk(store, this.projects);
    this.training = new TrainingDesk(bench, link, () => {
      holdOut.update();
      this.projects.saver?.factsChanged();
    });
    this.rates = new RateFinder(store, link);
    this.pictures = new PictureDesk(bench, {
      show: (picture) => follower.showPicture(picture),
      workingSizeForPictures: (alone) => this.projects.workingSizeForPictures(alone),
      projectForPictures: (alone) => this.projects.forPictures(alone),
      pictureAdded: (project, picture) => follower.pictureAdded(project, picture),
      openProjectFile: (file) => this.projects.openFile(file),
    });
    this.exports = new ExportDesk(bench, link);
    this.lessons = new LessonDesk({
      store,
      lab: this.lab,
      openPicture: (lesson) => this.projects.openLink(lessonLink(lesson, this.#newSettings, workingSizePx)),
      perform: (action) => {
        if (action.type === 'command') options.perform(action.id, this);
        else if (action.type === 'settings') this.training.updateSettings(action.change);
        else this.lab.open(action.panel);
      },
      storage: () => options.storage(),
    });
    this.links = new LinkDesk(bench, this);
    this.truthGame = new TruthGame(bench, this.painting, this.training, () => options.storage());
  }

  /**
   * Opens what the page starts with: the link in its address's fragment, else the built-in picture that was asked for,
   * else the project of the last visit, else the first example.
   */
  async start(sampleId: string | null, fragment: string): Promise<void> {
    // What is done in another page's frame lasts as long as the frame, and what is stored is not shown there.
    if (!this.store.getState().isFramed) {
      this.projects.connect(await this.#openStorage());
    }
    await this.links.open(fragment);
    const last = sampleId === null && this.#bench.project === null ? await this.projects.lastProjectId() : null;
    if (last !== null) await this.projects.open(last);
    if (this.#bench.project === null) {
      const wanted = sampleId !== null && isSampleId(sampleId) ? sampleId : EXAMPLES[0]?.sampleId;
      await this.projects.openExample(wanted ?? '');
      if (sampleId === null && !this.store.getState().isFramed) this.lessons.offer();
    }
    // Whatever happens, there is a project to go on with; why it is an empty one was told.
    if (this.#bench.project === null) await this.projects.create();
    void this.projects.refresh();
  }

  /** The stored projects; `null` where this browser has none to offer, or a person does not wait for them. */
  #openStorage(): Promise<ProjectStorage | null> {
    return new Promise((resolve) => {
      const onWait = () => {
        this.messages.info(STORAGE_IS_HELD, { label: 'Go on without', run: () => resolve(null) });
      };
      openProjectStorage(onWait)
        .then(resolve, (error: unknown) => {
          const reload = { label: 'Reload', run: () => location.reload() };
          if (error instanceof StorageError && error.kind === 'blocked') this.messages.error(error.message, reload);
          else this.messages.info(messageOf(error));
          resolve(null);
        })
        .finally(() => this.messages.takeBack(STORAGE_IS_HELD));
    });
  }

  /** Settings that new projects start with; the open one takes them over where it still has the former ones' network. */
  setDefaultNetwork(network: LearnerSettings['network']): void {
    const former = this.#newSettings.network;
    this.#newSettings = { ...this.#newSettings, network };
    if (this.store.getState().settings.network === former) this.training.updateSettings({ network });
  }

  /** The project that is open. */
  get project(): OpenProject | null {
    return this.#bench.project;
  }

  /** The picture on the screen, for scripts and tests. */
  get picture(): ProjectPicture | null {
    return this.#bench.picture;
  }

  // --- the picture on the screen ---

  /** Draws into `host` until the returned function is called. */
  mountView(host: HTMLElement): () => void {
    const view = new StageView(host, this.#bench, {
      pickClass: (classId) => {
        this.painting.selectClass(classId);
        this.painting.selectTool('brush');
      },
      growBrush: (direction) => this.painting.growBrush(direction),
      moveDivider: (divider) => this.layers.set({ divider }),
      moveComparisonDivider: (divider) => this.compare.moveDivider(divider),
      pickPixel: (x, y) => this.inspection.pin(x, y),
      point: (place) => this.inspection.point(place),
    });
    this.#view = view;
    view.show(this.#bench.picture);
    this.inspection.pictureShown();
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

  /** Ends the gesture under way where it has come to; what was painted stands. */
  finishGesture(): void {
    this.#view?.finishGesture();
  }

  openDialog(dialog: Dialog | null): void {
    this.store.setState({ dialog });
  }

  // --- history ---

  /** All edits that can be undone or redone, oldest first; `historyPosition` of the store says how many stand. */
  get history(): readonly HistoryItem[] {
    return this.#bench.project?.document.history ?? [];
  }

  undo(): void {
    this.#view?.finishPress();
    this.#follow(this.#bench.project?.document.undo() ?? null);
  }

  redo(): void {
    this.#view?.finishPress();
    this.#follow(this.#bench.project?.document.redo() ?? null);
  }

  /** Undoes or redoes until so many edits stand. */
  goToHistory(position: number): void {
    const document = this.#bench.project?.document;
    if (document === undefined) return;
    this.#view?.finishPress();
    let item: HistoryItem | null = null;
    while (document.historyPosition > position && document.canUndo) item = document.undo();
    while (document.historyPosition < position && document.canRedo) item = document.redo();
    this.#follow(item);
  }

  // --- inside ---

  /** An edit of another picture brings that picture on the screen. */
  #follow(item: HistoryItem | null): void {
    const id = item?.pictureId ?? null;
    if (id !== null && id !== this.#bench.picture?.id) void this.pictures.open(id);
  }
}
