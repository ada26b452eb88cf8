import type { HistoryItem } from '../../editor/projectChange.ts';
import { isOtherPicture } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import { NO_TIMELINE } from '../../state/timeline.ts';
import { NewestQuestion } from '../newestQuestion.ts';
import type { HistoryActions } from '../painting/historyActions.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { OpenProject } from '../project/openProject.ts';
import { predictionOf } from '../training/learnerNews.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import { type TimelineMark, TimelineMarks } from './timelineMarks.ts';

/** The timeline: what happened at which step, what the learner predicted then, and going back to it. */
export class TimelineActions {
  readonly #context: WorkbenchContext;
  readonly #link: TrainingLink;
  readonly #history: HistoryActions;
  readonly #marks = new TimelineMarks();
  readonly #question = new NewestQuestion(() => this.#ask());
  /** The newest applied edit when a snapshot was taken, by its step; `null`: there was none. */
  readonly #newestEdits = new Map<number, HistoryItem | null>();
  /** The picture that shows a past prediction. */
  #picture: ProjectPicture | null = null;
  /** From where the learner's step last fell. */
  #formerStep = 0;

  constructor(context: WorkbenchContext, link: TrainingLink, history: HistoryActions) {
    this.#context = context;
    this.#link = link;
    this.#history = history;
    context.store.subscribe((state, former) => this.#follow(state, former));
    const { events } = context;
    events.on('projectOpened', (project) => this.#projectOpened(project));
    events.on('snapshotsTaken', (steps) => this.#snapshotsTaken(steps));
    events.on('learnerChanged', (how) => {
      if (how === 'gone') this.#marks.startOver(this.#formerStep);
      else this.#marks.comeBack();
    });
    events.on('wentBack', (step) => {
      this.#marks.goBack(context.store.getState().training.step, step);
      this.now();
    });
    events.on('documentChanged', ({ project, change }) => {
      if (change.type !== 'history') return;
      this.#marks.noteEdits(project.document.history, context.store.getState().training.step);
    });
  }

  // --- what others tell ---

  #projectOpened(project: OpenProject): void {
    const { document } = project;
    this.#marks.clear();
    this.#marks.noteEdits(document.history, 0);
    this.#newestEdits.clear();
    this.now();
    this.#context.store.setFacts({ timeline: NO_TIMELINE });
  }

  /** The worker keeps snapshots of other steps. */
  #snapshotsTaken(snapshotSteps: readonly number[]): void {
    const { project, store } = this.#context;
    for (const step of this.#newestEdits.keys()) if (!snapshotSteps.includes(step)) this.#newestEdits.delete(step);
    const newest = project?.document.history[project.document.historyPosition - 1] ?? null;
    for (const step of snapshotSteps) if (!this.#newestEdits.has(step)) this.#newestEdits.set(step, newest);
    store.setFacts({ timeline: { snapshotSteps } });
    const { pastStep } = store.getState().timeline;
    if (pastStep !== null && !snapshotSteps.includes(pastStep)) this.now();
  }

  // --- what a person does ---

  /** By step. */
  get marks(): readonly TimelineMark[] {
    const document = this.#context.project?.document;
    return document === undefined ? [] : this.#marks.list(document.history, document.historyPosition);
  }

  /** Shows what the learner of a snapshot's step predicts of the open picture, once the worker has answered. */
  goTo(step: number): void {
    const { store } = this.#context;
    if (!store.getState().timeline.snapshotSteps.includes(step)) return;
    store.setFacts({ timeline: { pastStep: step } });
    void this.#question.due();
  }

  /** Shows today's prediction again. */
  now(): void {
    if (this.#picture !== null) {
      this.#picture.pastPrediction = null;
      this.#picture = null;
      this.#context.stage?.showPrediction();
    }
    this.#context.store.setFacts({ timeline: { pastStep: null, shownPastStep: null } });
  }

  /** Moves to the next snapshot or the one before; after the last comes the present. */
  stepBy(direction: 1 | -1): void {
    const { timeline, training } = this.#context.store.getState();
    const { snapshotSteps, pastStep } = timeline;
    const at = pastStep ?? Math.max(training.step, (snapshotSteps.at(-1) ?? 0) + 1);
    const next =
      direction === 1 ? snapshotSteps.find((other) => other > at) : snapshotSteps.findLast((other) => other < at);
    if (next !== undefined) this.goTo(next);
    else if (direction === 1) this.now();
  }

  /** How many applied edits are newer than a snapshot; `null` where undo cannot lead back to its labels. */
  editsSince(step: number): number | null {
    const target = this.#positionAt(step);
    const position = this.#context.project?.document.historyPosition ?? 0;
    return target === null ? null : Math.max(0, position - target);
  }

  /** Branches: trains on from the step that is shown, with `withEdits` also from the labels of then. Both can be undone. */
  branch(withEdits: boolean): void {
    const { pastStep } = this.#context.store.getState().timeline;
    const { project } = this.#context;
    if (pastStep === null || project === null) return;
    const position = this.#positionAt(pastStep);
    if (withEdits && position !== null && position < project.document.historyPosition) this.#history.goTo(position);
    this.#link.client.branch(project.id, pastStep);
  }

  // --- inside ---

  #positionAt(step: number): number | null {
    const newest = this.#newestEdits.get(step);
    if (newest === undefined) return null;
    if (newest === null) return 0;
    const at = this.#context.project?.document.history.indexOf(newest) ?? -1;
    return at < 0 ? null : at + 1;
  }

  #follow(state: AppState, former: AppState): void {
    const { step, settings } = state.training;
    if (step < former.training.step) this.#formerStep = former.training.step;
    const isOther = isOtherPicture(state, former);
    if (isOther && state.timeline.pastStep !== null) this.now();
    if (!isOther && settings !== former.training.settings) {
      this.#marks.noteSettings(former.training.settings, settings, step);
    }
  }

  /** Asks for the past prediction that is wanted, if it is not shown. */
  async #ask(): Promise<void> {
    const { picture, store } = this.#context;
    const { pastStep: step, shownPastStep } = store.getState().timeline;
    if (step === null || step === shownPastStep) return;
    // A learner that broke says so itself.
    const raw = picture && (await this.#link.client.predictPast(picture.id, step).catch(() => null));
    if (picture !== this.#context.picture || store.getState().timeline.pastStep === null) return;
    if (picture === null || raw === null) this.now();
    else this.#show(picture, step, predictionOf(raw));
  }

  #show(picture: ProjectPicture, step: number, prediction: ReturnType<typeof predictionOf>): void {
    this.#picture = picture;
    picture.pastPrediction = prediction;
    this.#context.store.setFacts({ timeline: { shownPastStep: step } });
    this.#context.stage?.showPrediction();
  }
}
