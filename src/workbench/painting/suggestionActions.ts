import { type SuggestedRegion, suggestRegion } from '../../editor/suggestedRegion.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** Points at the place that is worth the next stroke, with a reason, or at a random one for comparison. */
export class SuggestionActions {
  readonly #context: WorkbenchContext;
  /** Shown one after another for one prediction; the next one is none of them. */
  #passed: SuggestedRegion[] = [];
  #passedOf: ProjectPicture['prediction'] = null;

  constructor(context: WorkbenchContext) {
    this.#context = context;
    const { events } = context;
    events.on('pictureShown', () => this.clear());
    events.on('documentChanged', ({ change }) => {
      // Whoever paints has seen the ring.
      if (change.type === 'patch' && change.pictureId === context.picture?.id) this.clear();
    });
    events.on('predictionChanged', (picture) => {
      if (picture === context.picture && picture.prediction === null) this.clear();
    });
  }

  /** Shows a region of the open picture, at every call another one, until {@link clear}. */
  show(how: 'doubt' | 'random'): void {
    const { picture, messages } = this.#context;
    const prediction = picture?.prediction ?? null;
    if (picture === null || prediction === null) {
      messages.info('Train first: only then is there a prediction that can be unsure.');
      return;
    }
    if (prediction !== this.#passedOf) this.#passed = [];
    this.#passedOf = prediction;
    const { classIds } = picture.labels.planes;
    let region = suggestRegion(prediction, classIds, how, this.#passed, Math.random);
    if (region === null && this.#passed.length > 0) {
      // All were shown: from the first again.
      this.#passed = [];
      region = suggestRegion(prediction, classIds, how, [], Math.random);
    }
    if (region === null) {
      messages.info('Every pixel is labeled: there is nothing left to paint.');
      return;
    }
    this.#passed.push(region);
    this.#context.stage?.point(region);
    this.#context.store.setFacts({
      document: { suggestion: how === 'random' ? RANDOM_REASON : this.#reasonFor(region) },
    });
  }

  /** Takes the ring away. */
  clear(): void {
    if (this.#context.store.getState().document.suggestion === null) return;
    this.#context.stage?.point(null);
    this.#context.store.setFacts({ document: { suggestion: null } });
  }

  #reasonFor({ classIds, doubt }: SuggestedRegion): string {
    const { classes } = this.#context.store.getState().document;
    const [first, second] = classIds.map((id) => classes.find((c) => c.id === id)?.name ?? 'unlabeled');
    const sure = `${Math.round(100 * doubt)} % doubt`;
    if (second === undefined) return `Paint in the ring: the network says ${first}, but is unsure (${sure}).`;
    return `Paint in the ring: the network wavers between ${first} and ${second} (${sure}).`;
  }
}

const RANDOM_REASON = 'Paint in the ring: a place drawn at random, to compare with.';
