import { type SettingsDifference, suggestedDifference, whyNotCompare } from '../../settings/difference.ts';
import type { ComparisonView } from '../../state/comparison.ts';
import type { AppState, AppStore } from '../../state/store.ts';
import type { TrainingCurves } from '../../training/curves.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** What B is to differ in: what was chosen last, where that makes sense today. */
export function wantedDifference({
  chosenDifference,
  settings,
}: Pick<AppState, 'chosenDifference' | 'settings'>): SettingsDifference {
  return chosenDifference ?? suggestedDifference(settings, 'unlabeled');
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
    this.#store.setState({ chosenDifference: difference });
    if (this.#store.getState().comparison !== null) this.begin();
  }

  /**
   * Clears the weights, which can be undone, and trains two learners that differ as chosen: that many steps, or, with
   * `null`, to the end of the budget.
   */
  begin(steps: number | null = null): void {
    const difference = wantedDifference(this.#store.getState());
    if (whyNotCompare(this.#store.getState().settings, difference) !== null) return;
    this.#link.compare(difference);
    this.#link.client.train(steps);
  }

  /** Goes on with A alone, as it is. */
  end(): void {
    this.#link.compare(null);
  }

  toggle(): void {
    if (this.#store.getState().comparison === null) this.begin();
    else this.end();
  }

  setView(comparisonView: ComparisonView): void {
    this.#store.setState({ comparisonView });
  }

  toggleView(): void {
    this.setView(this.#store.getState().comparisonView === 'divider' ? 'panes' : 'divider');
  }

  /** Where A's side ends and B's begins, as a share of the picture's width. */
  moveDivider(comparisonDivider: number): void {
    this.#store.setState({ comparisonDivider });
  }

  /** Colours only the pixels in which the two differ, or all. */
  toggleDifferences(): void {
    this.#store.setState({ showsDifferencesOnly: !this.#store.getState().showsDifferencesOnly });
  }

  /** Learner B's curves; they change identity when it starts over. `workbench.training.onCurves` tells of changes. */
  get curves(): TrainingCurves | null {
    return this.#context.project?.comparedCurves ?? null;
  }
}
