import { type SettingsDifference, suggestedDifference, whyNotCompare } from '../../settings/difference.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import type { ComparisonView } from '../../state/comparison.ts';
import type { AppStore } from '../../state/store.ts';
import type { TrainingCurves } from '../../training/curves.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** What B is to differ in: what was chosen last, where that makes sense today. */
export function wantedDifference(chosen: SettingsDifference | null, settings: LearnerSettings): SettingsDifference {
  return chosen ?? suggestedDifference(settings, 'unlabeled');
}

/** Two learners side by side: begun, steered and ended. */
export class CompareActions {
  readonly #context: WorkbenchContext;
  readonly #store: AppStore;
  readonly #link: TrainingLink;

  constructor(context: WorkbenchContext, link: TrainingLink) {
    this.#context = context;
    this.#store = context.store;
    this.#link = link;
  }

  /** Takes another difference. While two are compared, both begin anew with it. */
  choose(difference: SettingsDifference): void {
    this.#store.setFacts({ comparison: { chosenDifference: difference } });
    if (this.#store.getState().comparison.learnerB !== null) this.begin();
  }

  /**
   * Clears the weights, which can be undone, and trains two learners that differ as chosen: that many steps, or, with
   * `null`, to the end of the budget.
   */
  begin(steps: number | null = null): void {
    const { comparison, training } = this.#store.getState();
    const difference = wantedDifference(comparison.chosenDifference, training.settings);
    if (whyNotCompare(training.settings, difference) !== null) return;
    this.#link.compare(difference);
    this.#link.client.train(steps);
  }

  /** Goes on with A alone, as it is. */
  end(): void {
    this.#link.compare(null);
  }

  toggle(): void {
    if (this.#store.getState().comparison.learnerB === null) this.begin();
    else this.end();
  }

  setView(view: ComparisonView): void {
    this.#store.setFacts({ comparison: { view } });
  }

  toggleView(): void {
    this.setView(this.#store.getState().comparison.view === 'divider' ? 'panes' : 'divider');
  }

  /** Where A's side ends and B's begins, as a share of the picture's width. */
  moveDivider(divider: number): void {
    this.#store.setFacts({ comparison: { divider } });
  }

  /** Colours only the pixels in which the two differ, or all. */
  toggleDifferences(): void {
    const { showsDifferencesOnly } = this.#store.getState().comparison;
    this.#store.setFacts({ comparison: { showsDifferencesOnly: !showsDifferencesOnly } });
  }

  /** Learner B's curves; they change identity when it starts over. `workbench.training.onCurves` tells of changes. */
  get curves(): TrainingCurves | null {
    return this.#context.project?.comparedCurves ?? null;
  }
}
