import type { Lesson, LessonAction, LessonStep } from '../../lessons/lesson.ts';
import { findLesson } from '../../lessons/lessons.ts';
import type { SharedLink } from '../../project/link/sharedLink.ts';
import { type LessonProgress, parseLessonProgress, storedLessonProgress } from '../../settings/lessonProgress.ts';
import type { AppState, AppStore } from '../../state/store.ts';
import { keepText, readText } from '../browserText.ts';
import type { LabActions } from './labActions.ts';

const KEY = 'unlabeled.lessons';
/** How long a finished step stays, ticked, before the next one comes. */
const TICK_MS = 900;

/** What lessons need of the page. */
export interface LessonPage {
  readonly store: AppStore;
  readonly lab: LabActions;
  /** Opens a lesson's picture as a project of its own; false when that cannot be, which was told. */
  openPicture(lesson: Lesson): Promise<boolean>;
  perform(action: LessonAction): void;
  readonly storage: () => Storage;
}

/** What a lesson begins with, as a link carries it; `usual` is what new projects start with. */
export function lessonLink({ id, setUp }: Lesson, usual: SharedLink['settings'], workingSizePx: number): SharedLink {
  return {
    picture: setUp.picture,
    workingSizePx,
    classes: null,
    settings: { ...usual, ...setUp.settings },
    base: setUp.base,
    labels: null,
    lesson: id,
    hiddenPanels: [],
    labPanel: setUp.lab,
    start: { type: 'wait' },
  };
}

/** Lessons: sets the page up, watches whether each step was done, and remembers the finished lessons. */
export class LessonActions {
  readonly #page: LessonPage;
  #progress: LessonProgress;
  #lesson: Lesson | null = null;
  /** The project that the lesson is held on. */
  #projectId: string | null = null;
  /** The page's facts when the step began. */
  #begun: AppState;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(page: LessonPage) {
    this.#page = page;
    this.#begun = page.store.getState();
    this.#progress = parseLessonProgress(readText(page.storage, KEY));
    page.store.setFacts({ lessons: { done: this.#progress.done } });
    page.store.subscribe((state) => this.#watch(state));
  }

  /** Offers the first lesson to somebody who never answered the offer. */
  offer(): void {
    if (!this.#progress.isAnswered) this.#page.store.setFacts({ lessons: { isOffered: true } });
  }

  /** Takes the offer away for good. */
  declineOffer(): void {
    this.#page.store.setFacts({ lessons: { isOffered: false } });
    this.#keep({ ...this.#progress, isAnswered: true });
  }

  /** Opens a lesson's picture and begins it. */
  async start(id: string): Promise<void> {
    const lesson = findLesson(id);
    if (lesson === undefined) return;
    this.declineOffer();
    this.leave();
    if (!(await this.#page.openPicture(lesson))) return;
    if (lesson.setUp.lab === null) this.#page.lab.close();
    else this.#page.lab.open(lesson.setUp.lab);
    this.follow(id);
  }

  /** Begins a lesson on what is open; a link brought its own. An id that no lesson has is left alone. */
  follow(id: string): void {
    const { store } = this.#page;
    const lesson = findLesson(id);
    if (lesson === undefined) return;
    this.declineOffer();
    this.#lesson = lesson;
    this.#projectId = store.getState().project.projectId;
    this.#goTo(0);
  }

  /** Goes on to the next step; after the last one the lesson is finished. */
  next(): void {
    const { current } = this.#page.store.getState().lessons;
    if (current !== null) this.#goTo(current.step + 1);
  }

  /** Does what the step offers to do. */
  takeOffer(): void {
    for (const action of this.#step?.offer?.actions ?? []) this.#page.perform(action);
  }

  /** Ends the lesson; what was painted and learned stays. */
  leave(): void {
    this.#stopTimer();
    if (this.#lesson === null) return;
    this.#lesson = null;
    this.#page.store.setFacts({ lessons: { current: null } });
  }

  get #step(): LessonStep | null {
    return this.#lesson?.steps[this.#page.store.getState().lessons.current?.step ?? 0] ?? null;
  }

  #goTo(step: number): void {
    const lesson = this.#lesson;
    if (lesson === null) return;
    this.#stopTimer();
    const { store } = this.#page;
    this.#begun = store.getState();
    if (step >= lesson.steps.length)
      this.#keep({ isAnswered: true, done: new Set([...this.#progress.done, lesson.id]) });
    store.setFacts({ lessons: { current: { id: lesson.id, step, isDone: false } } });
  }

  #watch(state: AppState): void {
    const { current } = state.lessons;
    if (this.#lesson === null || current === null) return;
    if (state.project.projectId !== this.#projectId) {
      this.leave();
      return;
    }
    if (current.isDone || this.#step?.isDone?.(state, this.#begun) !== true) return;
    this.#timer = setTimeout(() => this.next(), TICK_MS);
    this.#page.store.setFacts({ lessons: { current: { ...current, isDone: true } } });
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #keep(progress: LessonProgress): void {
    this.#progress = progress;
    this.#page.store.setFacts({ lessons: { done: progress.done } });
    keepText(this.#page.storage, KEY, storedLessonProgress(progress));
  }
}
