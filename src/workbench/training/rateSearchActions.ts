import { type RatePoint, suggestRate } from '../../metrics/learningRateCurve.ts';
import type { AppStore } from '../../state/store.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import type { RateSearchEvent } from '../workbenchEvents.ts';
import type { TrainingLink } from './trainingLink.ts';

/** Has learning rates tried, keeps the curve, and says which to take. */
export class RateSearchActions {
  readonly #store: AppStore;
  readonly #link: TrainingLink;
  readonly #listeners = new Set<() => void>();
  #points: RatePoint[] = [];

  constructor({ store, events }: WorkbenchContext, link: TrainingLink) {
    this.#store = store;
    this.#link = link;
    events.on('rateSearched', (event) => this.#receive(event));
  }

  /** What the rates that were tried cost, the lowest first. */
  get points(): readonly RatePoint[] {
    return this.#points;
  }

  /** Opens the dialog, which begins a search. */
  open(): void {
    this.#store.setFacts({ view: { dialog: { name: 'learningRate' } } });
  }

  start(): void {
    this.#points = [];
    this.#store.setFacts({ training: { rateSearch: { isOver: false, tried: 0, suggestion: null, notice: null } } });
    this.#tell();
    this.#link.client.findRate();
  }

  /** Ends a search under way; the learner is what it was before in any case. */
  stop(): void {
    if (this.#store.getState().training.rateSearch?.isOver === false) this.#link.client.pause();
  }

  #receive({ points, isOver, stoppedBecause }: RateSearchEvent): void {
    this.#points.push(...points);
    const found = isOver && stoppedBecause === null ? suggestRate(this.#points) : null;
    this.#store.setFacts({
      training: {
        rateSearch: {
          isOver,
          tried: this.#points.length,
          suggestion: found !== null && 'learningRate' in found ? found.learningRate : null,
          notice: found !== null && 'reason' in found ? found.reason : stoppedBecause,
        },
      },
    });
    this.#tell();
  }

  /** Calls `listener` after the points have changed, until the returned function is called. */
  onPoints(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
