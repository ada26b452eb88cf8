import { whyNotCompare } from '../../settings/difference.ts';
import { withoutLabels, withoutLearner } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import { wantedDifference } from '../lab/compareActions.ts';
import { firstOf, type WorkbenchCommand } from './workbenchCommand.ts';

const withoutLab = ({ view }: AppState) =>
  view.hiddenPanels.has('lab') || view.hiddenPanels.has('compare') ? 'This page was shared without the lab.' : null;

const withoutComparison = (state: AppState) =>
  withoutLab(state) ?? (state.comparison.learnerB === null ? 'Two learners must be compared first.' : null);

/** Why two learners cannot be compared as chosen. */
export const whyNotBegin = firstOf(withoutLearner, withoutLabels, ({ training: { settings }, comparison }) =>
  whyNotCompare(settings, wantedDifference(comparison.chosenDifference, settings)),
);

export const COMPARE_COMMANDS: readonly WorkbenchCommand[] = [
  {
    id: 'compare',
    label: 'Two learners side by side, or one again',
    group: 'Training',
    keys: ['Shift+B'],
    alsoCalled: 'compare a b versus ignore background difference experiment',
    refusal: (state) => withoutLab(state) ?? (state.comparison.learnerB === null ? whyNotBegin(state) : null),
    perform: (w) => {
      w.lab.open('compare');
      w.compare.toggle();
    },
  },
  {
    id: 'comparePanes',
    label: 'A and B in a pane each, or on either side of a line',
    group: 'Looking',
    keys: [],
    alsoCalled: 'split view divider two panes',
    refusal: withoutComparison,
    perform: (w) => w.compare.toggleView(),
  },
  {
    id: 'compareDifferences',
    label: 'Colour only where A and B differ, or all',
    group: 'Looking',
    keys: [],
    alsoCalled: 'disagreement difference map',
    refusal: withoutComparison,
    perform: (w) => w.compare.toggleDifferences(),
  },
];
