import { countByClass } from '../../labels/planes.ts';
import { weightedCounts } from '../../labels/strokeWeights.ts';
import { classIdsWithout } from '../../metrics/holdOut.ts';
import {
  type ClassCount,
  changesForBalance,
  customWeightsFrom,
  weightsOfClasses,
} from '../../settings/classBalance.ts';
import { type ClassBalance, HELD_OUT_SHARE, type LearnerSettings } from '../../settings/learner.ts';
import { isBusy } from '../../state/selectors.ts';
import type { TrainingCurves } from '../../training/curves.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import type { TrainingLink } from './trainingLink.ts';
import type { LivePrediction } from './trainingWorkers.ts';

/** What a person does with the learner. */
export class TrainingActions {
  readonly #context: WorkbenchContext;
  readonly #link: TrainingLink;

  constructor(context: WorkbenchContext, link: TrainingLink) {
    this.#context = context;
    this.#link = link;
    context.events.on('documentChanged', ({ project, change }) => {
      if (change.type === 'classes') this.#forgetClassWeights(project.document.classes.map(({ id }) => id));
    });
  }

  /** The learner goes on on the graphics processor that was given up. */
  tryGpuAgain(): void {
    void this.#link.restart.tryGpuAgain();
  }

  /** The one big button: Train, Pause, Continue or Start again. */
  toggle(): void {
    const { phase } = this.#context.store.getState().training;
    if (phase === 'stopped') void this.#link.restart.startAgain();
    else if (isBusy(phase)) this.#link.client.pause();
    else this.#link.client.train();
  }

  /** Trains on: `steps` more, or, with `null`, to the end of the budget. */
  train(steps: number | null): void {
    this.#link.client.train(steps);
  }

  /** What the learner of now says of the open picture; `null` when it never took a step. */
  async predict(): Promise<LivePrediction | null> {
    const { picture } = this.#context;
    return picture && this.#link.predict(picture);
  }

  step(): void {
    this.#link.client.step();
  }

  reset(): void {
    this.#link.client.reset();
  }

  /** Clears the weights, which can be undone, and trains from the first step. */
  trainAnew(): void {
    this.#link.client.reset();
    this.#link.client.train();
  }

  /** Puts the weights back that predicted held-out strokes best, if the worker keeps any. */
  restoreBest(): void {
    this.#link.restoreBest();
  }

  /** Holds a fifth of the strokes out, or none. */
  toggleHoldOut(): void {
    this.updateSettings({ heldOutShare: this.#settings.heldOutShare > 0 ? 0 : HELD_OUT_SHARE });
  }

  updateSettings(change: Partial<LearnerSettings>): void {
    this.#context.changeSettings(change);
  }

  /** Takes another class balance; custom weights begin with those of the one before. */
  setClassBalance(balance: ClassBalance): void {
    this.updateSettings(changesForBalance(this.#settings, balance, this.#classCounts()));
  }

  /** Begins the custom weights anew, with what an automatic balance gives for today's labels. */
  startClassWeights(from: Exclude<ClassBalance, 'custom'>): void {
    this.updateSettings({ customClassWeights: customWeightsFrom(this.#classCounts(), from) });
  }

  setClassWeight(classId: number, weight: number): void {
    this.updateSettings({ customClassWeights: { ...this.#settings.customClassWeights, [classId]: weight } });
  }

  /** Forgets the weights of classes that are gone: one that comes later under the same id is another class. */
  #forgetClassWeights(classIds: readonly number[]): void {
    const former = this.#settings.customClassWeights;
    const customClassWeights = weightsOfClasses(former, classIds);
    if (customClassWeights === former) return;
    this.updateSettings({ customClassWeights });
  }

  /** The curves to draw; they change identity when the learner starts over. */
  get curves(): TrainingCurves | null {
    return this.#context.project?.curves ?? null;
  }

  /** Calls `listener` after the curves have changed, until the returned function is called. */
  onCurves(listener: () => void): () => void {
    return this.#context.events.on('curvesChanged', listener);
  }

  get #settings(): LearnerSettings {
    return this.#context.store.getState().training.settings;
  }

  /** Labeled pixels of every class in the pictures that are trained on, or what they weigh where strokes weigh the same. */
  #classCounts(): ClassCount[] {
    const { project } = this.#context;
    if (project === null) return [];
    const perStroke = this.#settings.strokeBalance === 'stroke';
    const ids = project.document.classes.map(({ id }) => id);
    const trained = project.shown.filter(({ labels }) => labels.use === 'train');
    const counts = trained.map(({ labels, heldOut }) => {
      const planes = { ...labels.planes, classIds: classIdsWithout(labels.planes, heldOut) };
      return perStroke ? weightedCounts(planes, ids) : countByClass(planes);
    });
    return ids.map((classId) => ({
      classId,
      count: counts.reduce((sum, countById) => sum + (countById[classId] ?? 0), 0),
    }));
  }
}
