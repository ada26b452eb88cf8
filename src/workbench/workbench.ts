import { messageOf } from '../base/messageOf.ts';
import { openProjectStorage, type ProjectStorage } from '../project/storage/projectStorage.ts';
import { StorageError } from '../project/storage/storageError.ts';
import { isSampleId } from '../samples/loadSample.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import type { AppStore } from '../state/store.ts';
import type { Dialog } from '../state/view.ts';
import type { BackendInfo, BackendName } from '../training/backendMessages.ts';
import { CompareActions } from './lab/compareActions.ts';
import { InspectionActions } from './lab/inspectionActions.ts';
import { LabActions } from './lab/labActions.ts';
import { LessonActions, lessonLink } from './lab/lessonActions.ts';
import { MatrixActions } from './lab/matrixActions.ts';
import { SlowMotionActions } from './lab/slowMotionActions.ts';
import { TimelineActions } from './lab/timelineActions.ts';
import { TruthGameActions } from './lab/truthGameActions.ts';
import { Messages } from './messages.ts';
import type { PageHost } from './pageHost.ts';
import { ClassActions } from './painting/classActions.ts';
import { noteCorrections } from './painting/correctionNotes.ts';
import { HistoryActions } from './painting/historyActions.ts';
import { LayerActions } from './painting/layerActions.ts';
import { PaintingActions } from './painting/paintingActions.ts';
import { StageView } from './painting/stageView.ts';
import { SuggestionActions } from './painting/suggestionActions.ts';
import { EXAMPLES } from './pictures/examples.ts';
import { PictureActions } from './pictures/pictureActions.ts';
import type { ProjectPicture } from './pictures/projectPicture.ts';
import { SceneActions } from './pictures/sceneActions.ts';
import type { OpenProject } from './project/openProject.ts';
import { ProjectActions } from './project/projectActions.ts';
import { ProjectFollower } from './project/projectFollower.ts';
import { ExportActions } from './sharing/exportActions.ts';
import { LinkActions } from './sharing/linkActions.ts';
import { BackendChoice } from './training/backendChoice.ts';
import { RateSearchActions } from './training/rateSearchActions.ts';
import { TrainingActions } from './training/trainingActions.ts';
import { TrainingLink } from './training/trainingLink.ts';
import type { TrainingWorkers } from './training/trainingWorkers.ts';
import { WorkbenchContext } from './workbenchContext.ts';

export interface WorkbenchOptions {
  readonly store: AppStore;
  readonly page: PageHost;
  readonly workers: TrainingWorkers;
  /** What the learner is to run on. */
  readonly backend: BackendName | 'auto';
  /** Whether a graphics processor is tested whatever is known of it. */
  readonly alwaysTestsGpu: boolean;
  /** Longest side that pictures of new projects are reduced to. */
  readonly workingSizePx: number;
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
 * What a person can do, as methods of `…Actions`: the one place where projects, canvas, store and training meet.
 * React calls it and reads the store; it knows nothing of React.
 */
export class Workbench {
  readonly store: AppStore;
  readonly page: PageHost;
  readonly messages: Messages;
  readonly painting: PaintingActions;
  readonly classes: ClassActions;
  readonly pictures: PictureActions;
  readonly projects: ProjectActions;
  readonly scenes: SceneActions;
  readonly layers: LayerActions;
  readonly lab: LabActions;
  readonly compare: CompareActions;
  readonly inspection: InspectionActions;
  readonly slowMotion: SlowMotionActions;
  readonly matrix: MatrixActions;
  readonly timeline: TimelineActions;
  readonly history: HistoryActions;
  readonly suggestions: SuggestionActions;
  readonly training: TrainingActions;
  readonly rates: RateSearchActions;
  readonly exports: ExportActions;
  readonly links: LinkActions;
  readonly lessons: LessonActions;
  readonly truthGame: TruthGameActions;
  /** Opens a file dialog; the page sets it, for only an element of it can. */
  filePicker: ((kind: FileKind) => void) | null = null;
  readonly #context: WorkbenchContext;

