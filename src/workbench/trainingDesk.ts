import type { LearnerSettings } from '../settings/learner.ts';
import type { TrainingCurves } from '../training/curves.ts';
import type { Bench } from './bench.ts';
import type { TrainingLink } from './trainingLink.ts';

/** What a person does with the learner. */
export class TrainingDesk {
  readonly #bench: Bench;
  readonly #link: TrainingLink;
  readonly #settingsChanged: () => void;
  readonly #curveListeners = new Set<() => void>();

  constructor(bench: Bench, link: TrainingLink, settingsChanged: () => void) {
    this.#bench = bench;
    this.#link = link;
    this.#settingsChanged = settingsChanged;
  }

  /** The one big button: Train, Pause or Continue. */
  toggle(): void {
    const { phase } = this.#bench.store.getState();
    if (phase === 'training' || phase === 'compiling') this.#link.client.pause();
    else this.#link.client.train();
  }

  step(): void {
    this.#link.client.step();
  }

  reset(): void {
    this.#link.client.reset();
  }

  updateSettings(change: Partial<LearnerSettings>): void {
    this.#bench.setSettings({ ...this.#bench.store.getState().settings, ...change });
    this.#link.configure();
    this.#settingsChanged();
  }

  /** The curves to draw; they change identity when the learner starts over. */
  get curves(): TrainingCurves | null {
    return this.#bench.project?.curves ?? null;
  }

  /** Calls `listener` after the curves have changed, until the returned function is called. */
  onCurves(listener: () => void): () => void {
    this.#curveListeners.add(listener);
    return () => this.#curveListeners.delete(listener);
  }

  /** Tells all that draw curves. */
  curvesChanged(): void {
    for (const listener of this.#curveListeners) listener();
  }
}