  constructor(options: WorkbenchOptions) {
    const { store, page, workingSizePx } = options;
    this.store = store;
    this.page = page;
    this.messages = new Messages(store);
    const context = new WorkbenchContext(store, this.messages, page);
    this.#context = context;
    const choice = new BackendChoice(store, {
      storage: page.storage,
      browser: page.browser,
      wanted: options.backend,
      alwaysTests: options.alwaysTestsGpu,
    });
    const link = new TrainingLink(context, options.workers, choice);
    const follower = new ProjectFollower(context, link);
    noteCorrections(context);
    context.events.on('backendStarted', options.onBackend);
    this.painting = new PaintingActions(context);
    this.classes = new ClassActions(context, this.painting);
    this.layers = new LayerActions(context);
    this.lab = new LabActions(store);
    this.compare = new CompareActions(context, link);
    this.inspection = new InspectionActions(context, link);
    this.slowMotion = new SlowMotionActions(context, link);
    this.matrix = new MatrixActions(context);
    this.suggestions = new SuggestionActions(context);
    this.training = new TrainingActions(context, link);
    this.rates = new RateSearchActions(context, link);
    this.projects = new ProjectActions(context, link, follower, workingSizePx);
    this.scenes = new SceneActions(store, this.projects);
    this.pictures = new PictureActions(context, this.projects, follower);
    this.history = new HistoryActions(context, this.pictures);
    this.timeline = new TimelineActions(context, link, this.history);
    this.exports = new ExportActions(context, link);
    this.lessons = new LessonActions({
      store,
      lab: this.lab,
      openPicture: (lesson) => this.projects.openLink(lessonLink(lesson, context.newSettings, workingSizePx)),
      perform: (action) => {
        if (action.type === 'command') options.perform(action.id, this);
        else if (action.type === 'settings') this.training.updateSettings(action.change);
        else this.lab.open(action.panel);
      },
      storage: page.storage,
    });
    this.links = new LinkActions(context, this);
    this.truthGame = new TruthGameActions(context, this.painting, this.training);
  }

  /**
   * Opens what the page starts with: the link in its address's fragment, else the built-in picture that was asked for,
   * else the project of the last visit, else the first example.
   */
  async start(sampleId: string | null, fragment: string): Promise<void> {
    // What is done in another page's frame lasts as long as the frame, and what is stored is not shown there.
    if (!this.store.getState().view.isFramed) {
      this.projects.connect(await this.#openStorage());
    }
    await this.links.open(fragment);
    const last = sampleId === null && this.#context.project === null ? await this.projects.lastProjectId() : null;
    if (last !== null) await this.projects.open(last);
    if (this.#context.project === null) {
      const wanted = sampleId !== null && isSampleId(sampleId) ? sampleId : EXAMPLES[0]?.sampleId;
      await this.projects.openExample(wanted ?? '');
      if (sampleId === null && !this.store.getState().view.isFramed) this.lessons.offer();
    }
    // Whatever happens, there is a project to go on with; why it is an empty one was told.
    if (this.#context.project === null) await this.projects.create();
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
          const reload = { label: 'Reload', run: () => this.page.reload() };
          if (error instanceof StorageError && error.kind === 'blocked') this.messages.error(error.message, reload);
          else this.messages.info(messageOf(error));
          resolve(null);
        })
        .finally(() => this.messages.takeBack(STORAGE_IS_HELD));
    });
  }

  /** The network that new projects start with; the open one takes it over where it still has the former one. */
  setDefaultNetwork(network: LearnerSettings['network']): void {
    const context = this.#context;
    const former = context.newSettings.network;
    context.newSettings = { ...context.newSettings, network };
    if (this.store.getState().training.settings.network === former) this.training.updateSettings({ network });
  }

  /** The project that is open. */
  get project(): OpenProject | null {
    return this.#context.project;
  }

  /** The picture on the screen, for scripts and tests. */
  get picture(): ProjectPicture | null {
    return this.#context.picture;
  }

  // --- the picture on the screen ---

  /** Draws into `host` until the returned function is called. */
  mountView(host: HTMLElement): () => void {
    const view = new StageView(host, this.#context, {
      takeTool: (picture, previewChanged) => this.painting.takeTool(picture, previewChanged),
      growBrush: (direction) => this.painting.growBrush(direction),
      moveDivider: (divider) => this.layers.set({ divider }),
      moveComparisonDivider: (divider) => this.compare.moveDivider(divider),
      pickPixel: (x, y) => this.inspection.pin(x, y),
      point: (place) => this.inspection.point(place),
    });
    this.#context.stage = view;
    view.show(this.#context.picture);
    this.inspection.pictureShown();
    return () => {
      view.dispose();
      this.#context.stage = null;
    };
  }

  fitView(): void {
    this.#context.stage?.fit();
  }

  zoomBy(factor: number): void {
    this.#context.stage?.zoomBy(factor);
  }

  /** Leaves the gesture under way, as if it had not begun. */
  cancelGesture(): void {
    this.#context.stage?.cancelGesture();
  }

  /** Ends the gesture under way where it has come to; what was painted stands. */
  finishGesture(): void {
    this.#context.stage?.finishGesture();
  }

  openDialog(dialog: Dialog | null): void {
    this.store.setFacts({ view: { dialog } });
  }
}
